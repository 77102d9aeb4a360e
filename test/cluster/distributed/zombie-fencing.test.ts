import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { ConnectError } from '../../../src/base/errors.ts'
import { ConfigLog } from '../../../src/cluster/distributed/config-log.ts'
import {
  commitRecord,
  connectorRecord,
  fencingRecord,
  type TextRecord,
  taskRecords,
} from '../../../src/cluster/distributed/config-records.ts'
import { ConfigStore } from '../../../src/cluster/distributed/config-store.ts'
import { toLogRecord } from '../../../src/cluster/distributed/record-log.ts'
import { ZombieFencing } from '../../../src/cluster/distributed/zombie-fencing.ts'
import { ForwardError } from '../../../src/cluster/herder.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'
import { sink, source } from '../fixture.ts'
import { MemoryTopic } from './memory-log.ts'
import { SimulatedCluster } from './simulated-cluster.ts'

const connector = connectorRecord('c', {})

function tasks(count: number): readonly TextRecord[] {
  const configs = Array.from({ length: count }, (_, task) => ({ task: `${task}` }))
  return [...taskRecords('c', configs), commitRecord('c', count)]
}

/** A leader that has read these records; what it fenced, and what it wrote. */
async function leaderOf(
  records: readonly TextRecord[],
  during: () => Promise<void> = async () => {},
) {
  const topic = new MemoryTopic()
  topic.records.push(...records.map(toLogRecord))
  const before = topic.records.length
  const configs = new ConfigStore({
    log: topic.open(),
    writer: null,
    clock: systemClock,
    logger: silentLogger,
    onEvent: ({ kind }) => {
      if (kind === 'tasks-updated') fencing.outdate('c')
    },
    onWriteFailed: () => {},
    onFailure: () => {},
  })
  const fenced: string[][] = []
  const fencing = new ZombieFencing({
    configs,
    groupId: 'g',
    fenceProducers: async (_name, ids) => {
      fenced.push([...ids])
      await during()
    },
    inTurn: (_name, work) => work(),
  })
  await configs.start()
  const written = () =>
    topic.records.slice(before).map(({ key, value }) => `${key?.toString()} ${value?.toString()}`)
  return { topic, configs, fencing, fenced, written }
}

const rounds: Readonly<
  Record<string, { records: readonly TextRecord[]; fenced: string[][]; written: string[] }>
> = {
  'the first tasks ever: there is nothing to fence': {
    records: tasks(3),
    fenced: [],
    written: ['tasks-fencing-c {"task-count":3}'],
  },
  'fewer tasks than before: all former ones are fenced': {
    records: [...tasks(3), fencingRecord('c', 3), ...tasks(2)],
    fenced: [['g-c-0', 'g-c-1', 'g-c-2']],
    written: ['tasks-fencing-c {"task-count":2}'],
  },
  'one task after one task takes over by itself': {
    records: [...tasks(1), fencingRecord('c', 1), ...tasks(1)],
    fenced: [],
    written: ['tasks-fencing-c {"task-count":1}'],
  },
  'two tasks after one': {
    records: [...tasks(1), fencingRecord('c', 1), ...tasks(2)],
    fenced: [['g-c-0']],
    written: ['tasks-fencing-c {"task-count":2}'],
  },
  'tasks that were fenced for': {
    records: [...tasks(2), fencingRecord('c', 2)],
    fenced: [],
    written: [],
  },
}

for (const [what, { records, fenced, written }] of Object.entries(rounds)) {
  test(`fencing, ${what}`, async () => {
    const leader = await leaderOf([connector, ...records])
    await Promise.all([leader.fencing.fence('c'), leader.fencing.fence('c')])
    assert.deepEqual([leader.fenced, leader.written()], [fenced, written])
  })
}

test('a round ends with 409 when other tasks came meanwhile, and counts for nothing', async () => {
  const leader = await leaderOf(
    [connector, ...tasks(2), fencingRecord('c', 2), ...tasks(3)],
    async () => {
      leader.topic.records.push(...tasks(4).map(toLogRecord))
    },
  )
  await assert.rejects(leader.fencing.fence('c'), {
    code: 'CONFLICT',
    message: 'Fencing failed because new task configurations were generated for the connector',
  })
  const log = new ConfigLog()
  for (const [offset, { key, value }] of leader.topic.records.entries()) {
    log.apply({ key: String(key), value: value?.toString() ?? null }, offset)
  }
  assert.equal(log.snapshot.connectors.get('c')?.pendingFencing, true)
})

test('a round whose broker does not answer ends as other tasks come, and theirs goes ahead', async () => {
  const broker = Promise.withResolvers<void>()
  const answers = [broker.promise, Promise.resolve()]
  const leader = await leaderOf(
    [connector, ...tasks(2), fencingRecord('c', 2), ...tasks(3)],
    () => answers.shift() ?? broker.promise,
  )
  const first = assert.rejects(leader.fencing.fence('c'), { code: 'CONFLICT' })
  leader.topic.records.push(...tasks(4).map(toLogRecord))
  await leader.configs.readToEnd(1000)
  await first
  await leader.fencing.fence('c')
  assert.deepEqual(leader.fenced, [
    ['g-c-0', 'g-c-1'],
    ['g-c-0', 'g-c-1'],
  ])
  broker.resolve()
  await leader.fencing.fence('c')
  assert.deepEqual(leader.written().slice(-1), ['tasks-fencing-c {"task-count":4}'])
})

test('a producer that can not be fenced fails the round, and the next one tries again', async () => {
  let failures = 1
  const leader = await leaderOf(
    [connector, ...tasks(2), fencingRecord('c', 2), ...tasks(3)],
    async () => {
      if (failures-- > 0) throw new ConnectError('not allowed', { code: 'KAFKA' })
    },
  )
  await assert.rejects(leader.fencing.fence('c'), { message: 'not allowed' })
  await leader.fencing.fence('c')
  assert.equal(leader.fenced.length, 2)
  assert.deepEqual(leader.written(), ['tasks-fencing-c {"task-count":3}'])
})

test('who asks a worker to fence: answers of the reference', async () => {
  const cluster = new SimulatedCluster(0, 'enabled')
  const leader = await cluster.join('compatible')
  const follower = await cluster.join('compatible')
  await cluster.settle()
  await leader.herder.putConnector('to', sink, { replace: false })
  await leader.herder.putConnector('from', source, { replace: false })
  await cluster.settle()
  await leader.herder.fenceZombies('from', null)
  await assert.rejects(leader.herder.fenceZombies('to', null), {
    code: 'BAD_REQUEST',
    message: 'Connector to is not a source connector',
  })
  await assert.rejects(leader.herder.fenceZombies('none', null), {
    code: 'NOT_FOUND',
    message: 'Connector none not found',
  })
  await assert.rejects(
    follower.herder.fenceZombies('from', null),
    (error) => error instanceof ForwardError && error.url === 'http://worker-1/',
  )
})

test('where workers sign, an unsigned request to fence is refused', async () => {
  const cluster = new SimulatedCluster(0, 'enabled')
  const { herder } = await cluster.join()
  await cluster.settle()
  await assert.rejects(herder.fenceZombies('from', null), {
    code: 'BAD_REQUEST',
    message: 'Internal request missing required signature',
  })
})
