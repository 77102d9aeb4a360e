import assert from 'node:assert/strict'
import { test } from 'node:test'
import { follow, type Sample, stretch } from '../../bench/progress.ts'

const samples: readonly Sample[] = [
  { timeMs: 0, cpuMs: 100, count: 0 },
  { timeMs: 1000, cpuMs: 600, count: 500 },
  { timeMs: 2000, cpuMs: 700, count: 1500 },
]

test('rate and CPU of a stretch lie between the samples in proportion', () => {
  assert.deepEqual(stretch(samples, 0, 500), { recordsPerSecond: 500, cpuMicros: 1000 })
  assert.deepEqual(stretch(samples, 500, 1000), { recordsPerSecond: 1000, cpuMicros: 100 })
  assert.deepEqual(stretch(samples, 250, 1000), { recordsPerSecond: 750, cpuMicros: 400 })
})

test('samples are taken until the last record has arrived', async () => {
  const counts = [10, 20, 20, 30]
  const taken = await follow({
    start: async () => {},
    count: () => counts.shift() ?? 0,
    cpuMs: () => 1,
    check: async () => {},
    expected: 30,
    stallMs: 10_000,
  })
  assert.deepEqual(
    taken.map(({ count }) => count),
    [0, 10, 20, 20, 30],
  )
})

test('a worker that stands still is an error', async () => {
  const stuck = follow({
    start: async () => {},
    count: () => 7,
    cpuMs: () => 1,
    check: async () => {},
    expected: 30,
    stallMs: 50,
  })
  await assert.rejects(stuck, /stuck at 7 of 30 records/)
})
