import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemOfUrl } from '../../../src/cluster/distributed/advertised-urls.ts'
import { ConfigLog } from '../../../src/cluster/distributed/config-log.ts'
import { WorkerGroup } from '../../../src/cluster/distributed/worker-group.ts'
import { offeredProtocols } from '../../../src/cluster/distributed/worker-protocol.ts'
import type { JoinedMember } from '../../../src/kafka/group-protocol.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'

test('a worker that is reached nowhere is told what to set', () => {
  for (const url of ['http://0.0.0.0:8083/', 'https://[::]:8443/']) {
    assert.match(problemOfUrl(url) ?? '', /set rest\.advertised\.host\.name/)
  }
  for (const url of ['http://localhost:8083/', 'http://10.0.0.0:8083/', 'http://[::1]:8083/']) {
    assert.equal(problemOfUrl(url), null)
  }
})

test('a leader tells once of workers that are reached at the same URL', async () => {
  const warnings: string[] = []
  const warn = (text: string) => warnings.push(text)
  const group = new WorkerGroup({
    url: 'http://a:8083/',
    preferred: 'sessioned',
    delayMaxMs: 0,
    clock: new FakeClock(),
    logger: { ...silentLogger, warn },
    snapshot: () => new ConfigLog().snapshot,
    stop: async () => {},
  })
  const member = (memberId: string, url: string): JoinedMember => {
    const [{ metadata } = { metadata: Buffer.alloc(0) }] = offeredProtocols('sessioned', {
      ...{ url, configOffset: -1, owned: null },
    })
    return { memberId, instanceId: null, metadata: Buffer.from(metadata) }
  }
  const assign = (...urls: readonly string[]) => {
    const members = urls.map((url, index) => member(`m${index}`, url))
    return group.assign('sessioned', members, { generation: 1, memberId: 'm0' })
  }
  await assign('http://a:8083/', 'http://b:8083/')
  assert.deepEqual(warnings, [])
  await assign('http://a:8083/', 'http://b:8083/', 'http://a:8083/')
  await assign('http://a:8083/', 'http://a:8083/')
  assert.equal(warnings.length, 1)
  assert.match(
    warnings[0] ?? '',
    /^Several workers .* reached at http:\/\/a:8083\/\. .*give each rest\./,
  )
})
