import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  commitRecord,
  connectorRecord,
  targetRecord,
  taskRecords,
} from '../../../src/cluster/distributed/config-records.ts'
import { toLogRecord } from '../../../src/cluster/distributed/record-log.ts'
import type { TargetState } from '../../../src/runtime/task-host.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { source } from '../fixture.ts'
import { SimulatedCluster, type SimulatedWorker } from './simulated-cluster.ts'

const WORKERS_MAX = 4
const STEPS = 25
/** Share of the events. */
const JOINS = 0.15
const names = ['c0', 'c1', 'c2', 'c3', 'c4']

/** More find more: the first thousand passed. */
const SEEDS = 30
const protocols = ['sessioned', 'compatible', 'default'] as const

for (let seed = 1; seed <= SEEDS; seed++) {
  // Each of them alone, and all of them in one group.
  const offered = [...protocols.map((each) => [each]), protocols][seed % 4] ?? []
  const exactlyOnce = seed % 3 === 0 ? 'disabled' : 'enabled'
  test(`any events end with all work once and statuses that are true, ${offered}, exactly once ${exactlyOnce}, seed ${seed}`, async () => {
    const random = seededRandom(seed)
    const cluster = new SimulatedCluster(seed % 2 === 0 ? 0 : 300_000, exactlyOnce)
    const join = () => cluster.join(offered[Math.floor(random() * offered.length)])
    await join()
    const done: string[] = []
    for (let step = 0; step < STEPS; step++) {
      done.push(await happen(cluster, random, join))
      if (random() < 0.5) await cluster.quiet()
      if (random() < 0.3) await cluster.clock.advance(Math.floor(random() * 120_000))
    }
    wakeAll(cluster)
    await cluster.settle()
    assert.deepEqual(cluster.problems(names), [], done.join(', '))
    assert.deepEqual(cluster.producers.violations, [], done.join(', '))
    // When an eager worker comes, it gets work while the others still stop theirs, as in the reference.
    if (offered.length === 1) assert.deepEqual(cluster.overlaps, [], done.join(', '))
  })
}

for (const way of ['kill', 'freeze'] as const) {
  test(`tasks of a worker that the group lost can't write once newer ones run: ${way}`, async () => {
    // Its work waits for it, so that nobody takes its tasks over one by one.
    const cluster = new SimulatedCluster(300_000, 'enabled')
    cluster.tasksOf.set('c0', 6)
    const leader = await cluster.join()
    await cluster.join()
    const lost = await cluster.join()
    await cluster.settle()
    await leader.herder.putConnector('c0', source, { replace: false })
    await cluster.settle()
    const { producers } = cluster
    const lostTasks = [...lost.host.tasks.keys()]
    assert.deepEqual(lostTasks.length, 2)
    assert.equal(producers.writing('c0').length, 6)
    cluster[way](lost)
    cluster.tasksOf.set('c0', 3)
    await leader.herder.putConnector('c0', { ...source, changed: 'yes' }, { replace: true })
    await cluster.quiet()
    assert.deepEqual(producers.writing('c0'), ['c0-0 of 1', 'c0-1 of 1'])
    cluster.wake(lost)
    await cluster.settle()
    assert.deepEqual(producers.writing('c0'), ['c0-0 of 1', 'c0-1 of 1', 'c0-2 of 1'])
    assert.deepEqual(producers.violations, [])
    if (way === 'freeze') assert.deepEqual(cluster.problems(['c0']), [])
  })
}

test('a leader that was replaced without its knowledge can write no more', async () => {
  const cluster = new SimulatedCluster(0, 'enabled')
  const former = await cluster.join()
  const next = await cluster.join()
  await cluster.settle()
  cluster.freeze(former)
  await cluster.settle()
  await assert.rejects(former.herder.putConnector('c0', source, { replace: false }), {
    message:
      'Failed to write to config topic; this may be due to a transient error and the request can be safely retried',
  })
  await next.herder.putConnector('c1', source, { replace: false })
  cluster.wake(former)
  await cluster.settle()
  assert.deepEqual(former.herder.connectors(), ['c1'])
  assert.deepEqual(cluster.problems(['c0', 'c1']), [])
})

test('a task of an earlier round, or of another worker, may not start', async () => {
  const cluster = new SimulatedCluster(0, 'enabled')
  const { herder, host } = await cluster.join()
  await cluster.settle()
  await herder.putConnector('c0', source, { replace: false })
  await cluster.settle()
  const id = { connector: 'c0', task: 0 }
  assert.deepEqual(host.tasks.get('c0-0')?.exactlyOnce, {
    transactionalId: 'simulated-c0-0',
    generation: 0,
  })
  await host.events.confirmStart(id, 0)
  await herder.putConnector('c0', { ...source, changed: 'yes' }, { replace: true })
  await cluster.settle()
  await assert.rejects(host.events.confirmStart(id, 0), {
    message:
      'Cannot start source task c0-0 with exactly-once support as the connector has already generated a new set of task configs',
  })
  await assert.rejects(host.events.confirmStart({ connector: 'c0', task: 7 }, 1), {
    message: 'Cannot start source task c0-7 as it has already been revoked from this worker',
  })
})

