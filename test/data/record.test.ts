import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers } from '../../src/data/headers.ts'
import { SinkRecord, SourceRecord } from '../../src/data/record.ts'
import { INT32_SCHEMA, STRING_SCHEMA } from '../../src/data/schemas.ts'

const source = new SourceRecord({
  topic: 'orders',
  key: 'k',
  valueSchema: STRING_SCHEMA,
  value: 'v',
  timestamp: 5,
  sourcePartition: { file: 'a' },
  sourceOffset: { position: 1 },
})

test('a changed copy keeps all else, the record itself does not change', () => {
  const changed = source.with({ topic: 'other', value: null, valueSchema: null })
  assert.equal(changed.topic, 'other')
  assert.equal(changed.value, null)
  assert.equal(changed.valueSchema, null)
  assert.equal(changed.key, 'k')
  assert.equal(changed.timestamp, 5)
  assert.deepEqual(changed.sourceOffset, { position: 1 })
  assert.equal(source.value, 'v')
})

test('a sink record keeps where it was consumed', () => {
  const record = new SinkRecord({ topic: 'orders', partition: 3, offset: 9, value: 1 })
  const changed = record.with({ topic: 'other', partition: 0 }).with({ value: 2 })
  assert.equal(changed.topic, 'other')
  assert.equal(changed.offset, 9)
  assert.deepEqual(
    [changed.originalTopic, changed.originalPartition, changed.originalOffset],
    ['orders', 3, 9],
  )
  assert.ok(changed instanceof SinkRecord)
  assert.ok(!((source as unknown) instanceof SinkRecord))
})

test('headers never change: each method gives new ones', () => {
  const headers = Headers.empty.add('a', 'x', STRING_SCHEMA).add('a', 2, INT32_SCHEMA)
  assert.equal(headers.remove('a').size, 0)
  assert.equal(headers.retainLatest().lastWithName('a')?.value, 2)
  assert.equal(headers.size, 2)
  assert.equal(headers.remove('b'), headers)
  assert.equal(Headers.empty.size, 0)
})
