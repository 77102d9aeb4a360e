import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BufferPool } from '../../src/base/buffer-pool.ts'

test('a buffer that was given back is lent again, also in another length', () => {
  const pool = new BufferPool()
  const first = pool.take(100_000)
  assert.notEqual(pool.take(100_000).buffer, first.buffer)
  pool.give(first.subarray(10, 20))
  const again = pool.take(200_000)
  assert.equal(again.buffer, first.buffer)
  assert.equal(again.length, 200_000)
})

test('what is given back twice is lent once', () => {
  const pool = new BufferPool()
  const bytes = pool.take(100_000)
  pool.give(bytes)
  pool.give(bytes)
  assert.notEqual(pool.take(100_000).buffer, pool.take(100_000).buffer)
})

test("other memory, small and huge buffers aren't kept", () => {
  const pool = new BufferPool()
  const foreign = Buffer.alloc(100_000)
  pool.give(foreign)
  assert.notEqual(pool.take(100_000).buffer, foreign.buffer)
  for (const sizeBytes of [100, 50_000_000]) {
    const bytes = pool.take(sizeBytes)
    assert.equal(bytes.length, sizeBytes)
    assert.equal(pool.isLent(bytes), false)
  }
})

test('no more than 16 MiB are kept', () => {
  const pool = new BufferPool()
  const lent = new Set(Array.from({ length: 20 }, () => pool.take(1_000_000)))
  const blocks = new Set(Array.from(lent, ({ buffer }) => buffer))
  for (const bytes of lent) pool.give(bytes)
  const again = Array.from({ length: 20 }, () => pool.take(1_000_000))
  assert.equal(again.filter(({ buffer }) => blocks.has(buffer)).length, 15)
})
