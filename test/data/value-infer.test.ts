import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inferSchema } from '../../src/data/value-infer.ts'

test('no schema is inferred as soon as one element leaves it open', () => {
  assert.equal(inferSchema([[], [null]]), null)
  assert.equal(inferSchema([1, 'x', [null]]), null)
  assert.equal(inferSchema({ a: [], b: [null] }), null)
})

test('a list of nothing but null is refused where it comes first', () => {
  for (const value of [[null], [[null], []], [1, [null]]]) {
    assert.throws(() => inferSchema(value), {
      code: 'SCHEMA_BUILDER',
      message: 'type cannot be null',
    })
  }
})