/** A connector of two tasks in the config topic, but the first one's record. */
function loseTask(cluster: SimulatedCluster, target: TargetState): void {
  cluster.tasksOf.set('c0', 2)
  const [, second] = taskRecords('c0', [{ task: '0' }, { task: '1' }])
  if (second === undefined) throw new TypeError('two configurations make two records')
  const left = [
    connectorRecord('c0', source),
    targetRecord('c0', target),
    second,
    commitRecord('c0', 2),
  ]
  cluster.topics.config.records.push(...left.map(toLogRecord))
}

test('a connector whose task records were lost gets them generated again', async () => {
  const cluster = new SimulatedCluster(0)
  loseTask(cluster, 'STARTED')
  await cluster.join()
  await cluster.quiet()
  assert.deepEqual(cluster.problems(names), [])
  assert.equal(cluster.live[0]?.host.tasks.size, 2)
})

test('while tasks are lost, the connector tells of them as the reference does', async () => {
  const cluster = new SimulatedCluster(0)
  loseTask(cluster, 'PAUSED')
  const { herder, host } = await cluster.join()
  await cluster.settle()
  assert.deepEqual(herder.connector('c0').tasks, [])
  assert.deepEqual(herder.tasks('c0'), [
    { id: { connector: 'c0', task: 0 }, config: null },
    { id: { connector: 'c0', task: 1 }, config: null },
  ])
  await assert.rejects(herder.restartTask({ connector: 'c0', task: 0 }), {
    message: 'Unknown task: c0-0',
  })
  assert.deepEqual(herder.status('c0').tasks, [])
  await herder.resumeConnector('c0')
  await cluster.settle()
  assert.deepEqual(cluster.problems(names), [])
  assert.equal(host.tasks.size, 2)
})

type Event = (cluster: SimulatedCluster, asked: SimulatedWorker, name: string) => unknown

/** Events from outside; what is asked of workers may be refused. */
const events: Readonly<Record<string, Event>> = {
  kill: (cluster, asked) => hasOthers(cluster) && cluster.kill(asked),
  leave: (cluster, asked) => (hasOthers(cluster) ? cluster.leave(asked) : null),
  freeze: (cluster, asked) => hasOthers(cluster) && cluster.freeze(asked),
  wake: (cluster) => wakeAll(cluster),
  delete: (cluster, asked, name) => {
    void cluster.ask(asked, (herder) => herder.deleteConnector(name)).catch(() => {})
  },
  pause: (cluster, asked, name) => {
    void cluster.ask(asked, (herder) => herder.pauseConnector(name)).catch(() => {})
  },
  resume: (cluster, asked, name) => {
    void cluster.ask(asked, (herder) => herder.resumeConnector(name)).catch(() => {})
  },
  'other tasks': (cluster, _asked, name) => {
    const owner = awakeIn(cluster).find(({ host }) => host.connectors.has(name))
    return owner?.host.events.onTaskReconfiguration(name)
  },
  put: (cluster, asked, name) => {
    const config = { ...source, changed: String(cluster.tasksOf.get(name)) }
    void cluster
      .ask(asked, (herder) => herder.putConnector(name, config, { replace: true }))
      .catch(() => {})
  },
}

/** @returns What happened, in words. */
async function happen(
  cluster: SimulatedCluster,
  random: () => number,
  join: () => Promise<unknown>,
): Promise<string> {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]
  const asked = pick(awakeIn(cluster))
  if (asked === undefined) {
    wakeAll(cluster)
    return 'wake'
  }
  if (cluster.live.length < WORKERS_MAX && random() < JOINS) {
    await join()
    return 'join'
  }
  const name = pick(names) ?? ''
  cluster.tasksOf.set(name, Math.floor(random() * 4))
  const [what = '', event] = pick(Object.entries(events)) ?? []
  await event?.(cluster, asked, name)
  return `${what} ${name} at ${asked.id}`
}

function awakeIn({ live }: SimulatedCluster): readonly SimulatedWorker[] {
  return live.filter(({ membership }) => !membership.isFrozen)
}

function hasOthers(cluster: SimulatedCluster): boolean {
  return awakeIn(cluster).length > 1
}

function wakeAll(cluster: SimulatedCluster): void {
  for (const worker of cluster.live) cluster.wake(worker)
}
