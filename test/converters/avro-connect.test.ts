import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import { DATE_SCHEMA, decimalBuilder, TIMESTAMP_SCHEMA } from '../../src/data/logical.ts'
import type { Schema } from '../../src/data/schema.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import {
  INT8_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../src/data/schemas.ts'
import { connectOf, thereAndBack } from './avro-setup.ts'

function assertSame(actual: Schema | null, expected: Schema | null): void {
  assert.ok(actual === expected || actual?.equals(expected), `${show(actual)}\n${show(expected)}`)
}

/** Without what a schema keeps twice. */
function show(schema: Schema | null): string {
  const plain = (_key: string, value: unknown) => {
    if (typeof value === 'bigint') return String(value)
    if (value instanceof Map) return [...value]
    return value
  }
  const leftOut = new Set(['parts', 'fieldsByName'])
  return JSON.stringify(schema, (key, value) => (leftOut.has(key) ? undefined : plain(key, value)))
}

const record = (fields: readonly object[], more = {}) => ({
  type: 'record',
  name: 'R',
  namespace: 'n',
  fields,
  ...more,
})
const struct = () => SchemaBuilder.struct().name('n.R')
const flagged = (builder: SchemaBuilder) =>
  builder.parameter('io.confluent.connect.avro.field.default', 'true').build()
const enumOf = (builder: SchemaBuilder) =>
  builder
    .name('a.Suit')
    .parameter('io.confluent.connect.avro.Enum', 'a.Suit')
    .parameter('io.confluent.connect.avro.Enum.X', 'X')
    .parameter('io.confluent.connect.avro.Enum.Y', 'Y')
const suit = { type: 'enum', name: 'Suit', namespace: 'a', symbols: ['X', 'Y'] }
const union = () => SchemaBuilder.struct().name('io.confluent.connect.avro.Union')

