import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Measure } from '../../src/metrics/measure.ts'

/** Two windows of 30 s, as by default, and a clock that a test sets. */
function startMeasure(samples = 2) {
  const clock = { nowMs: 1_000_000 }
  const measure = new Measure({ samples, windowMs: 30_000, elapsed: () => clock.nowMs })
  return { clock, measure }
}

test('without values there is no average, maximum or minimum, and nothing happens', () => {
  const { measure } = startMeasure()
  assert.deepEqual(
    [measure.avg, measure.max, measure.min, measure.rate, measure.total, measure.count],
    [Number.NaN, Number.NaN, Number.NaN, 0, 0, 0],
  )
})

test('values of both windows count', () => {
  const { clock, measure } = startMeasure()
  measure.record(4)
  measure.record(8)
  clock.nowMs += 30_000
  measure.record(3)
  assert.deepEqual([measure.avg, measure.max, measure.min, measure.total], [5, 8, 3, 15])
})

test('values from before the windows count in the total only', () => {
  const { clock, measure } = startMeasure()
  measure.record(100)
  clock.nowMs += 60_000
  assert.deepEqual([measure.avg, measure.max, measure.rate], [Number.NaN, Number.NaN, 0])
  measure.record(2)
  assert.deepEqual([measure.avg, measure.max, measure.total, measure.count], [2, 2, 102, 2])
})

// Kafka counts the windows that have yet to pass, so that a rate does not begin with a peak.
const rates: ReadonlyArray<readonly [afterMs: number, perSecond: number]> = [
  [0, 600 / 30],
  [10_000, 600 / 40],
  [29_999, 600 / 59.999],
  [30_000, 600 / 30],
  [45_000, 600 / 45],
]

for (const [afterMs, perSecond] of rates) {
  test(`600 values at once are ${perSecond.toFixed(1)} a second after ${afterMs} ms`, () => {
    const { clock, measure } = startMeasure()
    for (let value = 0; value < 600; value++) measure.record(1)
    clock.nowMs += afterMs
    assert.equal(measure.rate, perSecond)
    assert.equal(measure.countRate, perSecond)
  })
}

test('a single window forgets all at its end', () => {
  const { clock, measure } = startMeasure(1)
  measure.record(7)
  clock.nowMs += 29_999
  assert.equal(measure.max, 7)
  clock.nowMs += 1
  assert.equal(measure.max, Number.NaN)
})
