import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import type { ThreadHost } from '../../../src/runtime/threads/thread-host.ts'
import { BLOCKED_MS, startHost, startThreadHost } from './fixture.ts'

function run(host: ThreadHost, method: string, args: readonly unknown[] = []) {
  const stages: string[] = []
  const answer = host.runCode({
    method,
    args,
    name: 'The call',
    onStage: (text) => stages.push(text),
  })
  return { stages, answer }
}

test('a call is answered, tells its stages, and keeps no more than one thread', async (t) => {
  const { host } = startHost(t)
  const { stages, answer } = run(host, 'echo', ['hello'])
  assert.equal(await answer, 'hello')
  assert.deepEqual(stages, ['echoing hello'])
  await assert.rejects(run(host, 'refuse').answer, { code: 'DATA_INVALID', message: 'not today' })
  assert.equal(host.threadCount, 1)
})

test('a call that loops fails alone; tasks and calls that shared its thread go on', async (t) => {
  const { host, startTask, reaches } = startHost(t, { timeoutMs: BLOCKED_MS })
  await startTask('good')
  await reaches('good-0', 'RUNNING')
  const loop = run(host, 'loop')
  const echo = run(host, 'echo', ['slowly'])
  await assert.rejects(loop.answer, {
    code: 'REQUEST_TIMEOUT',
    message: /^The call held up its thread tasks-\d+ for [\d.]+ s, so the thread was ended/,
  })
  assert.equal(loop.stages.at(-1), 'looping')
  assert.equal(await echo.answer, 'slowly')
  await reaches('good-0', 'RUNNING')
})

test('a call of which nobody can tell that it blocks is tried once more, alone', async (t) => {
  const { host, startTask, reaches, states } = startHost(t, { timeoutMs: BLOCKED_MS })
  await startTask('good')
  await reaches('good-0', 'RUNNING')
  const waits = run(host, 'waitLater')
  await assert.rejects(waits.answer, { code: 'REQUEST_TIMEOUT' })
  await reaches('good-0', 'RUNNING')
  assert.equal(states.get('good-0')?.trace, undefined)
  assert.equal(host.threadCount, 1)
})

test('a call that awaits for ever is answered after 90 s; its thread stays', async (t) => {
  const over = Promise.withResolvers<void>()
  const sleep = (ms: number, signal?: AbortSignal) =>
    ms === 90_000 ? over.promise : systemClock.sleep(ms, signal)
  const host = startThreadHost({ clock: { ...systemClock, sleep } })
  t.after(() => host.close())
  const { stages, answer } = run(host, 'hang')
  const refused = assert.rejects(answer, {
    code: 'REQUEST_TIMEOUT',
    message: 'The call did not end within 90000 ms',
  })
  while (stages.length === 0) await new Promise(setImmediate)
  over.resolve()
  await refused
  assert.equal(host.threadCount, 1)
})

test('a call is told when its host closes', async (t) => {
  const { host } = startHost(t)
  const { stages, answer } = run(host, 'echo', ['slowly'])
  const refused = assert.rejects(answer, { code: 'WORKER_STATE' })
  while (stages.length === 0) await new Promise(setImmediate)
  await host.close()
  await refused
})
