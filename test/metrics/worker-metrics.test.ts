import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WorkerMetrics } from '../../src/metrics/worker-metrics.ts'
import { meteredHost } from '../../src/runtime/metered-host.ts'
import type { HostEvents, StateReport, TaskHost } from '../../src/runtime/task-host.ts'
import { metricsRegistry, readingsOf } from './fixture.ts'

/** A host that does nothing, and what it would tell. */
function start() {
  const registry = metricsRegistry({ elapsed: () => 0 })
  const metrics = new WorkerMetrics(registry, (name) =>
    name === 'File' ? { kind: 'source', class: 'org.acme.FileSource', version: '1' } : null,
  )
  const told: string[] = []
  const events = {
    onConnectorState: (name: string, { state }: StateReport) => told.push(`${name} ${state}`),
    onTaskState: ({ task }: { task: number }, { state }: StateReport) =>
      told.push(`${task} ${state}`),
  } as unknown as HostEvents
  let inner = events
  const restarting = new Set<number>()
  const host = meteredHost(
    metrics,
    ({ task }) => restarting.has(task),
    events,
    (given) => {
      inner = given
      const idle = async () => {}
      return {
        startConnector: idle,
        stopConnector: idle,
        startTask: idle,
        stopTasks: idle,
      } as unknown as TaskHost
    },
  )
  const connector = (name: string, className = 'File') =>
    host.startConnector({ name, props: { 'connector.class': className }, target: 'STARTED' })
  const task = (name: string, number: number) =>
    host.startTask({
      id: { connector: name, task: number },
      connectorProps: {},
      taskProps: {},
      target: 'STARTED',
    })
  const worker = () =>
    readingsOf(
      registry.read().filter(({ tags }) => !('connector' in tags)),
      'connect-worker-metrics',
      {},
    )
  const of = (type: string, name: string) => readingsOf(registry.read(), type, { connector: name })
  return { host, told, connector, task, worker, of, events: () => inner, restarting }
}

const id = (task: number) => ({ connector: 'a', task })

test('connectors: how many there are, how they do, what they are', async () => {
  const { host, connector, worker, of, events, told } = start()
  await connector('a')
  await connector('b', 'Unknown')
  assert.equal(of('connector-metrics', 'a')['status'], 'unassigned')
  events().onConnectorState('a', { state: 'RUNNING' })
  events().onConnectorState('a', { state: 'PAUSED' })
  events().onConnectorState('b', { state: 'FAILED' })
  assert.deepEqual(told, ['a RUNNING', 'a PAUSED', 'b FAILED'])
  assert.deepEqual(of('connector-metrics', 'a'), {
    status: 'paused',
    'connector-type': 'source',
    'connector-class': 'org.acme.FileSource',
    'connector-version': '1',
  })
  assert.partialDeepStrictEqual(of('connector-metrics', 'b'), {
    status: 'failed',
    'connector-type': 'unknown',
    'connector-class': 'Unknown',
  })
  assert.partialDeepStrictEqual(worker(), {
    'connector-count': 2,
    'connector-startup-attempts-total': 2,
    'connector-startup-success-total': 1,
    'connector-startup-failure-total': 1,
    'connector-startup-success-percentage': 0.5,
    'connector-startup-failure-percentage': 0.5,
  })
  await host.stopConnector('b')
  assert.equal(worker()['connector-count'], 1)
  assert.deepEqual(of('connector-metrics', 'b'), {})
})

test('a failure after a success, a resume and a repeated report are no starts', async () => {
  const { connector, worker, events } = start()
  await connector('a')
  for (const state of ['RUNNING', 'PAUSED', 'RUNNING', 'FAILED'] as const) {
    events().onConnectorState('a', { state })
  }
  assert.partialDeepStrictEqual(worker(), {
    'connector-startup-attempts-total': 1,
    'connector-startup-failure-total': 0,
  })
})

test('tasks of a connector by their state, as long as there are any', async () => {
  const { host, task, worker, of, events } = start()
  for (const number of [0, 1, 2]) await task('a', number)
  events().onTaskState(id(0), { state: 'RUNNING' })
  events().onTaskState(id(1), { state: 'FAILED' })
  assert.deepEqual(of('connect-worker-metrics', 'a'), {
    'connector-total-task-count': 3,
    'connector-running-task-count': 1,
    'connector-paused-task-count': 0,
    'connector-failed-task-count': 1,
    'connector-unassigned-task-count': 1,
    'connector-destroyed-task-count': 0,
    'connector-restarting-task-count': 0,
  })
  assert.partialDeepStrictEqual(worker(), { 'task-count': 3, 'task-startup-attempts-total': 2 })
  await host.stopTasks([id(0), id(1), id(2)])
  assert.deepEqual(of('connect-worker-metrics', 'a'), {})
  assert.equal(worker()['task-count'], 0)
})

test('a task that restarts counts as such until it runs', async () => {
  const { host, task, of, events, restarting } = start()
  for (const number of [0, 1]) await task('a', number)
  for (const number of [0, 1]) events().onTaskState(id(number), { state: 'RUNNING' })
  restarting.add(0)
  const counts = () => {
    const readings = of('connect-worker-metrics', 'a')
    return ['running', 'restarting'].map((state) => readings[`connector-${state}-task-count`])
  }
  assert.deepEqual(counts(), [2, 0])
  await host.stopTasks([id(0)])
  assert.deepEqual(counts(), [1, 0])
  await task('a', 0)
  assert.deepEqual(counts(), [1, 1])
  events().onTaskState(id(0), { state: 'RUNNING' })
  assert.deepEqual(counts(), [2, 0])
})
