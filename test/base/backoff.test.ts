import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from '../../src/base/backoff.ts'

test('delays double up to the limit, a fifth more or less', () => {
  const delays = [0, 1, 2, 3, 4, 5, 100].map((attempt) => backoffMs(attempt, 50, 1000, () => 0.5))
  assert.deepEqual(delays, [50, 100, 200, 400, 800, 1000, 1000])
  assert.equal(
    backoffMs(1, 50, 1000, () => 0),
    80,
  )
  assert.equal(
    backoffMs(1, 50, 1000, () => 0.999999),
    120,
  )
})
