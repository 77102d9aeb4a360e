import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LatestLines } from '../../../src/cli/quickstart/latest-lines.ts'
import { sampleLine } from '../../../src/cli/quickstart/samples.ts'

function pushSamples(latest: LatestLines, first: number, last: number): void {
  for (let number = first; number <= last; number++) latest.push(number, sampleLine(number))
}

function numbers(latest: LatestLines, count: number): readonly number[] {
  return latest.newest(count).map(({ number }) => number)
}

test('the newest lines come in order, as many as there are', () => {
  const latest = new LatestLines()
  assert.deepEqual(numbers(latest, 3), [])
  pushSamples(latest, 1, 2)
  assert.deepEqual(numbers(latest, 3), [1, 2])
  pushSamples(latest, 3, 1000)
  assert.deepEqual(numbers(latest, 3), [998, 999, 1000])
})

test('your line moves up to the first place and stays there', () => {
  const latest = new LatestLines()
  pushSamples(latest, 1, 5)
  latest.push(6, 'hello')
  assert.deepEqual(numbers(latest, 3), [4, 5, 6])
  pushSamples(latest, 7, 8)
  assert.deepEqual(numbers(latest, 3), [6, 7, 8])
  pushSamples(latest, 9, 1000)
  assert.deepEqual(numbers(latest, 3), [6, 999, 1000])
  latest.push(1001, '{"line":"hello again","data_source":"quickstart"}')
  assert.deepEqual(numbers(latest, 3), [999, 1000, 1001])
})
