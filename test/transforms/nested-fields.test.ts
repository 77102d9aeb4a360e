import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from '../../src/config/parse.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import { dateOf } from '../../src/data/date.ts'
import { TIMESTAMP_SCHEMA } from '../../src/data/logical.ts'
import { SourceRecord } from '../../src/data/record.ts'
import type { Schema } from '../../src/data/schema.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import { INT32_SCHEMA, STRING_SCHEMA } from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import type { Transformation } from '../../src/sdk/transformation.ts'
import { transforms } from '../../src/transforms/index.ts'

function create(name: string, props: ConfigProps): Transformation {
  const plugin = transforms.find((each) => each.class.endsWith(`.${name}`))
  if (plugin === undefined) throw new TypeError(`there is no ${name}`)
  return plugin.create(parseConfig(plugin.config, { 'field.syntax.version': 'V2', ...props }))
}

function recordOf(value: ConnectValue, valueSchema: Schema | null = null) {
  const source = { sourcePartition: null, sourceOffset: null }
  return new SourceRecord({ topic: 'orders', valueSchema, value, ...source })
}

const placeSchema = SchemaBuilder.struct()
  .name('Place')
  .field('at', TIMESTAMP_SCHEMA)
  .field('a.b', INT32_SCHEMA)
  .field('name', SchemaBuilder.string().optional().build())
  .build()

const orderSchema = SchemaBuilder.struct()
  .name('Order')
  .field('id', INT32_SCHEMA)
  .field('place', placeSchema)
  .field('other', SchemaBuilder.struct().optional().field('x', INT32_SCHEMA).build())
  .build()

function order(): Struct {
  const place = new Struct(placeSchema)
  place.put('at', dateOf(86_400_000n)).put('a.b', 5).put('name', 'here')
  return new Struct(orderSchema).put('id', 7).put('place', place)
}

// Settings, then the text of the struct that comes out, and of a schema on the way.
const onStructs: ReadonlyArray<[name: string, props: ConfigProps, text: string, schema: string]> = [
  ['Cast', { spec: 'place.`a.b`:string,id:int64' }, 'a.b=5,name=here', 'a.b:STRING'],
  ['MaskField', { fields: 'place.name,place.`a.b`' }, 'a.b=0,name=}', 'name:STRING'],
  ['ReplaceField', { exclude: 'place.at,other.x' }, 'place=Struct{a.b=5,name=here}', 'a.b:INT32'],
  ['ReplaceField', { include: 'place.name' }, 'Struct{place=Struct{name=here}}', 'name:STRING'],
  ['ReplaceField', { renames: 'place.`a.b`:n' }, 'n=5,name=here', 'n:INT32'],
  [
    'TimestampConverter',
    { field: 'place.at', 'target.type': 'string', format: 'yyyy-MM-dd' },
    'at=1970-01-02,a.b=5',
    'at:STRING',
  ],
  [
    'InsertField',
    { 'static.field': 'place.made.by!', 'static.value': 'me' },
    'name=here,made=Struct{by=me}',
    'by:STRING',
  ],
  ['HoistField', { field: 'in.deep' }, 'Struct{in=Struct{deep=Struct{id=7,', 'id:INT32'],
]

function schemaText(schema: Schema): string {
  if (schema.type !== 'STRUCT') return schema.type
  return schema.fields.map((field) => `${field.name}:${schemaText(field.schema)}`).join(' ')
}

for (const [name, props, text, field] of onStructs) {
  test(`${name} reaches nested fields of structs: ${JSON.stringify(props)}`, () => {
    const transform = create(`${name}$Value`, props)
    const first = transform(recordOf(order(), orderSchema))
    const second = transform(recordOf(order(), orderSchema))
    const value = first?.value as Struct
    assert.ok(String(value).includes(text), String(value))
    assert.match(schemaText(value.schema), new RegExp(`\\b${field}\\b`))
    assert.ok(value.schema.equals(first?.valueSchema))
    assert.equal(first?.valueSchema, second?.valueSchema, 'schemas are made once')
    value.validate()
  })
}

test('HeaderFrom and ValueToKey read nested fields of structs', () => {
  const record = recordOf(order(), orderSchema)
  const move = { fields: 'place.name', headers: 'n', operation: 'move' }
  const moved = create('HeaderFrom$Value', move)(record)
  assert.equal(moved?.headers.lastWithName('n')?.value, 'here')
  assert.equal(moved?.headers.lastWithName('n')?.schema?.type, 'STRING')
  assert.ok(!String(moved?.value).includes('here'))
  const keyed = create('ValueToKey', { fields: 'place.`a.b`,id' })(record)
  assert.equal(String(keyed?.key), 'Struct{a.b=5,id=7}')
})

test('what is null around a nested field stays null', () => {
  const record = recordOf(order(), orderSchema)
  const transform = create('InsertField$Value', { 'topic.field': 'other.topic' })
  const result = transform(record)?.value as Struct
  assert.equal(result.get('other'), null)
  assert.deepEqual(transform(recordOf({ other: null }))?.value, { other: null })
  assert.deepEqual(
    create('Cast$Value', { spec: 'other.x:string' })(recordOf({ other: null }))?.value,
    {
      other: null,
    },
  )
})

test('the default of a nested struct changes with its type', () => {
  const inner = SchemaBuilder.struct().field('n', INT32_SCHEMA).build()
  const withDefault = SchemaBuilder.struct()
    .field('n', INT32_SCHEMA)
    .defaultValue(new Struct(inner).put('n', 3))
    .build()
  const outer = SchemaBuilder.struct().field('inner', withDefault).build()
  const result = create('Cast$Value', { spec: 'inner.n:string' })(
    recordOf(new Struct(outer), outer),
  )
  assert.equal(String(result?.value), 'Struct{inner=Struct{n=3}}')
  assert.equal(String(result?.valueSchema?.field('inner')?.schema.defaultValue), 'Struct{n=3}')
})

const refused: ReadonlyArray<[name: string, props: ConfigProps, message: RegExp]> = [
  ['Cast$Value', { spec: '`a:int32' }, /Incomplete backtick pair/],
  ['HoistField$Value', { field: '' }, /path of a field is empty/],
  ['ValueToKey', { fields: 'a.id,b.id' }, /two of them end in id/],
  ['MaskField$Value', { fields: 'a', 'field.syntax.version': 'V3' }, /must be one of.*V1, V2/],
]

for (const [name, props, message] of refused) {
  test(`${name} with ${JSON.stringify(props)} is refused`, () => {
    assert.throws(() => create(name, props), { code: 'CONFIG_INVALID', message })
  })
}

test('a field that is no struct names itself when a path leads into it', () => {
  const schema = SchemaBuilder.struct().field('a', STRING_SCHEMA).build()
  const insert = create('InsertField$Value', { 'topic.field': 'a.b' })
  assert.throws(() => insert(recordOf(new Struct(schema).put('a', ''), schema)), {
    code: 'DATA_INVALID',
    message: /can not insert into the field a: it is no struct but STRING/,
  })
  assert.throws(() => insert(recordOf({ a: 'text' })), { message: /nested|field insertion/ })
})
