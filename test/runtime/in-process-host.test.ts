import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetched, settle } from './fakes.ts'
import { startHost } from './host-harness.ts'
import { p0 } from './sink-harness.ts'
import { lines } from './source-harness.ts'

const id = { connector: 'c', task: 0 }

test('a source task runs from start to stop, with its offsets and states', async () => {
  const { host, startTask, tasks, producer, offsets, events } = startHost()
  await startTask()
  await settle()
  tasks[0]?.give(lines(1, 'a'))
  await settle()
  await host.stopTasks([id])
  assert.deepEqual(
    producer.sent.map(({ value }) => value),
    ['a'],
  )
  assert.deepEqual(offsets, [[{ file: 'a' }, { position: 1 }]])
  assert.deepEqual(events, ['c-0 RUNNING', 'c uses t', 'c-0 UNASSIGNED'])
  assert.equal(producer.closedWithMs, 30_000)
})

const exactlyOnce = { transactionalId: 'g-c-0', generation: 3 }

test('an exactly-once task fences, takes its id over and asks once more before it starts', async () => {
  const { host, startTask, tasks, producer, transactions, offsets, events } = startHost()
  await startTask('STARTED', { 'offsets.storage.topic': 'own' }, { exactlyOnce })
  await settle()
  assert.deepEqual(events, ['producer g-c-0', 'c-0 fences', 'confirms 3', 'c-0 RUNNING'])
  assert.equal(transactions.isInitialized, true)
  tasks[0]?.give(lines(1, 'a'))
  await settle()
  assert.deepEqual(transactions.ended, ['commit t=a own={"position":1}'])
  await host.stopTasks([id])
  assert.deepEqual([producer.sent, offsets], [[], []])
  assert.equal(transactions.closedWithMs, 30_000)
})

for (const [what, refused] of [
  ['whose predecessors can not be fenced', { fenceZombies: () => Promise.reject(new Error('no')) }],
  ['that another worker runs', { confirmStart: () => Promise.reject(new Error('no')) }],
] as const) {
  test(`an exactly-once task ${what} fails before it starts`, async () => {
    const { host, startTask, tasks, reports } = startHost(refused)
    await startTask('STARTED', {}, { exactlyOnce })
    await settle()
    assert.deepEqual(
      reports.map(({ state, message }) => `${state} ${message}`),
      ['FAILED no'],
    )
    assert.deepEqual([tasks[0]?.polls, tasks[0]?.commits], [0, 0])
    await host.close()
  })
}

test('an exactly-once task that waits for its start can be stopped', async () => {
  const { host, startTask, tasks, transactions, events } = startHost({
    fenceZombies: () => new Promise(() => {}),
  })
  await startTask('STARTED', {}, { exactlyOnce })
  await settle()
  await host.stopTasks([id])
  assert.deepEqual(events, ['producer g-c-0', 'c-0 UNASSIGNED'])
  assert.equal(transactions.isInitialized, false)
  assert.deepEqual([tasks[0]?.polls, tasks[0]?.commits], [0, 0])
})

test('a sink task subscribes to its topics, and closes its consumer at the end', async () => {
  const { host, startTask, consumer, sinkTask, events } = startHost()
  await startTask('STARTED', { 'connector.class': 'test.Sink', topics: 't, u,t' })
  await settle()
  assert.deepEqual(consumer.subscription, ['t', 'u'])
  consumer.assignNow(p0)
  consumer.feed(fetched('t', 0, 0, ['a']))
  await settle()
  await host.stopTasks([id])
  assert.deepEqual(sinkTask.calls, ['open t-0', 'put a', 'preCommit t-0@1', 'close t-0'])
  assert.equal(consumer.closed, true)
  assert.deepEqual(events, ['c-0 RUNNING', 'c uses t', 'c-0 UNASSIGNED'])
})

test('a task that starts paused waits with its start until the resume', async () => {
  const { host, startTask, tasks, events } = startHost()
  await startTask('PAUSED')
  await settle()
  assert.deepEqual([events, tasks[0]?.polls], [['c-0 PAUSED'], 0])
  host.setTaskTarget(id, 'STARTED')
  await settle()
  assert.equal(events.at(-1), 'c-0 RUNNING')
  await host.close()
})

test('a task that cannot be built fails with the reason, and closes cleanly', async () => {
  const { host, startTask, reports } = startHost()
  await startTask('STARTED', { 'value.converter': 'test.Missing' })
  await settle()
  assert.equal(reports[0]?.state, 'FAILED')
  assert.match(reports[0]?.trace ?? '', /test\.Missing/)
  await host.stopTasks([id])
  assert.equal(reports.length, 1)
})

test('a failed task says why and stays until it is stopped; another can follow', async () => {
  const { host, startTask, tasks, events, reports } = startHost()
  await startTask()
  await settle()
  tasks[0]?.give(new Error('broken'))
  await settle()
  assert.equal(events.at(-1), 'c-0 FAILED')
  assert.match(reports.at(-1)?.trace ?? '', /^Error: broken\n\tat /)
  await host.stopTasks([id])
  await startTask()
  await settle()
  assert.equal(events.at(-1), 'c-0 RUNNING')
  await host.close()
})

