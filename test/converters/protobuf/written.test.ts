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
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  type Schema,
  SchemaBuilder,
  STRING_SCHEMA,
  Struct,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
} from '../../../src/sdk/index.ts'
import { createFormat, decode, encode, stored } from './create-format.ts'

const meta = (type: string) =>
  ` [(confluent.field_meta) = {\n    params: [\n      {\n        key: "connect.type",\n        value: "${type}"\n      }\n    ]\n  }]`

const unsigned = (builder: SchemaBuilder, type: string) =>
  builder.parameter('io.confluent.connect.protobuf.Type', type).build()

/** The field in the file, and the bytes of the message, as protobuf-java writes them. */
const fields: ReadonlyArray<readonly [Schema, ConnectValue, field: string, hex: string]> = [
  [INT8_SCHEMA, -1, `int32 f = 1${meta('int8')};`, '08ffffffffffffffffff01'],
  [INT16_SCHEMA, 300, `int32 f = 1${meta('int16')};`, '08ac02'],
  [INT32_SCHEMA, 150, 'int32 f = 1;', '089601'],
  [INT32_SCHEMA, -(2 ** 31), 'int32 f = 1;', '0880808080f8ffffffff01'],
  [unsigned(SchemaBuilder.int32(), 'sint32'), -2, 'sint32 f = 1;', '0803'],
  [unsigned(SchemaBuilder.int32(), 'sfixed32'), -2, 'sfixed32 f = 1;', '0dfeffffff'],
  [INT64_SCHEMA, 2n ** 53n + 1n, 'int64 f = 1;', '088180808080808010'],
  [INT64_SCHEMA, -(2n ** 63n), 'int64 f = 1;', '0880808080808080808001'],
  [unsigned(SchemaBuilder.int64(), 'uint32'), 4294967295n, 'uint32 f = 1;', '08ffffffff0f'],
  [unsigned(SchemaBuilder.int64(), 'fixed32'), 4294967295n, 'fixed32 f = 1;', '0dffffffff'],
  [unsigned(SchemaBuilder.int64(), 'uint64'), -1n, 'uint64 f = 1;', '08ffffffffffffffffff01'],
  [
    unsigned(SchemaBuilder.int64(), 'sint64'),
    -(2n ** 63n),
    'sint64 f = 1;',
    '08ffffffffffffffffff01',
  ],
  [unsigned(SchemaBuilder.int64(), 'fixed64'), 1n, 'fixed64 f = 1;', '090100000000000000'],
  [unsigned(SchemaBuilder.int64(), 'sfixed64'), -1n, 'sfixed64 f = 1;', '09ffffffffffffffff'],
  [FLOAT32_SCHEMA, 1.5, 'float f = 1;', '0d0000c03f'],
  [FLOAT64_SCHEMA, -0, 'double f = 1;', '090000000000000080'],
  [BOOLEAN_SCHEMA, true, 'bool f = 1;', '0801'],
  [STRING_SCHEMA, 'testing', 'string f = 1;', '0a0774657374696e67'],
  [BYTES_SCHEMA, Uint8Array.of(0, 255), 'bytes f = 1;', '0a0200ff'],
  [
    SchemaBuilder.array(INT32_SCHEMA).build(),
    [3, 270, 86942],
    'repeated int32 f = 1;',
    '0a06038e029ea705',
  ],
  [SchemaBuilder.array(STRING_SCHEMA).build(), ['a', ''], 'repeated string f = 1;', '0a01610a00'],
  [
    TIMESTAMP_SCHEMA,
    new Date(-1),
    'google.protobuf.Timestamp f = 1;',
    '0a1108ffffffffffffffffff0110c08faedc03',
  ],
  [DATE_SCHEMA, new Date('2024-02-29'), 'google.type.Date f = 1;', '0a0708e80f1002181d'],
  [TIME_SCHEMA, new Date(3_723_004), 'google.type.TimeOfDay f = 1;', '0a0b080110021803208092f401'],
]

