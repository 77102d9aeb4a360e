import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { oneEachTurn } from '../../../src/runtime/threads/turns.ts'
import { eventually } from '../../helpers/eventually.ts'

const { port1: asking, port2: asked } = new MessageChannel()
after(() => asking.close())

test('messages that come at once are handed on in order, with turns for timers between', async () => {
  const seen: unknown[] = []
  const tick = () => {
    seen.push('timer')
    if (seen.length < 50) setTimeout(tick)
  }
  setTimeout(tick)
  oneEachTurn(asked).on('message', (message) => {
    seen.push(message)
    // A start that takes its time: due timers wait.
    const end = performance.now() + 3
    while (performance.now() < end);
  })
  for (let n = 0; n < 5; n++) asking.postMessage(n)
  await eventually('the last message', 5000, () => seen.includes(4))
  assert.deepEqual(
    seen.filter((each) => each !== 'timer'),
    [0, 1, 2, 3, 4],
  )
  // The first two share a turn: one of the sockets' part of it, one of its end.
  const between = seen.slice(seen.indexOf(1), seen.indexOf(4))
  assert.equal(between.filter((each) => each === 'timer').length, 3, String(seen))
  asking.postMessage('later')
  await eventually('a later one', 5000, () => seen.includes('later'))
})