test('a task that does not stop is cancelled: no more states, its producer is closed at once', async () => {
  const { host, startTask, tasks, events, producer, clock, logger } = startHost()
  await startTask()
  await settle()
  const [task] = tasks
  assert.ok(task)
  const hanging = Promise.withResolvers<null>()
  task.poll = () => hanging.promise
  task.give()
  task.give(lines(1, 'a'))
  await settle()
  const stopped = host.stopTasks([id])
  await settle()
  await clock.advance(5000)
  await stopped
  assert.equal(producer.closedWithMs, 0)
  assert.ok(logger.has('error', /task\.shutdown\.graceful\.timeout\.ms/))
  hanging.resolve(null)
  await settle()
  assert.deepEqual(
    events.filter((event) => event.startsWith('c-0')),
    ['c-0 RUNNING'],
  )
})

test('a connector reports each state that it reaches', async () => {
  const { host, startConnector, connector, events } = startHost()
  assert.deepEqual(await startConnector(), { state: 'RUNNING' })
  await host.setConnectorTarget('c', 'PAUSED')
  await host.setConnectorTarget('c', 'STARTED')
  await host.setConnectorTarget('c', 'STOPPED')
  await host.stopConnector('c')
  assert.deepEqual(connector.calls, ['start', 'stop', 'start', 'stop'])
  assert.deepEqual(events, ['c RUNNING', 'c PAUSED', 'c RUNNING', 'c STOPPED', 'c UNASSIGNED'])
})

test('a connector that fails to start can only be stopped', async () => {
  const { host, startConnector, connector } = startHost()
  connector.behaviour.start = () => {
    throw new Error('no database')
  }
  const report = await startConnector()
  assert.deepEqual([report.state, report.message], ['FAILED', 'no database'])
  assert.equal((await host.setConnectorTarget('c', 'PAUSED')).state, 'FAILED')
  assert.equal((await host.setConnectorTarget('c', 'STOPPED')).state, 'STOPPED')
  connector.behaviour = {}
  assert.equal((await host.setConnectorTarget('c', 'STARTED')).state, 'RUNNING')
  await host.close()
})

test('a connector whose class is unknown fails, and has no tasks', async () => {
  const { host, startConnector } = startHost()
  const report = await startConnector('STARTED', { 'connector.class': 'test.Missing' })
  assert.equal(report.state, 'FAILED')
  await assert.rejects(host.taskConfigs('c', 1), { code: 'CONNECT_FAILED' })
  await host.close()
})

test('a stop that fails still stops', async () => {
  const { host, startConnector, connector, logger } = startHost()
  connector.behaviour.stop = () => {
    throw new Error('stuck')
  }
  await startConnector()
  assert.equal((await host.setConnectorTarget('c', 'STOPPED')).state, 'STOPPED')
  assert.ok(logger.has('error', /stuck/))
  await host.close()
})

test('a connector that hangs is given up after 5 s and is not heard of again', async () => {
  const { host, startConnector, connector, clock, events } = startHost()
  const start = Promise.withResolvers<void>()
  connector.behaviour.start = () => start.promise
  const starting = startConnector()
  await settle()
  const stopping = host.stopConnector('c')
  await settle()
  await clock.advance(5000)
  await stopping
  start.resolve()
  await starting
  assert.deepEqual(events, ['c UNASSIGNED'])
})

test('of two targets that wait, only the newer is reached', async () => {
  const { host, startConnector, connector, events } = startHost()
  const start = Promise.withResolvers<void>()
  connector.behaviour.start = () => start.promise
  const starting = startConnector()
  const paused = host.setConnectorTarget('c', 'PAUSED')
  const stopped = host.setConnectorTarget('c', 'STOPPED')
  start.resolve()
  await starting
  await assert.rejects(paused, { code: 'CONNECT_FAILED' })
  await stopped
  assert.deepEqual(events, ['c RUNNING', 'c STOPPED'])
  await host.close()
})

test('too many tasks fail the connector, unless that is not enforced', async () => {
  const { host, startConnector, connector, events } = startHost()
  connector.configs = [{}, {}, {}]
  await startConnector()
  await assert.rejects(host.taskConfigs('c', 2), { message: /has generated 3 tasks.*than 2/ })
  assert.equal(events.at(-1), 'c FAILED')
  await host.stopConnector('c')
  await startConnector('STARTED', { 'tasks.max.enforce': 'false' })
  assert.equal((await host.taskConfigs('c', 2)).length, 3)
  await host.close()
})

test('a connector can ask for new tasks, read offsets and fail itself', async () => {
  const { host, startConnector, connector, events } = startHost()
  await startConnector()
  await connector.given.requestTaskReconfiguration()
  assert.deepEqual(await connector.given.offsets.offset({ file: 'a' }), { position: 7 })
  connector.given.raiseError(new Error('lost the database'))
  assert.deepEqual(events, ['c RUNNING', 'c reconfigure', 'c FAILED'])
  await host.stopConnector('c')
  assert.deepEqual(connector.calls, ['start', 'stop'])
})
