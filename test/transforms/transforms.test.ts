import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from '../../src/config/parse.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import { SourceRecord } from '../../src/data/record.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import { STRING_SCHEMA } from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import type { Transformation } from '../../src/sdk/transformation.ts'
import { transforms } from '../../src/transforms/index.ts'

function create(name: string, props: ConfigProps = {}): Transformation {
  const plugin = transforms.find((each) => each.class.endsWith(`.${name}`))
  if (plugin === undefined) throw new TypeError(`there is no ${name}`)
  return plugin.create(parseConfig(plugin.config, props))
}

function recordOf(value: ConnectValue, valueSchema: SourceRecord['valueSchema'] = null) {
  return new SourceRecord({
    topic: 'orders',
    valueSchema,
    value,
    sourcePartition: null,
    sourceOffset: null,
  })
}

const chain = [
  create('HoistField$Value', { field: 'line' }),
  create('InsertField$Value', { 'static.field': 'source', 'static.value': 'test' }),
]

function run(record: SourceRecord): SourceRecord | null {
  return chain.reduce<SourceRecord | null>((kept, next) => kept && next(kept), record)
}

test('the transformations of the guide make an object of a line', () => {
  const line = recordOf('hello')
  assert.deepEqual(run(line)?.value, { line: 'hello', source: 'test' })
  assert.equal(line.value, 'hello')
})

test('records of one schema get one new schema', () => {
  const [first, second] = [run(recordOf('a', STRING_SCHEMA)), run(recordOf('b', STRING_SCHEMA))]
  assert.equal(String(first?.value), 'Struct{line=a,source=test}')
  assert.equal(first?.valueSchema, second?.valueSchema)
})

test('two instances with other settings do not share schemas', () => {
  const other = create('HoistField$Value', { field: 'text' })
  run(recordOf('a', STRING_SCHEMA))
  const schema = other(recordOf('a', STRING_SCHEMA))?.valueSchema
  assert.deepEqual(
    schema?.fields.map(({ name }) => name),
    ['text'],
  )
})

// Every transformation that changes objects in the reference: here they stay as they were.
const pure: ReadonlyArray<[name: string, props: ConfigProps]> = [
  ['InsertField$Value', { 'topic.field': 'a' }],
  ['ReplaceField$Value', { exclude: 'a', renames: 'b:c' }],
  ['MaskField$Value', { fields: 'a' }],
  ['Cast$Value', { spec: 'a:string' }],
  ['Flatten$Value', {}],
  ['HeaderFrom$Value', { fields: 'a', headers: 'h', operation: 'move' }],
  ['TimestampConverter$Value', { field: 'a', 'target.type': 'Timestamp' }],
  ['ValueToKey', { fields: 'a' }],
]

for (const [name, props] of pure) {
  test(`${name} leaves the record that it gets as it was`, () => {
    const value = { a: 1, b: 'x' }
    const record = recordOf(value)
    assert.notEqual(create(name, props)(record), record)
    assert.deepEqual(value, { a: 1, b: 'x' })
    assert.equal(record.value, value)
    assert.equal(record.key, null)
    assert.equal(record.headers.size, 0)
  })
}

test('__proto__ is a field like another', () => {
  const hoisted = create('HoistField$Value', { field: '__proto__' })(recordOf(1))
  assert.equal(JSON.stringify(hoisted?.value), '{"__proto__":1}')
  const named = recordOf(JSON.parse('{"__proto__":1,"b":2}'))
  for (const [name, props, expected] of [
    ['ReplaceField$Value', { renames: 'b:c' }, '{"__proto__":1,"c":2}'],
    ['ReplaceField$Value', { renames: 'b:__proto__', exclude: '__proto__' }, '{"__proto__":2}'],
    ['InsertField$Value', { 'topic.field': '__proto__' }, '{"__proto__":"orders","b":2}'],
    ['MaskField$Value', { fields: '__proto__' }, '{"__proto__":0,"b":2}'],
    ['Flatten$Value', {}, '{"__proto__":1,"b":2}'],
  ] as const) {
    assert.equal(JSON.stringify(create(name, props)(named)?.value), expected, name)
  }
  assert.equal(create('ExtractField$Value', { field: 'toString' })(recordOf({}))?.value, null)
})

test('a struct whose field is renamed keeps its other fields', () => {
  const schema = SchemaBuilder.struct().field('a', STRING_SCHEMA).field('b', STRING_SCHEMA).build()
  const struct = new Struct(schema).put('a', '1').put('b', '2')
  const renamed = create('ReplaceField$Value', { renames: 'a:x' })(recordOf(struct, schema))
  assert.equal(String(renamed?.value), 'Struct{x=1,b=2}')
})

test('every class of the reference is there, once', () => {
  const names = transforms.map((plugin) => plugin.class.split('.').at(-1))
  assert.equal(new Set(names).size, names.length)
  assert.equal(names.length, 26)
})