for (const [schema, value, field, hex] of fields) {
  test(`${field.split('=')[0]}holds ${schema.name ?? schema.type} ${String(value)}`, () => {
    const format = createFormat()
    const struct = SchemaBuilder.struct().name('a.M').field('f', schema).build()
    const { text } = format.define(struct)
    assert.ok(text.includes(`\n  ${field}\n`), text)
    const bytes = encode(format, struct, new Struct(struct).put('f', value))
    assert.equal(bytes.toString('hex'), `00${hex}`)
    const read = decode(format, text, bytes).value as Struct
    assert.deepEqual(read.get('f'), value)
  })
}

test('a decimal has its digits, its precision and its scale, and the schema its limits', () => {
  const format = createFormat()
  const decimal = decimalBuilder(2).parameter('connect.decimal.precision', '10').build()
  const struct = SchemaBuilder.struct().name('M').field('f', decimal).build()
  const bytes = encode(format, struct, new Struct(struct).put('f', new Decimal(-12345n, 2)))
  assert.equal(bytes.toString('hex'), '000a080a02cfc710051802')
  const { schema, value } = decode(format, format.define(struct).text, bytes)
  assert.deepEqual((value as Struct).get('f'), new Decimal(-12345n, 2))
  assert.equal(schema?.field('f')?.schema.parameters?.get('connect.decimal.precision'), '10')
})

test('a file is laid out as the reference lays it out', () => {
  const color = SchemaBuilder.string()
    .name('acme.Color')
    .parameter('io.confluent.connect.protobuf.Enum', 'Color')
    .parameter('io.confluent.connect.protobuf.Enum.BLUE', '1')
    .parameter('io.confluent.connect.protobuf.Enum.RED', '0')
    .build()
  const line = SchemaBuilder.struct().name('acme.Line').field('sku', STRING_SCHEMA).build()
  const order = SchemaBuilder.struct()
    .name('com.acme.Order')
    .field('id', INT64_SCHEMA)
    .field('at', TIMESTAMP_SCHEMA)
    .field('lines', SchemaBuilder.array(line).build())
    .field('first', line)
    .field('tags', SchemaBuilder.map(STRING_SCHEMA, INT32_SCHEMA).name('tag_list').build())
    .field('color', color)
    .build()
  assert.equal(
    createFormat().define(order).text,
    `syntax = "proto3";
package com.acme;

import "google/protobuf/timestamp.proto";

message Order {
  int64 id = 1;
  google.protobuf.Timestamp at = 2;
  repeated Line lines = 3;
  Line first = 4;
  repeated TagListEntry tags = 5;
  Color color = 6;

  message Line {
    string sku = 1;
  }
  message TagListEntry {
    string key = 1;
    int32 value = 2;
  }
  enum Color {
    RED = 0;
    BLUE = 1;
  }
}
`,
  )
})

test('structs, lists of them, maps and enums come back', () => {
  const format = createFormat()
  const color = SchemaBuilder.string()
    .name('Color')
    .parameter('io.confluent.connect.protobuf.Enum', 'Color')
    .parameter('io.confluent.connect.protobuf.Enum.RED', '0')
    .parameter('io.confluent.connect.protobuf.Enum.BLUE', '1')
    .build()
  const line = SchemaBuilder.struct().name('Line').field('sku', STRING_SCHEMA).build()
  const order = SchemaBuilder.struct()
    .name('Order')
    .field('lines', SchemaBuilder.array(line).build())
    .field('line', line)
    .field('tags', SchemaBuilder.map(STRING_SCHEMA, INT64_SCHEMA).build())
    .field('more', SchemaBuilder.map(STRING_SCHEMA, INT64_SCHEMA).name('Named').build())
    .field('most', SchemaBuilder.map(STRING_SCHEMA, INT64_SCHEMA).name('Named').build())
    .field('byId', SchemaBuilder.map(INT32_SCHEMA, line).build())
    .field('color', color)
    .build()
  const lineOf = (sku: string) => new Struct(line).put('sku', sku)
  const long = 'x'.repeat(20_000)
  const value = new Struct(order)
    .put('lines', [lineOf('a'), lineOf(long)])
    .put('line', lineOf('b'))
    .put(
      'tags',
      new Map([
        ['one', 1n],
        ['', -1n],
      ]),
    )
    .put('more', new Map([['a', 2n]]))
    .put('most', new Map())
    .put('byId', new Map([[7, lineOf('c')]]))
    .put('color', 'BLUE')
  const read = decode(format, format.define(order).text, encode(format, order, value))
  assert.equal(String(read.value), String(value))
})

