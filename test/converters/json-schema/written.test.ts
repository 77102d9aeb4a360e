import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BOOLEAN_SCHEMA,
  BYTES_SCHEMA,
  type ConnectValue,
  DATE_SCHEMA,
  Decimal,
  decimalBuilder,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  type Schema,
  SchemaBuilder,
  STRING_SCHEMA,
  Struct,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
} from '../../../src/sdk/index.ts'
import { createFormat, decode, encode, stored } from './create-format.ts'

const logical = (name: string, type: string) =>
  `{"type":"integer","title":"org.apache.kafka.connect.data.${name}","connect.version":1,"connect.type":"${type}"}`

const kinds: ReadonlyArray<readonly [Schema, ConnectValue, schema: string, json: string]> = [
  [INT8_SCHEMA, -1, '{"type":"integer","connect.type":"int8"}', '-1'],
  [INT16_SCHEMA, 300, '{"type":"integer","connect.type":"int16"}', '300'],
  [INT32_SCHEMA, 12, '{"type":"integer","connect.type":"int32"}', '12'],
  [
    INT64_SCHEMA,
    2n ** 63n - 1n,
    '{"type":"integer","connect.type":"int64"}',
    '9223372036854775807',
  ],
  [FLOAT32_SCHEMA, 1.5, '{"type":"number","connect.type":"float32"}', '1.5'],
  [FLOAT64_SCHEMA, 1, '{"type":"number","connect.type":"float64"}', '1.0'],
  [BOOLEAN_SCHEMA, true, '{"type":"boolean"}', 'true'],
  [STRING_SCHEMA, 'a"é\n', '{"type":"string"}', '"a\\"é\\n"'],
  [BYTES_SCHEMA, Uint8Array.of(0, 255), '{"type":"string","connect.type":"bytes"}', '"AP8="'],
  [DATE_SCHEMA, new Date('2024-02-29'), logical('Date', 'int32'), '19782'],
  [TIME_SCHEMA, new Date(5), logical('Time', 'int32'), '5'],
  [TIMESTAMP_SCHEMA, new Date(-1), logical('Timestamp', 'int64'), '-1'],
  [
    decimalBuilder(4).build(),
    new Decimal(15600n, 4),
    '{"type":"string","title":"org.apache.kafka.connect.data.Decimal","connect.version":1,"connect.type":"bytes","connect.parameters":{"scale":"4"}}',
    '"PPA="',
  ],
  [OPTIONAL_STRING_SCHEMA, null, '{"oneOf":[{"type":"null"},{"type":"string"}]}', 'null'],
  [
    SchemaBuilder.array(INT32_SCHEMA).build(),
    [1, 2],
    '{"type":"array","items":{"type":"integer","connect.type":"int32"}}',
    '[1,2]',
  ],
  [
    SchemaBuilder.map(STRING_SCHEMA, BOOLEAN_SCHEMA).build(),
    new Map([['a', true]]),
    '{"type":"object","connect.type":"map","additionalProperties":{"type":"boolean"}}',
    '{"a":true}',
  ],
  [
    SchemaBuilder.map(OPTIONAL_STRING_SCHEMA, BOOLEAN_SCHEMA).build(),
    new Map([[null, true]]),
    '{"type":"array","connect.type":"map","items":{"type":"object","properties":{"value":{"connect.index":1,"type":"boolean"},"key":{"connect.index":0,"oneOf":[{"type":"null"},{"type":"string"}]}}}}',
    '[{"key":null,"value":true}]',
  ],
  [
    SchemaBuilder.string()
      .parameter('io.confluent.connect.json.Enum', '')
      .parameter('io.confluent.connect.json.Enum.b', 'b')
      .parameter('io.confluent.connect.json.Enum.a', 'a')
      .build(),
    'a',
    '{"enum":["a","b"]}',
    '"a"',
  ],
]

for (const [schema, value, text, json] of kinds) {
  test(`${schema.name ?? schema.type} ${json} comes back`, () => {
    const format = createFormat()
    assert.equal(format.define(schema).text, text)
    assert.equal(encode(format, schema, value), json)
    const read = decode(format, stored(text), json)
    assert.deepEqual(read.value, value)
    // An enum is told by its symbols, not by their order.
    if (!text.includes('enum')) assert.ok(read.schema?.equals(schema), text)
  })
}

