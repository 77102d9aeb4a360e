import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigProps } from '../../src/config/props.ts'
import {
  DATE_SCHEMA,
  decimalBuilder,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
} from '../../src/data/logical.ts'
import type { Schema } from '../../src/data/schema.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import {
  BOOLEAN_SCHEMA,
  BYTES_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import { avroOf } from './avro-setup.ts'

const enhanced = { 'enhanced.avro.schema.support': 'true' }
const anonymous = SchemaBuilder.struct().field('a', INT32_SCHEMA)

const cases: ReadonlyArray<
  readonly [what: string, schema: Schema, avro: unknown, props?: ConfigProps]
> = [
  ['int8', INT8_SCHEMA, { type: 'int', 'connect.type': 'int8' }],
  ['int16', INT16_SCHEMA, { type: 'int', 'connect.type': 'int16' }],
  ['int32', INT32_SCHEMA, 'int'],
  ['int64', INT64_SCHEMA, 'long'],
  ['float32', FLOAT32_SCHEMA, 'float'],
  ['float64', FLOAT64_SCHEMA, 'double'],
  ['boolean', BOOLEAN_SCHEMA, 'boolean'],
  ['string', STRING_SCHEMA, 'string'],
  ['bytes', BYTES_SCHEMA, 'bytes'],
  ['an optional type', OPTIONAL_STRING_SCHEMA, ['null', 'string']],
  [
    'an optional type with a default',
    SchemaBuilder.int32().optional().defaultValue(5).build(),
    [{ type: 'int', 'connect.default': 5 }, 'null'],
  ],
  [
    'all attributes of a type',
    SchemaBuilder.string()
      .name('io.confluent.stringtype')
      .version(2)
      .doc('doc')
      .defaultValue('foo')
      .parameter('foo', 'bar')
      .parameter('avro.java.string', 'String')
      .build(),
    {
      type: 'string',
      'connect.doc': 'doc',
      'connect.version': 2,
      'connect.parameters': { foo: 'bar', 'avro.java.string': 'String' },
      'connect.default': 'foo',
      'connect.name': 'io.confluent.stringtype',
      'avro.java.string': 'String',
    },
  ],
  [
    'a type without what only Connect knows',
    SchemaBuilder.int8().name('n').version(2).build(),
    'int',
    { 'connect.meta.data': 'false' },
  ],
  [
    'a timestamp',
    TIMESTAMP_SCHEMA,
    {
      type: 'long',
      'connect.version': 1,
      'connect.name': 'org.apache.kafka.connect.data.Timestamp',
      logicalType: 'timestamp-millis',
    },
  ],
  [
    'a date without what only Connect knows',
    DATE_SCHEMA,
    { type: 'int', logicalType: 'date' },
    { 'connect.meta.data': 'false' },
  ],
  [
    'a time without what only Connect knows',
    TIME_SCHEMA,
    { type: 'int', logicalType: 'time-millis' },
    { 'connect.meta.data': 'false' },
  ],
  [
    'a decimal',
    decimalBuilder(2).build(),
    {
      type: 'bytes',
      scale: 2,
      precision: 64,
      'connect.version': 1,
      'connect.parameters': { scale: '2' },
      'connect.name': 'org.apache.kafka.connect.data.Decimal',
      logicalType: 'decimal',
    },
  ],
  [
    'a decimal with its precision',
    decimalBuilder(2).parameter('connect.decimal.precision', '9').build(),
    { type: 'bytes', scale: 2, precision: 9, logicalType: 'decimal' },
    { 'connect.meta.data': 'false' },
  ],
  [
    'bytes of a fixed size',
    SchemaBuilder.bytes().name('a.b.Id').parameter('connect.fixed.size', '4').build(),
    { type: 'fixed', name: 'Id', namespace: 'a.b', size: 4 },
    { 'connect.meta.data': 'false' },
  ],
  [
    'an array',
    SchemaBuilder.array(OPTIONAL_INT32_SCHEMA).build(),
    { type: 'array', items: ['null', 'int'] },
  ],
  ['a map', SchemaBuilder.map(STRING_SCHEMA, INT32_SCHEMA).build(), { type: 'map', values: 'int' }],
  [
    'a map with other keys',
    SchemaBuilder.map(INT32_SCHEMA, INT32_SCHEMA).build(),
    {
      type: 'array',
      items: {
        type: 'record',
        name: 'MapEntry',
        namespace: 'io.confluent.connect.avro',
        fields: [
          { name: 'key', type: 'int' },
          { name: 'value', type: 'int' },
        ],
      },
    },
  ],
  [
    'a named map with other keys',
    SchemaBuilder.map(OPTIONAL_STRING_SCHEMA, INT32_SCHEMA).name('foo.bar').build(),
    {
      type: 'array',
      items: {
        type: 'record',
        name: 'bar',
        namespace: 'foo',
        fields: [
          { name: 'key', type: ['null', 'string'], default: null },
          { name: 'value', type: 'int' },
        ],
        'connect.internal.type': 'MapEntry',
      },
      'connect.name': 'foo.bar',
    },
  ],
  [
    'a map with optional texts as keys, where that is allowed',
    SchemaBuilder.map(OPTIONAL_STRING_SCHEMA, INT32_SCHEMA).build(),
    { type: 'map', values: 'int' },
    { 'allow.optional.map.keys': 'true' },
  ],
  [
    'a struct with docs and defaults',
    SchemaBuilder.struct()
      .name('io.confluent.test.TestSchema')
      .version(12)
      .doc('doc')
      .parameter('io.confluent.connect.avro.record.doc', 'a record')
      .parameter('io.confluent.connect.avro.field.doc.a', 'a field')
      .field('a', SchemaBuilder.float32().defaultValue(Math.fround(0.1)).build())
      .field(
        'b',
        SchemaBuilder.int64()
          .optional()
          .defaultValue(2n ** 60n)
          .build(),
      )
      .build(),
    {
      type: 'record',
      name: 'TestSchema',
      namespace: 'io.confluent.test',
      doc: 'a record',
      fields: [
        {
          name: 'a',
          type: { type: 'float', 'connect.default': 0.1 },
          doc: 'a field',
          default: Math.fround(0.1),
        },
        {
          name: 'b',
          type: [{ type: 'long', 'connect.default': 2 ** 60 }, 'null'],
          default: 2 ** 60,
        },
      ],
      'connect.doc': 'doc',
      'connect.version': 12,
      'connect.parameters': {
        'io.confluent.connect.avro.record.doc': 'a record',
        'io.confluent.connect.avro.field.doc.a': 'a field',
      },
      'connect.name': 'io.confluent.test.TestSchema',
    },
  ],
  [
    'structs without names, one of them optional and twice',
    SchemaBuilder.struct()
      .field('struct', anonymous.optional().build())
      .field('array', SchemaBuilder.array(anonymous.build()).build())
      .build(),
    {
      type: 'record',
      name: 'ConnectDefault',
      namespace: 'io.confluent.connect.avro',
      fields: [
        {
          name: 'struct',
          type: [
            'null',
            { type: 'record', name: 'ConnectDefault2', fields: [{ name: 'a', type: 'int' }] },
          ],
          default: null,
        },
        { name: 'array', type: { type: 'array', items: ['null', 'ConnectDefault2'] } },
      ],
    },
  ],
  [
    'an enum',
    SchemaBuilder.string()
      .name('a.Suit')
      .parameter('io.confluent.connect.avro.enum.doc.Suit', 'suits')
      .parameter('io.confluent.connect.avro.enum.default.Suit', 'HEARTS')
      .parameter('io.confluent.connect.avro.Enum', 'a.Suit')
      .parameter('io.confluent.connect.avro.Enum.HEARTS', 'HEARTS')
      .parameter('io.confluent.connect.avro.Enum.SPADES', 'SPADES')
      .build(),
    {
      type: 'enum',
      name: 'Suit',
      namespace: 'a',
      doc: 'suits',
      symbols: ['HEARTS', 'SPADES'],
      default: 'HEARTS',
    },
    { ...enhanced, 'connect.meta.data': 'false' },
  ],
  [
    'an enum as a string, unless enums are kept',
    SchemaBuilder.string().parameter('io.confluent.connect.avro.Enum', 'a.Suit').build(),
    'string',
    { 'connect.meta.data': 'false' },
  ],
  [
    'a union',
    SchemaBuilder.struct()
      .name('io.confluent.connect.avro.Union')
      .optional()
      .field('int', OPTIONAL_INT32_SCHEMA)
      .field('string', OPTIONAL_STRING_SCHEMA)
      .build(),
    ['null', 'int', 'string'],
  ],
  [
    'a generalized union',
    SchemaBuilder.struct()
      .name('connect_union_0')
      .parameter('org.apache.kafka.connect.data.Union', 'connect_union_0')
      .field('connect_union_field_0', OPTIONAL_INT32_SCHEMA)
      .field('connect_union_field_1', OPTIONAL_STRING_SCHEMA)
      .build(),
    ['int', 'string'],
    { 'generalized.sum.type.support': 'true' },
  ],
  [
    'names that Avro does not allow, scrubbed',
    SchemaBuilder.struct().name('a-b.0c').field('x y+', INT32_SCHEMA).build(),
    { type: 'record', name: 'x0c', namespace: 'a_b', fields: [{ name: 'x_y_2B', type: 'int' }] },
    { 'scrub.invalid.names': 'true', 'connect.meta.data': 'false' },
  ],
  [
    'a field with its doc and default, and none of types',
    SchemaBuilder.struct()
      .field('a', SchemaBuilder.int32().doc('of the field').defaultValue(1).build())
      .build(),
    {
      type: 'record',
      name: 'ConnectDefault',
      namespace: 'io.confluent.connect.avro',
      fields: [{ name: 'a', type: 'int', doc: 'of the field', default: 1 }],
    },
    { 'discard.type.doc.default': 'true', 'connect.meta.data': 'false' },
  ],
]