test('the first value of an enum is not written, as it is what an absent one is', () => {
  const format = createFormat()
  const proto2 = 'message M { optional E e = 1; enum E { A = 1; B = 2; } }'
  for (const [hex, again] of [
    ['000801', '00'],
    ['000802', '000802'],
  ] as const) {
    const { schema, value } = decode(format, proto2, Buffer.from(hex, 'hex'))
    assert.ok(schema !== null)
    assert.equal(encode(format, schema, value).toString('hex'), again)
  }
})

test('null and zero are not written; both are read as zero', () => {
  const format = createFormat()
  const schema = SchemaBuilder.struct()
    .name('M')
    .field('n', OPTIONAL_INT32_SCHEMA)
    .field('s', OPTIONAL_STRING_SCHEMA)
    .field('in', SchemaBuilder.struct().name('In').optional().field('x', INT32_SCHEMA).build())
    .build()
  const { text } = format.define(schema)
  const none = encode(format, schema, new Struct(schema))
  const zeros = encode(format, schema, new Struct(schema).put('n', 0).put('s', ''))
  assert.equal(none.toString('hex'), '00')
  assert.equal(zeros.toString('hex'), '00')
  assert.equal(String(decode(format, text, none).value), 'Struct{n=0,s=}')
})

test('optional.for.nullables tells null from zero by the word optional', () => {
  const format = createFormat({ 'optional.for.nullables': 'true' })
  const schema = SchemaBuilder.struct()
    .name('M')
    .field('n', OPTIONAL_INT32_SCHEMA)
    .field('r', INT32_SCHEMA)
    .build()
  const { text } = format.define(schema)
  assert.ok(text.includes('  optional int32 n = 1;\n  int32 r = 2;\n'), text)
  const zero = encode(format, schema, new Struct(schema).put('n', 0).put('r', 0))
  assert.equal(zero.toString('hex'), '000800')
  const read = decode(format, text, encode(format, schema, new Struct(schema).put('r', 5)))
  assert.equal((read.value as Struct).get('n'), null)
  assert.deepEqual(
    read.schema?.fields.map((field) => field.schema.optional),
    [true, false],
  )
})

test('wrapper.for.nullables tells null from zero by wrappers', () => {
  const format = createFormat({ 'wrapper.for.nullables': 'true' })
  const schema = SchemaBuilder.struct()
    .name('M')
    .field('n', OPTIONAL_INT64_SCHEMA)
    .field('s', OPTIONAL_STRING_SCHEMA)
    .field('list', SchemaBuilder.array(OPTIONAL_STRING_SCHEMA).build())
    .field('r', INT32_SCHEMA)
    .build()
  const { text } = format.define(schema)
  assert.match(text, /google\.protobuf\.Int64Value n = 1;/)
  assert.match(text, /repeated google\.protobuf\.StringValue list = 3;/)
  const value = new Struct(schema).put('n', 0n).put('list', ['a', '']).put('r', 1)
  const bytes = encode(format, schema, value)
  assert.equal(bytes.toString('hex'), '000a001a030a01611a002001')
  const read = decode(format, text, bytes)
  assert.equal(String(read.value), 'Struct{n=0,list=[a, ],r=1}')
  assert.equal(read.schema?.field('r')?.schema.optional, false)
})

test('a value that is no struct is a wrapper', () => {
  const format = createFormat()
  for (const [schema, value, hex] of [
    [STRING_SCHEMA, 'a', '020e0a0161'],
    [INT64_SCHEMA, 77n, '0204084d'],
    [INT8_SCHEMA, 0, '0208'],
    [BOOLEAN_SCHEMA, true, '020c0801'],
  ] as const) {
    const bytes = encode(format, schema, value)
    assert.equal(bytes.toString('hex'), hex)
    const read = decode(format, format.define(schema).text, bytes)
    assert.equal(read.value, value)
  }
  const struct = decode(
    createFormat({ 'wrapper.for.raw.primitives': 'false' }),
    format.define(STRING_SCHEMA).text,
    encode(format, STRING_SCHEMA, 'a'),
  )
  assert.equal(String(struct.value), 'Struct{value=a}')
})

