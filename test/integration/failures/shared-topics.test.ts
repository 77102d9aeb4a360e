import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { freePort } from '../../helpers/apache-kafka.ts'
import { eventually } from '../../helpers/eventually.ts'
import { isApacheKafka } from '../../helpers/test-broker.ts'
import { type Implementation, spawnWorker, startWorker } from '../../helpers/worker.ts'
import { readRecords } from './raw-records.ts'
import {
  datagen,
  ends,
  hasTime,
  idOf,
  prints,
  reaches,
  TIMEOUT_MS,
  testCluster,
} from './workers.ts'

const mistake = (group: string, runs: string, own: string) =>
  new RegExp(
    `Worker 127\\.0\\.0\\.1:\\d+ of cluster ${group} runs ${runs}.* in the topics of this cluster, ${own}: both use the same topics\\..*config\\.storage\\.topic`,
  )

const others: readonly Implementation[] = isApacheKafka() ? ['millrace', 'apache'] : ['millrace']

describe('two clusters that were given the same topics', { concurrency: true }, () => {
  for (const implementation of others) {
    test(`a worker does not start on the topics of a cluster that runs (${implementation})`, async (t) => {
      const cluster = await testCluster(t)
      const first = await startWorker({
        ...{ bootstrap: cluster.bootstrap, cluster: cluster.name, implementation },
        folder: join(cluster.folder, 'first'),
      })
      t.after(() => first.kill())
      const config = {
        'connector.class': 'FileStreamSource',
        topic: cluster.name,
        file: '/dev/null',
      }
      assert.equal((await first.rest('PUT', '/connectors/a/config', config)).status, 201)
      await reaches(first, 'a', 'RUNNING,RUNNING')
      const kinds = ['config', 'offset', 'status'] as const
      const contents = () =>
        Promise.all(kinds.map((kind) => lastValues(cluster.bootstrap, cluster.topic(kind))))
      const before = await contents()

      const folder = join(cluster.folder, 'second')
      const group = `other-${randomUUID().slice(0, 8)}`
      const settings = { 'group.id': group }
      const { bootstrap, name } = cluster
      const second = spawnWorker({ bootstrap, folder, cluster: name, settings }, await freePort())
      assert.equal(await ends(second), 2)
      const output = readFileSync(join(folder, 'worker.log'), 'utf8')
      assert.match(output, mistake(cluster.name, '(connector a|task a-0)', group))
      assert.deepEqual(await contents(), before)
    })
  }

  test('clusters that were both there before notice it at the first connector', async (t) => {
    const cluster = await testCluster(t)
    const group = `other-${randomUUID().slice(0, 8)}`
    const first = await cluster.join('first')
    const second = await cluster.join('second', { 'group.id': group })
    assert.equal((await first.rest('PUT', '/connectors/a/config', datagen(group))).status, 201)
    assert.equal((await first.rest('PUT', '/connectors/b/config', datagen(group))).status, 201)
    await eventually('one of them tells of it', TIMEOUT_MS, () => {
      const runs = '(connector|task) \\S+'
      const isToldByFirst = mistake(group, runs, cluster.name).test(first.output())
      return isToldByFirst || mistake(cluster.name, runs, group).test(second.output())
    })
  })

  if (hasTime) test('clusters that share nothing but the config topic are told of it', shareConfigs)

  test('statuses of another cluster are not removed as those of deleted connectors', async (t) => {
    const cluster = await testCluster(t)
    const first = await cluster.join('first')
    assert.equal((await first.rest('PUT', '/connectors/a/config', datagen(group(t)))).status, 201)
    await reaches(first, 'a', 'RUNNING,RUNNING')
    const folder = join(cluster.folder, 'second')
    const settings = {
      'group.id': group(t),
      'config.storage.topic': `${group(t)}-config`,
      'offset.storage.topic': `${group(t)}-offset`,
    }
    const { bootstrap, name } = cluster
    const second = spawnWorker({ bootstrap, folder, cluster: name, settings }, await freePort())
    assert.equal(await ends(second), 2)
    await reaches(first, 'a', 'RUNNING,RUNNING')
  })
})

async function shareConfigs(t: TestContext): Promise<void> {
  const cluster = await testCluster(t)
  const first = await cluster.join('first')
  const config = datagen(cluster.name)
  assert.equal((await first.rest('PUT', '/connectors/a/config', config)).status, 201)
  await reaches(first, 'a', 'RUNNING,RUNNING')
  const other = group(t)
  const second = await cluster.join('second', {
    'group.id': other,
    'offset.storage.topic': `${other}-offset`,
    'status.storage.topic': `${other}-status`,
  })
  const told = `Worker ${idOf(first)} of cluster ${cluster.name} runs connector a and has the session key of this cluster, ${other}: both use the same config topic,`
  await prints(second, new RegExp(`${told}.*config\\.storage\\.topic`))
}

/** What is in a topic now, by key. */
async function lastValues(bootstrap: string, topic: string): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>()
  for (const { key, value } of await readRecords(bootstrap, topic)) {
    if (value === null) values.delete(key ?? '')
    else values.set(key ?? '', value)
  }
  return values
}

function group({ name }: { readonly name: string }): string {
  return `other-${Buffer.from(name).toString('hex').slice(0, 8)}-${process.pid}`
}
