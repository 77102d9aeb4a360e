import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'

const idleMemory = new URL('../../src/base/idle-memory.ts', import.meta.url)

/** Makes much garbage, then waits; tells the memory for new objects before and after. */
const code = `
  const { parentPort } = require('node:worker_threads')
  const { getHeapSpaceStatistics } = require('node:v8')
  const youngMb = () =>
    getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20
  import(${JSON.stringify(idleMemory.href)}).then(({ returnIdleMemory }) => {
    let kept = []
    for (let n = 0; n < 1_000_000; n++) {
      kept.push({ n, list: [n] })
      if (kept.length > 200_000) kept = []
    }
    const burstMb = youngMb()
    returnIdleMemory(20)
    const waiting = setInterval(() => {
      if (youngMb() > 8) return
      clearInterval(waiting)
      parentPort.postMessage(burstMb)
    }, 20)
  })
`

test('a thread that has come to rest gives back the memory that a burst has needed', {
  timeout: 30_000,
}, async () => {
  const thread = new Worker(code, { eval: true })
  const [burstMb] = await once(thread, 'message')
  assert.ok(burstMb >= 16, `the burst has taken ${burstMb} MB`)
  await thread.terminate()
})
