import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { systemClock } from '../../src/base/clock.ts'

test('a sleep beyond what timers take lasts that long', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const monthMs = 31 * 24 * 3_600_000
  let isOver = false
  const sleep = systemClock.sleep(monthMs).then(() => {
    isOver = true
  })
  t.mock.timers.tick(2 ** 31 - 1)
  await setImmediate()
  assert.equal(isOver, false)
  t.mock.timers.tick(monthMs)
  await sleep
})

test('a sleep without end ends when its signal aborts', async () => {
  const stop = new AbortController()
  const sleep = systemClock.sleep(Number.MAX_SAFE_INTEGER, stop.signal)
  stop.abort()
  await sleep
})
