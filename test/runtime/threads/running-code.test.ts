import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { runningCode } from '../../../src/runtime/threads/running-code.ts'

/** Calls native code again and again, which no debugger can stop. */
const nativeLoop = `
  const { execFileSync } = require('node:child_process')
  globalThis[Symbol.for('millrace.running-unit')] = () => 7
  function query() { execFileSync('sleep', ['0.8']) }
  require('node:worker_threads').parentPort.postMessage('soon')
  for (;;) query()`

test('a thread in native code is stopped when that returns, and can be ended then', async (t) => {
  const thread = new Worker(nativeLoop, { eval: true })
  t.after(() => thread.terminate())
  await once(thread, 'message')
  const code = await runningCode(thread.threadId)
  assert.equal(code?.unit, 7)
  assert.match(code.frames.join('\n'), /at query /)
  const exited = once(thread, 'exit')
  void thread.terminate()
  await exited
})