for (const [what, schema, avro, props] of cases) {
  test(`${what} in Avro`, () => {
    assert.deepEqual(avroOf(schema, props), avro)
  })
}

test('data without schema is a record that holds anything', () => {
  const { name, fields } = avroOf(null) as { name: string; fields: { name: string }[] }
  assert.equal(name, 'Anything')
  assert.deepEqual(
    fields.map((field) => field.name),
    ['boolean', 'bytes', 'double', 'float', 'int', 'long', 'string', 'array', 'map'],
  )
})

test('a default that Avro does not know stays with Connect', () => {
  const entries = SchemaBuilder.map(INT32_SCHEMA, INT32_SCHEMA).defaultValue(new Map([[1, 2]]))
  const schema = SchemaBuilder.struct().field('a', entries.build()).build()
  const { fields } = avroOf(schema) as { fields: { default?: unknown; type: object }[] }
  assert.equal(fields[0]?.default, undefined)
  assert.deepEqual(Object.entries(fields[0]?.type ?? {}).at(-1), ['connect.default', [[1, 2]]])
})

test('defaults of all types', () => {
  const inner = SchemaBuilder.struct().field('a', INT32_SCHEMA).build()
  const schema = SchemaBuilder.struct()
    .field(
      'bytes',
      SchemaBuilder.bytes()
        .defaultValue(Buffer.from([0xff, 0x41]))
        .build(),
    )
    .field('double', SchemaBuilder.float64().defaultValue(1).build())
    .field(
      'date',
      SchemaBuilder.int32()
        .name(DATE_SCHEMA.name)
        .version(1)
        .defaultValue(new Date(86_400_000))
        .build(),
    )
    .field('list', SchemaBuilder.array(INT32_SCHEMA).defaultValue([1, 2]).build())
    .field(
      'map',
      SchemaBuilder.map(STRING_SCHEMA, INT32_SCHEMA)
        .defaultValue(new Map([['a', 1]]))
        .build(),
    )
    .field(
      'struct',
      SchemaBuilder.struct()
        .field('a', INT32_SCHEMA)
        .defaultValue(new Struct(inner).put('a', 3))
        .build(),
    )
    .build()
  const { fields } = avroOf(schema) as { fields: { name: string; default: unknown }[] }
  assert.deepEqual(Object.fromEntries(fields.map((field) => [field.name, field.default])), {
    bytes: '\xffA',
    double: 1,
    date: 1,
    list: [1, 2],
    map: { a: 1 },
    struct: { a: 3 },
  })
})

test('two types of one name are one where their data is alike, else refused', () => {
  const map = (values: Schema, name?: string) => {
    const builder = SchemaBuilder.map(INT32_SCHEMA, values)
    return name === undefined ? builder.build() : builder.name(name).build()
  }
  const struct = (...fields: readonly Schema[]) => {
    const builder = SchemaBuilder.struct()
    for (const [index, field] of fields.entries()) builder.field(`f${index}`, field)
    return builder.build()
  }
  const described = SchemaBuilder.map(INT32_SCHEMA, SchemaBuilder.int32().doc('d').build()).build()
  const { fields } = avroOf(struct(map(INT32_SCHEMA), described)) as {
    fields: { type: { items: unknown } }[]
  }
  assert.equal(fields[1]?.type.items, 'MapEntry')
  assert.throws(() => avroOf(struct(map(INT32_SCHEMA), map(STRING_SCHEMA))), {
    code: 'DATA_INVALID',
    message: /Two different types are called io.confluent.connect.avro.MapEntry/,
  })
  assert.ok(avroOf(struct(map(INT32_SCHEMA, 'a.A'), map(STRING_SCHEMA, 'a.B'))))
})
