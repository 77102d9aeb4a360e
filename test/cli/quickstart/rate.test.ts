import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Rate } from '../../../src/cli/quickstart/rate.ts'

test('a rate is the growth a second over the last five seconds', () => {
  const rate = new Rate()
  let last = 0
  for (let second = 0; second <= 20; second++) last = rate.add(second * 1000, second * 3)
  assert.equal(last, 3)
  for (let second = 21; second <= 25; second++) last = rate.add(second * 1000, 60)
  assert.equal(last, 0)
})

test('what comes at once at the start is no high rate, and a file that shrinks none at all', () => {
  const rate = new Rate()
  assert.equal(rate.add(0, 0), 0)
  assert.equal(rate.add(10, 5), 5)
  assert.equal(rate.add(2000, 0), 0)
})
