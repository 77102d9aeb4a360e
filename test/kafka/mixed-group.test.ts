import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  countingPlugin,
  expectStatus,
  idOf,
  type Part,
  partsOf,
  reaches,
} from '../helpers/cluster.ts'
import { consume } from '../helpers/consume.ts'
import { eventually } from '../helpers/eventually.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import {
  type Implementation,
  startWorker,
  temporaryFolder,
  type Worker,
} from '../helpers/worker.ts'

const TIMEOUT_MS = 120_000

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
before(async () => {
  process.env['CONNECT_HEAP'] = '-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1'
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

/** States of a connector and its tasks, and where they run, in one text. */
async function runs(worker: Worker, name: string): Promise<string> {
  const parts = await partsOf(worker, name)
  return parts.map(({ state, worker_id: id }) => `${state}@${id}`).join(' ')
}

const orders: ReadonlyArray<readonly [Implementation, Implementation]> = [
  ['apache', 'millrace'],
  ['millrace', 'apache'],
]

for (const [leading, following] of orders) {
  test(`one group, led by ${leading}: each worker is asked, both run, both tell the same`, async (t) => {
    const folder = temporaryFolder()
    t.after(folder.remove)
    const cluster = `mixed-${randomUUID().slice(0, 8)}`
    const start = async (implementation: Implementation) => {
      const at = join(folder.path, implementation)
      const worker = await startWorker({
        bootstrap: kafka.bootstrap,
        folder: at,
        cluster,
        implementation,
      })
      t.after(() => worker.kill())
      return worker
    }
    const leader = await start(leading)
    const follower = await start(following)
    const workers = [leader, follower]
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
      const file = join(folder.path, `${name}.txt`)
      writeFileSync(file, `${name}\n`)
      const config = { 'connector.class': 'FileStreamSource', file, topic: `${cluster}-${name}` }
      const asked = workers[index % 2] ?? leader
      await expectStatus(201, asked, 'PUT', `/connectors/${name}/config`, config)
    }
    const names = ['a', 'b', 'c', 'd']
    for (const name of names) {
      await reaches(leader, name, 'RUNNING,RUNNING')
      assert.deepEqual(await consume(kafka.bootstrap, `${cluster}-${name}`, 1), [`"${name}"`])
    }
    await eventually('connectors run on both', TIMEOUT_MS, async () => {
      const all = await Promise.all(names.map((name) => runs(leader, name)))
      const told = await Promise.all(names.map((name) => runs(follower, name)))
      const places = new Set(all.map((text) => text.split(' ')[0]))
      return places.size === 2 && all.join() === told.join()
    })
    await expectStatus(202, follower, 'PUT', '/connectors/a/pause')
    await expectStatus(202, leader, 'PUT', '/connectors/b/pause')
    for (const name of ['a', 'b']) await reaches(follower, name, 'PAUSED,PAUSED')
    for (const asked of workers) {
      for (const name of ['c', 'd']) {
        const restart = `/connectors/${name}/restart`
        await expectStatus(204, asked, 'POST', restart)
        await expectStatus(202, asked, 'POST', `${restart}?includeTasks=true`)
        await reaches(leader, name, 'RUNNING,RUNNING')
        await expectStatus(204, asked, 'POST', `/connectors/${name}/tasks/0/restart`)
      }
    }
    await expectStatus(204, follower, 'PUT', '/connectors/c/stop')
    await reaches(leader, 'c', 'STOPPED')
    for (const asked of workers) {
      await expectStatus(200, asked, 'DELETE', '/connectors/c/offsets')
    }
    await expectStatus(204, follower, 'DELETE', '/connectors/d')
    await reaches(leader, 'd', '')
    await reaches(follower, 'd', '')
  })
}

test('a connector that one side lacks: refused where the leader lacks it, else failed with the remedy', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const cluster = `one-sided-${randomUUID().slice(0, 8)}`
  const start = async (implementation: Implementation, settings: Record<string, string> = {}) => {
    const worker = await startWorker({
      bootstrap: kafka.bootstrap,
      folder: join(folder.path, implementation),
      cluster,
      implementation,
      settings,
    })
    t.after(() => worker.kill())
    return worker
  }
  const leader = await start('apache', { 'plugin.path': countingPlugin('apache', folder.path) })
  const counters = join(folder.path, 'counters.txt')
  writeFileSync(counters, 'a\nb\nc\n')
  const name = `${cluster}-counting`
  const config = {
    'connector.class': 'org.acme.CountingConnector',
    topic: cluster,
    'counters.file': counters,
    journal: join(folder.path, 'journal.txt'),
    'tasks.max': '3',
  }
  await expectStatus(201, leader, 'PUT', `/connectors/${name}/config`, config)
  await reaches(leader, name, 'RUNNING,RUNNING,RUNNING,RUNNING')
  const follower = await start('millrace')
  let given: readonly Part[] = []
  await eventually('what the follower was given has failed there', TIMEOUT_MS, async () => {
    const parts = await partsOf(leader, name)
    const isThere = ({ worker_id: id }: Part) => id === idOf(follower)
    given = parts.filter(isThere)
    const expected = parts.map((part) => (isThere(part) ? 'FAILED' : 'RUNNING'))
    return given.length > 0 && parts.every(({ state }, index) => state === expected[index])
  })
  for (const { trace = '' } of given) {
    assert.match(trace, /Failed to find any class that implements Connector/)
    assert.match(
      trace,
      /does not have org\.acme\.CountingConnector .* plugin\.path of every worker/,
    )
  }
  const other = { ...config, 'connector.class': 'DatagenConnector' }
  for (const asked of [leader, follower]) {
    await expectStatus(400, asked, 'PUT', `/connectors/${name}-other/config`, other)
  }
  assert.equal(await follower.stop(), 143)
  await reaches(leader, name, 'RUNNING,RUNNING,RUNNING,RUNNING')
})
