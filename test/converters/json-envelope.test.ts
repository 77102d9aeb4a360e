import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers } from '../../src/data/headers.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import { INT32_SCHEMA, OPTIONAL_STRING_SCHEMA, STRING_SCHEMA } from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import { createConverter, readBack, written } from './create.ts'

const schema = SchemaBuilder.struct().field('id', INT32_SCHEMA).field('name', STRING_SCHEMA).build()
const struct = new Struct(schema).put('id', 7).put('name', 'é')
const envelope =
  '{"schema":{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"},{"type":"string","optional":false,"field":"name"}],"optional":false},"payload":{"id":7,"name":"é"}}'

test('a struct travels with its schema, there and back', () => {
  const json = createConverter('JsonConverter')
  assert.equal(written(json, struct, schema), envelope)
  const read = readBack(json, envelope)
  assert.ok(read.schema?.equals(schema))
  assert.ok(struct.equals(read.value))
})

test('messages of one schema share one schema object', () => {
  const json = createConverter('JsonConverter')
  const first = readBack(json, envelope)
  assert.equal(readBack(json, envelope.replace('7', '8')).schema, first.schema)
  // The same schema with other blanks is another text, but no other schema.
  assert.equal(readBack(json, envelope.replace('"payload":', '"payload": ')).schema, first.schema)
})

const tails: ReadonlyArray<[what: string, tail: string]> = [
  ['a third field', '1,"x":2}'],
  ['a third field behind a text', '"a","x":2}'],
  ['no end', '1'],
  ['two ends', '1}}'],
]

for (const [what, tail] of tails) {
  test(`a known schema does not hide ${what}`, () => {
    const start = '{"schema":{"type":"string","optional":true},"payload":'
    const fresh = (text: string) => attempt(createConverter('JsonConverter'), text)
    const json = createConverter('JsonConverter')
    readBack(json, `${start}"first"}`)
    assert.deepEqual(attempt(json, start + tail), fresh(start + tail))
  })
}

function attempt(json: ReturnType<typeof createConverter>, text: string): unknown {
  try {
    return readBack(json, text).value
  } catch (error) {
    return (error as Error).message
  }
}

test('a schema after another one is not taken for it', () => {
  const json = createConverter('JsonConverter')
  assert.equal(readBack(json, '{"schema":{"type":"int32"},"payload":1}').value, 1)
  assert.equal(readBack(json, '{"schema":{"type":"int64"},"payload":1}').value, 1n)
  assert.equal(readBack(json, '{"schema":{"type":"int32"},"payload":1.9}').value, 1)
})

test('bytes that the caller reuses do not change what was read', () => {
  const json = createConverter('JsonConverter')
  const bytes = Buffer.from('{"schema":{"type":"string"},"payload":"kept"}')
  const read = json.toConnectData('topic', Headers.empty, bytes)
  bytes.fill(0)
  assert.equal(read.value, 'kept')
  assert.equal(readBack(json, '{"schema":{"type":"string"},"payload":"next"}').value, 'next')
})

test('the key null of a map of names is written as a name, once', () => {
  const json = createConverter('JsonConverter', { 'schemas.enable': 'false' })
  const map = new Map([
    [null, 1],
    ['a', 2],
    ['null', 3],
  ])
  const optional = SchemaBuilder.map(OPTIONAL_STRING_SCHEMA, INT32_SCHEMA).build()
  assert.equal(written(json, map, optional), '{"null":3,"a":2}')
  const named = SchemaBuilder.string().optional().defaultValue('a').build()
  assert.equal(
    written(json, map, SchemaBuilder.map(named, INT32_SCHEMA).build()),
    '{"a":2,"null":3}',
  )
})
