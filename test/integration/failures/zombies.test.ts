import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { eventually } from '../../helpers/eventually.ts'
import { installPlugin } from '../../helpers/plugin-folder.ts'
import { startTestBroker } from '../../helpers/test-broker.ts'
import type { Worker } from '../../helpers/worker.ts'
import { readRecords, withAdmin } from './raw-records.ts'
import {
  hasTime,
  idOf,
  mortal,
  partsOf,
  prints,
  type TestCluster,
  TIMEOUT_MS,
  testCluster,
} from './workers.ts'

const names = ['a', 'b', 'c']
const tasks = names.flatMap((name) => [`${name}-0`, `${name}-1`])
/** So many records of each task show who produces. */
const WATCHED_TICKS = 10

/** Workers on which connectors run whose records tell the process that made them. */
async function tickingCluster(
  t: TestContext,
  workers: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  broker?: { readonly bootstrap: string },
) {
  const cluster = await testCluster(t, broker)
  const plugins = [{ kind: 'source', class: 'org.acme.TickingConnector' }]
  const module = 'test/integration/plugins/ticking.ts'
  const path = installPlugin(cluster.folder, module, plugins)
  const join = (name: string) => cluster.join(name, { ...mortal, 'plugin.path': path, ...settings })
  const joined: Worker[] = []
  for (const name of workers) joined.push(await join(name))
  const [first] = joined
  assert.ok(first !== undefined)
  const topic = `${cluster.name}-ticks`
  await withAdmin(cluster.bootstrap, (admin) =>
    admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]),
  )
  for (const name of names) {
    const { status } = await first.rest('PUT', `/connectors/${name}/config`, {
      'connector.class': 'org.acme.TickingConnector',
      'tasks.max': '2',
      topic,
    })
    assert.equal(status, 201)
  }
  await runsOn(first, joined)
  return { cluster, join, joined, first, topic }
}

/** Waits until all connectors and tasks run, each on one of these workers, and none is to move. */
async function runsOn(asked: Worker, workers: readonly Worker[]): Promise<void> {
  const ids = workers.map(idOf)
  await eventually(`all runs on ${ids.join(' and ')}`, TIMEOUT_MS, async () => {
    if (!areSettled(workers)) return false
    const parts = (await Promise.all(names.map((name) => partsOf(asked, name)))).flat()
    const running = parts.filter(
      ({ state, worker_id: id }) => state === 'RUNNING' && ids.includes(id),
    )
    return running.length === names.length * 3 && parts.length === running.length
  })
}

/** Whether they are in one generation of the group, in which none has to give anything up. */
function areSettled(workers: readonly Worker[]): boolean {
  const generations = workers.map(({ output }) => {
    const [last = ''] =
      output()
        .match(/Joined the group in generation .*/g)
        ?.slice(-1) ?? []
    return /generation (\d+),.* 0 given up/.exec(last)?.[1]
  })
  return generations.every((each) => each !== undefined && each === generations[0])
}

/** Each task ticks again, and from then on in one process. */
async function runsOnce({ bootstrap }: TestCluster, topic: string): Promise<void> {
  await watch(bootstrap, topic)
  const ticks = await watch(bootstrap, topic)
  assert.deepEqual([...ticks.keys()].sort(), tasks)
  for (const [task, processes] of ticks) {
    assert.equal(new Set(processes).size, 1, `${task} runs in processes ${[...processes]}`)
  }
}

/** @returns For each task the processes of its ticks from now on, once all have enough of them. */
async function watch(
  bootstrap: string,
  topic: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const before = (await readRecords(bootstrap, topic)).length
  let found = new Map<string, string[]>()
  await eventually('all tasks tick', TIMEOUT_MS, async () => {
    const records = (await readRecords(bootstrap, topic)).slice(before)
    const ticks = records.map(({ value }) => (JSON.parse(value ?? '""') as string).split(' '))
    found = new Map(
      [...Map.groupBy(ticks, ([task = '']) => task)].map(([task, each]) => [
        task,
        each.map(([, pid = '']) => pid),
      ]),
    )
    return tasks.every((task) => (found.get(task)?.length ?? 0) >= WATCHED_TICKS)
  })
  return found
}

describe('workers that die, freeze, or lose the broker', { concurrency: 2 }, () => {
  test('killed: its work waits no longer than the delay, and log and health tell how long', async (t) => {
    const delay = { 'scheduled.rebalance.max.delay.ms': '6000' }
    const { cluster, first, joined, topic } = await tickingCluster(t, ['first', 'second'], delay)
    const [, second] = joined
    await second?.kill()
    const start = performance.now()
    await prints(first, /work of workers that left waits [1-6]?\d{1,3} ms for them to come back/)
    await eventually('health tells it', TIMEOUT_MS, async () => {
      const { body } = await first.rest('GET', '/health')
      return /wait \d s more for them to come back/.test((body as { message: string }).message)
    })
    await runsOn(first, [first])
    // The session's time-out, the delay, and two rebalances on a busy machine.
    assert.ok(performance.now() - start < 60_000)
    await runsOnce(cluster, topic)
    const { body } = await first.rest('GET', '/health')
    assert.doesNotMatch((body as { message: string }).message, /come back/)
  })

  test('frozen and woken: others have its work, and its statuses overwrite none of theirs', async (t) => {
    const { cluster, first, joined, topic } = await tickingCluster(t, ['first', 'second'])
    const [, second] = joined
    assert.ok(second !== undefined)
    second.process.kill('SIGSTOP')
    await runsOn(first, [first])
    const settled = (await readRecords(cluster.bootstrap, cluster.topic('status'))).length
    second.process.kill('SIGCONT')
    await prints(second, /The group went on without this worker/)
    await runsOn(first, [first, second])
    await runsOn(second, [first, second])
    await runsOnce(cluster, topic)
    const statuses = await readRecords(cluster.bootstrap, cluster.topic('status'))
    assert.ok(statuses.length >= settled)
    // Of each key the last word has whoever runs it: that is what both workers show.
    const last = new Map(statuses.map(({ key, value }) => [key, value]))
    for (const [key, value] of last) {
      if (key?.startsWith('status-task-') === true) assert.match(value ?? '', /"RUNNING"/)
    }
  })

  const skip = hasTime ? false : 'outages are tested beside a standalone worker'
  test('a broker that is away: all goes on when it is back', { skip }, async (t) => {
    const broker = await startTestBroker()
    t.after(() => broker.stop())
    const { cluster, joined, first, topic } = await tickingCluster(
      t,
      ['first', 'second'],
      {},
      broker,
    )
    await broker.kill()
    await Promise.all(
      joined.map((worker) => prints(worker, /no answer of the coordinator|went on/)),
    )
    const refused = await first.rest('GET', '/health')
    assert.equal(refused.status, 500)
    await broker.start()
    await runsOn(first, joined)
    await runsOnce(cluster, topic)
    for (const worker of joined) assert.equal(worker.process.exitCode, null)
  })
})
