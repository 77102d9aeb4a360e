import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { eventually } from '../../helpers/eventually.ts'
import { readingsOf } from '../../metrics/fixture.ts'
import { BLOCKED_MS, hastyClock, patientClock, startHost, TIMEOUT_MS } from './fixture.ts'

function threadCount(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
}

test('a task reads its offset, moves records and commits in its thread, and no thread is left', async (t) => {
  const before = threadCount()
  const { host, states, offsets, topics, startConnector, startTask, reaches } = startHost(t)
  assert.deepEqual(await startConnector('c'), { state: 'RUNNING' })
  assert.ok(threadCount() > before)
  assert.deepEqual(await host.taskConfigs('c', 1), [
    { does: 'ticks', 'task.class': 'test.SourceTask' },
  ])
  await startTask('c')
  await reaches('c-0', 'RUNNING')
  await eventually('a record', TIMEOUT_MS, () => topics.includes('t'))
  await host.stopTasks([{ connector: 'c', task: 0 }])
  assert.equal(states.get('c-0')?.state, 'UNASSIGNED')
  const position = offsets.at(-1)?.[1]?.['position']
  assert.ok(typeof position === 'bigint' && position > 2n ** 60n)
  await host.close()
  assert.equal(states.get('c')?.state, 'UNASSIGNED')
  await eventually('no thread is left', TIMEOUT_MS, () => threadCount() === before)
})

test('an error of a connector keeps its code, message, stack and cause', async (t) => {
  const { host, startConnector } = startHost(t)
  await startConnector('c', { does: 'refuses' })
  await assert.rejects(host.taskConfigs('c', 1), (error: Error) => {
    assert.equal((error as { code?: unknown }).code, 'DATA_INVALID')
    assert.equal(error.message, 'no tasks today')
    assert.match(error.stack ?? '', /taskConfigs.*entry\.ts/)
    assert.equal((error.cause as Error).name, 'RangeError')
    return true
  })
})

test('where nobody can tell which task blocks, half of them are tried, until one is left', async (t) => {
  const { states, startConnector, startTask, reaches } = startHost(t, { timeoutMs: BLOCKED_MS })
  await startConnector('good')
  await startTask('good')
  await startTask('bad', 'runs another program')
  await reaches('bad-0', 'FAILED')
  for (const name of ['good-0', 'good']) await reaches(name, 'RUNNING')
  assert.match(states.get('bad-0')?.trace ?? '', /Task bad-0 held up its thread/)
})

test('a task that blocks after an await is told from those that wait', async (t) => {
  const { states, startTask, reaches } = startHost(t, {
    timeoutMs: BLOCKED_MS,
    clock: patientClock,
  })
  for (const name of ['good', 'other']) await startTask(name)
  await startTask('bad', 'waits natively')
  await reaches('bad-0', 'FAILED')
  for (const name of ['good-0', 'other-0']) await reaches(name, 'RUNNING')
  assert.match(states.get('bad-0')?.trace ?? '', /at poll .*entry\.ts/)
})

test('a task that blocks at once, before its thread has given a sign of life, fails', async (t) => {
  const { startTask, reaches } = startHost(t, { timeoutMs: 2500 })
  await startTask('c', 'loops at once')
  await reaches('c-0', 'FAILED')
})

test('a failed task is stopped, started again, and runs where it can', async (t) => {
  const { host, startTask, reaches } = startHost(t, { timeoutMs: BLOCKED_MS })
  await startTask('c', 'waits natively')
  await reaches('c-0', 'FAILED')
  await host.stopTasks([{ connector: 'c', task: 0 }])
  await startTask('c')
  await reaches('c-0', 'RUNNING')
})

test('a task that blocks is given up when it is stopped, and may start elsewhere', async (t) => {
  const limits = { timeoutMs: BLOCKED_MS, shutdownTimeoutMs: 300 }
  const { host, states, startTask, reaches } = startHost(t, { sizeMax: 2, ...limits })
  await startTask('c', 'waits natively')
  // A busy machine may look when it was found blocked already.
  await eventually('the task starts', TIMEOUT_MS, () => states.has('c-0'))
  await host.stopTasks([{ connector: 'c', task: 0 }])
  await startTask('c')
  await reaches('c-0', 'RUNNING')
})

test('a task is not blamed for one that was stopped and still holds its thread', async (t) => {
  const limits = { timeoutMs: 4000, shutdownTimeoutMs: 300, clock: hastyClock }
  const { host, states, startTask, reaches } = startHost(t, limits)
  await startTask('c', 'waits natively')
  await eventually('the task starts', TIMEOUT_MS, () => states.has('c-0'))
  await host.stopTasks([{ connector: 'c', task: 0 }])
  states.clear()
  void startTask('c')
  await reaches('c-0', 'RUNNING')
})

test('a heap limit that is no number fails connector and task, which can be stopped', async (t) => {
  const { host, states, startConnector, startTask } = startHost(t)
  const props = { 'millrace.heap.limit.mb': 'much' }
  const { state, message } = await startConnector('c', props)
  assert.equal(state, 'FAILED')
  assert.match(message ?? '', /Invalid value much for configuration millrace.heap.limit.mb/)
  await startTask('c', 'ticks', props)
  assert.equal(states.get('c-0')?.state, 'FAILED')
  await host.stopTasks([{ connector: 'c', task: 0 }])
  await host.stopConnector('c')
  assert.equal(states.get('c')?.state, 'UNASSIGNED')
})

test('a second start of the same name is refused, and so is asking for an unknown one', async (t) => {
  const { host, startConnector } = startHost(t)
  await startConnector('c')
  await assert.rejects(startConnector('c'), /Connector c already exists in this worker/)
  await assert.rejects(host.taskConfigs('d', 1), /Connector d not found in this worker/)
})

test('metrics of tasks come from their threads, and go with the task', async (t) => {
  const { host, startTask, reaches } = startHost(t, { sizeMax: 2 })
  for (const name of ['a', 'b']) await startTask(name)
  for (const name of ['a-0', 'b-0']) await reaches(name, 'RUNNING')
  const polled = async (connector: string) => {
    const readings = readingsOf(await host.metrics(), 'source-task-metrics', { connector })
    return readings['source-record-poll-total']
  }
  for (const name of ['a', 'b']) {
    await eventually(`records of ${name}`, TIMEOUT_MS, async () => Number(await polled(name)) > 2)
  }
  await host.stopTasks([{ connector: 'a', task: 0 }])
  assert.equal(await polled('a'), undefined)
  assert.ok(Number(await polled('b')) > 2)
})

test('of a thread that is blocked, metrics are those that it told last', async (t) => {
  const { host, startTask, reaches } = startHost(t, { shutdownTimeoutMs: 300 })
  await startTask('good')
  await reaches('good-0', 'RUNNING')
  const status = async () => {
    const tags = { connector: 'good' }
    return readingsOf(await host.metrics(), 'connector-task-metrics', tags)['status']
  }
  assert.equal(await status(), 'running')
  await startTask('bad', 'waits natively')
  await reaches('bad-0', 'RUNNING')
  await systemClock.sleep(100)
  const startMs = performance.now()
  assert.equal(await status(), 'running')
  assert.ok(performance.now() - startMs < 20_000, 'the answer does not wait for the thread')
})