const cases: ReadonlyArray<readonly [what: string, avro: unknown, schema: Schema, ConfigProps?]> = [
  ['an int', 'int', INT32_SCHEMA],
  ['an int that was a byte', { type: 'int', 'connect.type': 'int8' }, INT8_SCHEMA],
  ['a date', { type: 'int', logicalType: 'date' }, DATE_SCHEMA],
  ['a timestamp', { type: 'long', logicalType: 'timestamp-millis' }, TIMESTAMP_SCHEMA],
  ['a logical type of others', { type: 'long', logicalType: 'timestamp-micros' }, INT64_SCHEMA],
  [
    'a decimal',
    { type: 'bytes', logicalType: 'decimal', scale: 3, precision: 9 },
    decimalBuilder(3).parameter('connect.decimal.precision', '9').build(),
  ],
  [
    'a decimal without scale',
    { type: 'bytes', logicalType: 'decimal', precision: 64 },
    decimalBuilder(0).build(),
  ],
  [
    'a fixed type',
    { type: 'fixed', name: 'sample', size: 4 },
    SchemaBuilder.bytes().name('sample').parameter('connect.fixed.size', '4').build(),
  ],
  [
    'a fixed decimal',
    { type: 'fixed', name: 'sample', size: 4, logicalType: 'decimal', precision: 64, scale: 1 },
    decimalBuilder(1).parameter('connect.fixed.size', '4').build(),
  ],
  [
    'an enum with doc and default',
    { ...suit, doc: 'd', default: 'X' },
    enumOf(SchemaBuilder.string())
      .parameter('io.confluent.connect.avro.enum.doc.Suit', 'd')
      .parameter('io.confluent.connect.avro.enum.default.Suit', 'X')
      .build(),
  ],
  [
    'a generalized enum',
    suit,
    SchemaBuilder.string()
      .name('a.Suit')
      .parameter('org.apache.kafka.connect.data.Enum', 'a.Suit')
      .parameter('org.apache.kafka.connect.data.Enum.X', '0')
      .parameter('org.apache.kafka.connect.data.Enum.Y', '1')
      .build(),
    { 'generalized.sum.type.support': 'true' },
  ],
  ['null or a type', ['null', 'int'], OPTIONAL_INT32_SCHEMA],
  ['a type or null', ['int', 'null'], OPTIONAL_INT32_SCHEMA],
  ['a union of one type', ['int'], INT32_SCHEMA],
  [
    'a union of one type, kept',
    ['int'],
    union().field('int', OPTIONAL_INT32_SCHEMA).build(),
    { 'flatten.singleton.unions': 'false' },
  ],
  [
    'a union, and null',
    ['int', 'null', 'string', suit],
    union()
      .optional()
      .field('int', OPTIONAL_INT32_SCHEMA)
      .field('string', OPTIONAL_STRING_SCHEMA)
      .field('Suit', enumOf(SchemaBuilder.string()).optional().build())
      .build(),
  ],
  [
    'a union with full names',
    ['int', suit],
    union()
      .field('int', OPTIONAL_INT32_SCHEMA)
      .field('a.Suit', enumOf(SchemaBuilder.string()).optional().build())
      .build(),
    { 'enhanced.avro.schema.support': 'true' },
  ],
  [
    'a generalized union',
    ['int', 'string'],
    SchemaBuilder.struct()
      .name('connect_union_0')
      .parameter('org.apache.kafka.connect.data.Union', 'connect_union_0')
      .field('connect_union_field_0', OPTIONAL_INT32_SCHEMA)
      .field('connect_union_field_1', OPTIONAL_STRING_SCHEMA)
      .build(),
    { 'generalized.sum.type.support': 'true' },
  ],
  [
    'a record with docs and defaults',
    record(
      [
        { name: 'a', type: 'int', doc: 'da', default: 1 },
        { name: 'b', type: ['null', 'string'], default: null },
        { name: 'c', type: { type: 'string', 'connect.default': 'x' }, default: 'x' },
      ],
      { doc: 'd', 'connect.version': 4 },
    ),
    struct()
      .version(4)
      .parameter('io.confluent.connect.avro.record.doc', 'd')
      .parameter('io.confluent.connect.avro.field.doc.a', 'da')
      .field('a', flagged(SchemaBuilder.int32().defaultValue(1)))
      .field('b', OPTIONAL_STRING_SCHEMA)
      .field('c', SchemaBuilder.string().defaultValue('x').build())
      .build(),
  ],
  [
    'a record without what only Connect knows',
    record([{ name: 'a', type: 'int', doc: 'da', default: 1 }], { doc: 'd', 'connect.doc': 'x' }),
    struct().field('a', SchemaBuilder.int32().defaultValue(1).build()).build(),
    { 'connect.meta.data': 'false' },
  ],
  [
    'a record with the docs of its fields alone',
    record([{ name: 'a', type: 'int', doc: 'da', default: 1 }]),
    struct().field('a', SchemaBuilder.int32().doc('da').defaultValue(1).build()).build(),
    { 'discard.type.doc.default': 'true' },
  ],
  [
    'a default that is none',
    record([{ name: 'a', type: 'int', default: 'one' }]),
    struct().field('a', flagged(SchemaBuilder.int32())).build(),
  ],
  [
    'an attribute that begins with avro',
    { type: 'string', 'avro.java.string': 'String' },
    SchemaBuilder.string().parameter('avro.java.string', 'String').build(),
  ],
  [
    'a type that is used twice',
    record([
      { name: 'a', type: suit },
      { name: 'b', type: 'a.Suit' },
    ]),
    struct()
      .field('a', enumOf(SchemaBuilder.string()).build())
      .field('b', enumOf(SchemaBuilder.string()).build())
      .build(),
  ],
]

for (const [what, avro, schema, props] of cases) {
  test(`${what} in Connect`, () => {
    assertSame(connectOf(avro, props), schema)
  })
}

test('the version of the registry is that of the schema, unless the schema says one', () => {
  assert.equal(connectOf('int', {}, 7)?.version, 7)
  assert.equal(connectOf({ type: 'int', 'connect.version': 3 }, {}, 7)?.version, 3)
  assert.equal(connectOf({ type: 'int', logicalType: 'date' }, {}, 7)?.version, 1)
})

test('defaults of all types', () => {
  const inner = {
    type: 'record',
    name: 'I',
    fields: [{ name: 'x', type: 'long', default: 5 }],
  }
  const schema = connectOf(
    `{"type":"record","name":"R","fields":[
      {"name":"long","type":"long","default":9007199254740993},
      {"name":"double","type":"double","default":1},
      {"name":"bytes","type":"bytes","default":"\\u00ff"},
      {"name":"date","type":{"type":"int","logicalType":"date"},"default":1},
      {"name":"list","type":{"type":"array","items":"int"},"default":[1,2]},
      {"name":"map","type":{"type":"map","values":"int"},"default":{"__proto__":1}},
      {"name":"union","type":["int","string"],"default":5},
      {"name":"struct","type":${JSON.stringify(inner)},"default":{}}
    ]}`,
  )
  const defaults = Object.fromEntries(
    schema?.fields.map(({ name, schema: field }) => [name, field.defaultValue]) ?? [],
  )
  const { union: ofUnion, struct: ofStruct, ...rest } = defaults
  assert.deepEqual(rest, {
    long: 9007199254740993n,
    double: 1,
    bytes: new Uint8Array([0xff]),
    date: new Date(86_400_000),
    list: [1, 2],
    map: new Map([['__proto__', 1]]),
  })
  assert.equal(String(ofUnion), 'Struct{int=5}')
  assert.equal(String(ofStruct), 'Struct{x=5}')
})