test('a schema is laid out as the library of the reference lays it out', () => {
  const inner = SchemaBuilder.struct()
    .optional()
    .field('x', SchemaBuilder.int8().defaultValue(3).doc('d').parameter('p', 'q').build())
    .build()
  const schema = SchemaBuilder.struct()
    .name('N')
    .field('a', OPTIONAL_STRING_SCHEMA)
    .field('m', SchemaBuilder.map(INT32_SCHEMA, STRING_SCHEMA).optional().build())
    .field('in', inner)
    .field('req', STRING_SCHEMA)
    .build()
  // Printed by everit-json-schema 1.14.6 for the same schema.
  assert.equal(
    createFormat().define(schema).text,
    '{"type":"object","title":"N","properties":{"a":{"connect.index":0,"oneOf":[{"type":"null"},{"type":"string"}]},"in":{"connect.index":2,"oneOf":[{"type":"null"},{"type":"object","properties":{"x":{"type":"integer","description":"d","default":3,"connect.index":0,"connect.type":"int8","connect.parameters":{"p":"q"}}}}]},"m":{"connect.index":1,"oneOf":[{"type":"null"},{"type":"array","connect.type":"map","items":{"type":"object","properties":{"value":{"type":"string","connect.index":1},"key":{"type":"integer","connect.index":0,"connect.type":"int32"}}}}]},"req":{"type":"string","connect.index":3}}}',
  )
})

test('properties stand in the order of hash maps in Java, fields come back in their own', () => {
  const names = 'i8 i16 i32 i64 f d b s by dec date time ts list nums map inner inners color'.split(
    ' ',
  )
  const builder = SchemaBuilder.struct()
  for (const name of names) builder.field(name, STRING_SCHEMA)
  const schema = builder.build()
  const format = createFormat()
  const { text } = format.define(schema)
  // Printed by everit-json-schema 1.14.6 for the same properties.
  assert.deepEqual(
    Object.keys(JSON.parse(text).properties),
    'date b dec d color i64 f i32 list inner i8 i16 s inners by time map nums ts'.split(' '),
  )
  const read = decode(format, stored(text), '{}')
  assert.deepEqual(
    read.schema?.fields.map(({ name }) => name),
    names,
  )
})

const order = SchemaBuilder.struct()
  .name('Order')
  .version(7)
  .doc('an order')
  .parameter('a', 'b')
  .field('id', INT64_SCHEMA)
  .field('note', OPTIONAL_STRING_SCHEMA)
  .field('count', SchemaBuilder.int32().optional().defaultValue(1).build())
  .field('__proto__', OPTIONAL_STRING_SCHEMA)
  .build()

test('a struct comes back with version, documentation, parameters and defaults', () => {
  const format = createFormat()
  const value = new Struct(order).put('id', 5n).put('__proto__', 'p')
  const json = encode(format, order, value)
  assert.equal(json, '{"id":5,"note":null,"count":1,"__proto__":"p"}')
  const read = decode(format, stored(format.define(order).text), json)
  assert.ok(read.schema?.equals(order))
  assert.equal(String(read.value), 'Struct{id=5,count=1,__proto__=p}')
})

test('a null without a form is left out; ignore.default.for.nullables leaves defaults alone', () => {
  const format = createFormat({ 'ignore.default.for.nullables': 'true' })
  const schema = SchemaBuilder.struct()
    .field('first', STRING_SCHEMA)
    .field('n', SchemaBuilder.int32().optional().defaultValue(1).build())
    .field('last', STRING_SCHEMA)
    .build()
  assert.equal(encode(format, schema, new Struct(schema)), '{"n":null}')
  assert.equal(
    encode(createFormat(), schema, new Struct(schema).put('last', 'z')),
    '{"n":1,"last":"z"}',
  )
  const empty = SchemaBuilder.struct().field('a', STRING_SCHEMA).build()
  assert.equal(encode(format, empty, new Struct(empty)), '{}')
})

test('object.additional.properties=false closes the schemas of structs', () => {
  const { text } = createFormat({ 'object.additional.properties': 'false' }).define(order)
  assert.equal(JSON.parse(text).additionalProperties, false)
})