test('defaults are written for null, unless ignore.default.for.nullables is set', () => {
  const schema = SchemaBuilder.struct()
    .name('M')
    .field('n', SchemaBuilder.int32().optional().defaultValue(7).build())
    .build()
  assert.equal(encode(createFormat(), schema, new Struct(schema)).toString('hex'), '000807')
  const ignoring = createFormat({ 'ignore.default.for.nullables': 'true' })
  assert.equal(encode(ignoring, schema, new Struct(schema)).toString('hex'), '00')
})

test('names that Protobuf does not allow are refused, or changed with scrub.invalid.names', () => {
  const schema = SchemaBuilder.struct().name('a-b.M').field('a b', INT32_SCHEMA).build()
  assert.throws(() => createFormat().define(schema), {
    code: 'DATA_INVALID',
    message: /^"a-b" can't be a name in Protobuf: set scrub\.invalid\.names=true/,
  })
  const format = createFormat({ 'scrub.invalid.names': 'true' })
  const { text } = format.define(schema)
  assert.match(text, /package a_b;[\s\S]*int32 a_b = 1;/)
  assert.equal(encode(format, schema, new Struct(schema).put('a b', 3)).toString('hex'), '000803')
})

const refusals: ReadonlyArray<readonly [string, Schema | null, RegExp]> = [
  ['no schema', null, /without schema has no Protobuf form/],
  ['a list', SchemaBuilder.array(STRING_SCHEMA).build(), /^Unsupported root schema of type ARRAY/],
  ['a map', SchemaBuilder.map(STRING_SCHEMA, STRING_SCHEMA).build(), /type MAP/],
  ['a timestamp', TIMESTAMP_SCHEMA, /logical type .*Timestamp: a Protobuf message has fields/],
  [
    'a list of lists',
    inStruct(SchemaBuilder.array(SchemaBuilder.array(STRING_SCHEMA).build()).build()),
    /Field f: Array cannot be nested/,
  ],
]

for (const [what, schema, message] of refusals) {
  test(`${what} is refused with what to do`, () => {
    assert.throws(() => createFormat().define(schema), { code: 'DATA_INVALID', message })
  })
}

function inStruct(schema: Schema): Schema {
  return SchemaBuilder.struct().name('M').field('f', schema).build()
}

test('a null in a list and a value of another type are refused', () => {
  const format = createFormat()
  const list = inStruct(SchemaBuilder.array(OPTIONAL_STRING_SCHEMA).build())
  assert.throws(() => encode(format, list, new Struct(list).put('f', ['a', null])), {
    code: 'DATA_INVALID',
    message: 'A null in an array has no Protobuf form',
  })
  const other = inStruct(INT64_SCHEMA)
  const schema = inStruct(STRING_SCHEMA)
  assert.throws(() => encode(format, schema, new Struct(other).put('f', 1n)), {
    code: 'DATA_INVALID',
    message: 'Mismatching struct schema',
  })
})

test('a registered schema that is written with gives numbers and types by the names of fields', () => {
  const format = createFormat()
  const schema = SchemaBuilder.struct()
    .name('a.M')
    .field('id', INT32_SCHEMA)
    .field('extra', STRING_SCHEMA)
    .build()
  const target = stored(
    'syntax = "proto3"; package a; message First {} message M { string name = 1; sint64 id = 9; }',
  )
  const defined = format.define(schema)
  assert.equal(format.incompatibility(target, defined), 'message a.M has no field extra')
  const value = new Struct(schema).put('id', -1).put('extra', 'gone')
  const out = encode(format, schema, value, target)
  assert.equal(out.toString('hex'), '02024801')
  assert.equal(String(decode(format, target.text, out).value), 'Struct{name=,id=-1}')
})
