import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { HeartbeatTimer, heartbeatInterval } from '../../src/kafka/heartbeat-timer.ts'

const clock = { ...systemClock, elapsed: () => Date.now() }

function beats() {
  let count = 0
  const timer = new HeartbeatTimer({
    firstMs: 100,
    intervalMs: 1000,
    clock,
    beat: () => {
      count++
      timer.next()
    },
  })
  return { timer, count: () => count }
}

test('signs of life are close together after a rebalance, then at the interval', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const { timer, count } = beats()
  timer.restart()
  const found = Array.from({ length: 40 }, () => {
    mock.timers.tick(100)
    return count()
  })
  const times = [1, 2, 3, 4, 5, 6].map((nth) => (found.indexOf(nth) + 1) * 100)
  assert.deepEqual(times, [100, 300, 700, 1500, 2500, 3500])
  timer.hasten()
  mock.timers.tick(100)
  assert.equal(count(), 7, 'when a rebalance is expected the next one comes soon')
  timer.stop()
  mock.timers.tick(5000)
  assert.equal(count(), 7)
  mock.timers.reset()
})

test('a rebalance that is expected again and again does not put off the next sign', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const { timer, count } = beats()
  timer.restart()
  for (let ms = 0; ms < 100; ms += 20) {
    timer.hasten()
    mock.timers.tick(20)
  }
  assert.equal(count(), 1)
  timer.stop()
  mock.timers.reset()
})

test('a sign of life comes right after the session of a member that died', () => {
  const intervalMs = heartbeatInterval(3000, 10_000)
  assert.ok(intervalMs <= 3000)
  assert.equal(intervalMs * 4, 10_100)
  assert.equal(heartbeatInterval(300, 300) <= 300, true)
})

test('signs of life keep to their times when answers are slow', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const times: number[] = []
  const timer = new HeartbeatTimer({
    firstMs: 1000,
    intervalMs: 1000,
    clock,
    beat: () => {
      times.push(Date.now())
      setTimeout(() => timer.next(), 40)
    },
  })
  timer.restart()
  for (let ms = 0; ms < 3500; ms += 10) mock.timers.tick(10)
  assert.deepEqual(times, [1000, 2000, 3000])
  timer.stop()
  mock.timers.reset()
})