test('decimal.format=NUMERIC writes numbers, with all their digits', () => {
  const format = createFormat({ 'decimal.format': 'numeric' })
  const schema = decimalBuilder(4).build()
  const { text } = format.define(schema)
  assert.equal(JSON.parse(text).type, 'number')
  assert.equal(encode(format, schema, new Decimal(15600n, 4)), '1.5600')
  assert.deepEqual(decode(format, stored(text), '1.5600').value, new Decimal(15600n, 4))
  assert.ok(decode(format, stored(text), '1').schema?.equals(schema))
})

test('a union is written as the member that is set', () => {
  const format = createFormat()
  const line = SchemaBuilder.struct().name('Line').optional().field('sku', STRING_SCHEMA).build()
  const union = SchemaBuilder.struct()
    .name('io.confluent.connect.json.OneOf')
    .optional()
    .field('io.confluent.connect.json.OneOf.field.0', SchemaBuilder.int8().optional().build())
    .field('io.confluent.connect.json.OneOf.field.1', OPTIONAL_STRING_SCHEMA)
    .field('io.confluent.connect.json.OneOf.field.2', line)
    .build()
  const { text } = format.define(union)
  assert.equal(
    text,
    '{"oneOf":[{"type":"null"},{"type":"integer","connect.index":0,"connect.type":"int8"},{"type":"string","connect.index":1},{"type":"object","title":"Line","connect.index":2,"properties":{"sku":{"type":"string","connect.index":0}}}]}',
  )
  for (const [index, value, json] of [
    [0, 12, '12'],
    [1, 'a', '"a"'],
    [2, new Struct(line).put('sku', 's'), '{"sku":"s"}'],
  ] as const) {
    const field = `io.confluent.connect.json.OneOf.field.${index}`
    const struct = new Struct(union).put(field, value)
    assert.equal(encode(format, union, struct), json)
    const read = decode(format, stored(text), json)
    assert.ok(read.schema?.equals(union), text)
    assert.equal(String(read.value), String(struct))
  }
  assert.equal(encode(format, union, null), 'null')
})

test('null is a tombstone where the schema has no other form for it', () => {
  const format = createFormat()
  assert.equal(format.isTombstone(null), true)
  assert.equal(format.isTombstone(STRING_SCHEMA), true)
  assert.equal(format.isTombstone(OPTIONAL_STRING_SCHEMA), false)
  assert.equal(format.isTombstone(SchemaBuilder.int32().defaultValue(1).build()), false)
})

test('values without schema or of another one are refused', () => {
  const format = createFormat()
  assert.throws(() => format.define(null), { code: 'DATA_INVALID', message: /without schema/ })
  const schema = SchemaBuilder.struct().field('a', STRING_SCHEMA).build()
  assert.throws(() => encode(format, schema, new Struct(order)), {
    code: 'DATA_INVALID',
    message: 'Mismatching schema.',
  })
  assert.throws(() => encode(format, INT64_SCHEMA, 'x'), {
    code: 'DATA_INVALID',
    message: 'Invalid type for INT64: class java.lang.String',
  })
})

test('a schema that a registry takes for none is given to it with its dialect', () => {
  const format = createFormat()
  const defined = format.define(STRING_SCHEMA)
  assert.equal(
    format.otherText?.(defined),
    '{"$schema":"http://json-schema.org/draft-07/schema#","type":"string"}',
  )
})

test('what the latest schema does not allow is found before anything is written', () => {
  const format = createFormat()
  const defined = format.define(order)
  const closed = (properties: object) =>
    stored({ type: 'object', properties, additionalProperties: false })
  const problem = (schema: object) => format.incompatibility(stored(schema), defined)
  assert.equal(
    format.incompatibility(closed({ id: { type: 'integer' } }), defined),
    '# has no property note and allows no other',
  )
  assert.equal(problem({ type: 'object', required: ['id', 'gone'] }), '# requires property gone')
  assert.equal(
    problem({ type: 'object', properties: { id: { type: 'string' } } }),
    '#/id is of type string, not integer',
  )
  assert.equal(problem({ type: 'object', properties: { id: { type: 'number' } } }), null)
})
