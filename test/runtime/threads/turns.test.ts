import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { inTurns } from '../../../src/runtime/threads/turns.ts'
import { eventually } from '../../helpers/eventually.ts'
import { TIMEOUT_MS } from './fixture.ts'

/** @returns The messages as they were handed on, with `turn` wherever timers had theirs between. */
async function handedOn(count: number, take: () => void | Promise<void>): Promise<unknown[]> {
  const { port1: asking, port2: asked } = new MessageChannel()
  const seen: unknown[] = []
  const tick = setInterval(() => seen.at(-1) !== 'turn' && seen.push('turn'), 1)
  inTurns(asked).on('message', (message) => {
    seen.push(message)
    void take()
  })
  for (let n = 1; n <= count; n++) asking.postMessage(n)
  await eventually('the last message', TIMEOUT_MS, () => seen.includes(count))
  asking.postMessage('later')
  await eventually('one that comes later', TIMEOUT_MS, () => seen.includes('later'))
  clearInterval(tick)
  asking.close()
  const first = seen.indexOf(1)
  return seen.slice(first, seen.indexOf(count) + 1)
}

function work(durationMs: number): void {
  const endMs = performance.now() + durationMs
  while (performance.now() < endMs);
}

test('timers have a turn between messages whose work takes its time', async () => {
  const seen = await handedOn(5, () => work(3))
  // Two turns may come without timers between: when sockets had theirs, and at the end of it.
  assert.deepEqual(
    seen.filter((each) => each !== 'turn'),
    [1, 2, 3, 4, 5],
  )
  assert.ok(seen.length >= 8, String(seen))
})

test('work after an await counts as well', async () => {
  const seen = await handedOn(5, async () => {
    await Promise.resolve()
    work(3)
  })
  assert.ok(seen.length >= 8, String(seen))
})

test('messages that take no time share turns, in order', async () => {
  const seen = await handedOn(2000, () => {})
  const messages = seen.filter((each) => each !== 'turn')
  assert.deepEqual(
    messages,
    Array.from({ length: 2000 }, (_, n) => n + 1),
  )
  assert.ok(seen.length < 2200, `${seen.length - 2000} turns`)
})
