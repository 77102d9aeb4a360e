import assert from 'node:assert/strict'
import { before, type TestContext, test } from 'node:test'
import { call, countingPlugin, expectStatus, idOf, partsOf } from '../helpers/cluster.ts'
import type { Counted } from '../helpers/counted.ts'
import { countingCluster, createCounting } from '../helpers/counting-cluster.ts'
import { eventually } from '../helpers/eventually.ts'
import { useSite } from '../helpers/site.ts'
import type { Implementation, Worker } from '../helpers/worker.ts'

const TIMEOUT_MS = 120_000

const site = useSite()
const plugins = {
  millrace: countingPlugin('millrace', site.folder),
  apache: countingPlugin('apache', site.folder),
}
const clusterOf = (t: TestContext, counters: string) => countingCluster(t, site, counters, plugins)
before(() => {
  process.env['CONNECT_HEAP'] = '-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1'
})

/** Waits until so many tasks run, on all workers and on these only. */
async function spread(workers: readonly Worker[], count: number): Promise<void> {
  const ids = workers.map(idOf).toSorted()
  for (const worker of workers) {
    await eventually(`${count} tasks on ${ids}`, TIMEOUT_MS, async () => {
      const tasks = (await partsOf(worker, 'counting')).slice(1)
      const places = new Set(tasks.map(({ worker_id: id }) => id))
      assert.deepEqual(
        tasks.filter(({ state }) => state !== 'RUNNING'),
        [],
      )
      assert.deepEqual([tasks.length, ...[...places].toSorted()], [count, ...ids])
      return true
    })
  }
}

/** Sets the counters; the connector finds out when it starts. */
async function recount({ rest }: Worker, counted: Counted, counters: string): Promise<void> {
  counted.count(counters)
  await eventually('the connector starts anew', TIMEOUT_MS, async () => {
    const { status } = await rest('POST', '/connectors/counting/restart')
    return status === 204
  })
}

const orders: ReadonlyArray<readonly [Implementation, Implementation]> = [
  ['apache', 'millrace'],
  ['millrace', 'apache'],
]

for (const [leading, following] of orders) {
  test(`tasks on both are fenced by the leader, ${leading}: every record comes once`, async (t) => {
    const { start, counted } = await clusterOf(t, 'abcd')
    const leader = await start(leading, 'enabled')
    const follower = await start(following, 'enabled')
    const workers = [leader, follower]
    await createCounting(follower, counted)
    await spread(workers, 4)
    await counted.flows('abcd')
    for (const counters of ['bd', 'abcdef']) {
      await recount(follower, counted, counters)
      await spread(workers, counters.length)
      await counted.flows(counters)
    }
    const unsigned = await call(follower, 'PUT', '/connectors/counting/fence')
    const { body: answer } = await call(leader, 'PUT', '/connectors/counting/fence')
    assert.equal(unsigned.status, 400)
    assert.deepEqual(unsigned.body, answer)
    await leader.kill()
    await recount(follower, counted, 'abc')
    await spread([follower], 3)
    await counted.flows('abc')
    await expectStatus(204, follower, 'PUT', '/connectors/counting/stop')
    await counted.check()
  })
}

test('a group becomes exactly once, worker by worker, and every record comes once', async (t) => {
  const { start, counted } = await clusterOf(t, 'abcd')
  let workers = [await start('apache', 'disabled'), await start('millrace', 'disabled')]
  await createCounting(workers[0] as Worker, counted)
  await spread(workers, 4)
  await counted.flows('abcd')
  for (const support of ['preparing', 'enabled']) {
    for (const implementation of ['apache', 'millrace'] as const) {
      const [oldest, other] = workers as [Worker, Worker]
      await oldest.stop()
      await spread([other], 4)
      workers = [other, await start(implementation, support)]
      await spread(workers, 4)
      await counted.flows('abcd')
    }
  }
  await recount(workers[0] as Worker, counted, 'abcde')
  await spread(workers, 5)
  await counted.flows('abcde')
  await (workers[0] as Worker).kill()
  await counted.flows('abcde')
  await expectStatus(204, workers[1] as Worker, 'PUT', '/connectors/counting/stop')
  await counted.check()
})
