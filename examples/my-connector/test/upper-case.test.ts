import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ConnectValue,
  INT32_SCHEMA,
  SchemaBuilder,
  SourceRecord,
  STRING_SCHEMA,
  Struct,
} from 'millrace/sdk'
import { upperCase } from '../src/upper-case.ts'

const transform = upperCase.create({ field: 'line' })

function record(value: ConnectValue): SourceRecord {
  return new SourceRecord({ topic: 'lines', value, sourcePartition: null, sourceOffset: null })
}

test('the field of an object is in capitals in a new record', () => {
  const before = record({ line: 'hello', other: 'kept' })
  assert.deepEqual(transform(before)?.value, { line: 'HELLO', other: 'kept' })
  assert.deepEqual(before.value, { line: 'hello', other: 'kept' })
})

test('the field of a struct is in capitals in a new struct', () => {
  const schema = SchemaBuilder.struct()
    .field('line', STRING_SCHEMA)
    .field('number', INT32_SCHEMA)
    .build()
  const struct = new Struct(schema).put('line', 'hello').put('number', 1)
  assert.equal(String(transform(record(struct))?.value), 'Struct{line=HELLO,number=1}')
  assert.equal(String(struct), 'Struct{line=hello,number=1}')
})

test('what has no such text passes as it is', () => {
  for (const value of [null, 'text', { other: 'x' }]) {
    const before = record(value)
    assert.equal(transform(before), before)
  }
  assert.deepEqual(transform(record({ line: 1 }))?.value, { line: 1 })
})