/** A record of two records of two records ... */
function doubling(levels: number): unknown {
  const fields = (type: unknown, name: string) => [
    { name: 'a', type },
    { name: 'b', type: name },
  ]
  let inner: unknown = { type: 'record', name: 'R0', fields: [] }
  for (let level = 1; level < levels; level++) {
    inner = { type: 'record', name: `R${level}`, fields: fields(inner, `R${level - 1}`) }
  }
  return inner
}

const refused: ReadonlyArray<readonly [avro: unknown, message: RegExp]> = [
  ['"null"', /Standalone null schemas are not supported by this converter/],
  [{ type: 'int', 'connect.name': 'x', logicalType: 'date' }, /Mismatched names: .*Date.*\(x\)/],
  [
    { type: 'int', 'connect.version': 3, logicalType: 'date' },
    /Mismatched versions: .*\(1\).*\(3\)/,
  ],
  [{ type: 'int', 'connect.type': 'int128' }, /Connect type annotation for Avro int field is null/],
  [{ type: 'int', 'connect.parameters': 'a' }, /Expected JSON object for schema parameters.*"a"/],
  [{ type: 'int', 'connect.parameters': { a: 1 } }, /schema parameter values to be strings.*1/],
  [record([{ name: 'a', type: ['null', 'n.R'] }]), /The type n.R contains itself/],
  [
    ['int', { ...suit, namespace: 'b' }, suit],
    /Multiple union schemas map .* Suit: set enhanced.avro.schema.support=true/,
  ],
  [{ type: 'record', name: 'R' }, /R has no fields/],
  [['int', 'Foo'], /type Foo, which is not defined/],
  ['{"type":', /not valid JSON/],
  [`${'['.repeat(300)}${']'.repeat(300)}`, /nested deeper than 200 levels/],
  [`${'['.repeat(9999)}${']'.repeat(9999)}`, /not valid JSON: Maximum call stack/],
  [doubling(40), /more than 100000 parts/],
  [{ type: 'fixed', name: 'F', size: -1 }, /no size/],
]

for (const [avro, message] of refused) {
  test(`refused: ${message.source}`, () => {
    assert.throws(
      () => connectOf(avro),
      (error) => error instanceof ConnectError && message.test(error.message),
    )
  })
}

test('fields that share an enum keep their own parameters', () => {
  const own = (value: string) => enumOf(SchemaBuilder.string()).parameter('own', value).build()
  const schema = struct().field('a', own('1')).field('b', own('2')).build()
  assertSame(thereAndBack(schema, { 'enhanced.avro.schema.support': 'true' }), schema)
})

test('schemas come back as they were', () => {
  const address = SchemaBuilder.struct().name('a.Address').version(2).field('zip', STRING_SCHEMA)
  const suitSchema = enumOf(SchemaBuilder.string()).build()
  const schema = SchemaBuilder.struct()
    .name('a.b.Person')
    .version(1)
    .doc('people')
    .field('int8', SchemaBuilder.int8().defaultValue(2).doc('int8 field').build())
    .field('date', DATE_SCHEMA)
    .field('decimal', decimalBuilder(4).optional().build())
    .field('suit', suitSchema)
    .field('home', address.build())
    .field('work', address.optional().build())
    .field('byId', SchemaBuilder.map(INT64_SCHEMA, suitSchema).build())
    .field('names', SchemaBuilder.map(STRING_SCHEMA, OPTIONAL_STRING_SCHEMA).optional().build())
    .field(
      'any',
      union().field('int', OPTIONAL_INT32_SCHEMA).field('string', OPTIONAL_STRING_SCHEMA).build(),
    )
    .build()
  const back = thereAndBack(schema, { 'enhanced.avro.schema.support': 'true' })
  for (const [index, field] of schema.fields.entries()) {
    assertSame(back?.fields[index]?.schema ?? null, field.schema)
  }
  assertSame(back, schema)
})
