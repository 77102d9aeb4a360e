import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConnectValue, SourceRecord } from 'millrace/sdk'
import { upperCase } from '../src/upper-case.ts'

function record(value: ConnectValue): SourceRecord {
  return new SourceRecord({ topic: 'lines', value, sourcePartition: null, sourceOffset: null })
}

const transform = upperCase.create({ field: 'line' })

test('the field is in capitals in a new record', () => {
  const before = record({ line: 'hello', other: 'kept' })
  assert.deepEqual(transform(before)?.value, { line: 'HELLO', other: 'kept' })
  assert.deepEqual(before.value, { line: 'hello', other: 'kept' })
})

test('a record without the field passes as it is', () => {
  for (const value of [null, 'text', { other: 'x' }, { line: 1 }]) {
    const before = record(value)
    assert.equal(transform(before), before)
  }
})
