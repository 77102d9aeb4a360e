import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import {
  type ConnectValue,
  DATE_SCHEMA,
  Decimal,
  decimalBuilder,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  type Schema,
  SchemaBuilder,
  STRING_SCHEMA,
  Struct,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
} from '../../src/sdk/index.ts'
import { createFormat, decode, encode, stored } from '../converters/protobuf/create-format.ts'
import { fetchProtobuf, writtenByJava } from './protobuf-java/protobuf-java.ts'

before(fetchProtobuf)

const everything = `syntax = "proto3"; package p; message M {
  int32 a = 1; int64 b = 2; uint32 c = 3; uint64 d = 4; sint32 e = 5; sint64 f = 6;
  fixed32 g = 7; fixed64 h = 8; sfixed32 i = 9; sfixed64 j = 10; bool k = 11; string l = 12;
  bytes m = 13; E n = 14;
  repeated int32 o = 15; repeated string p = 16; repeated QEntry q = 17; N r = 18;
  oneof s { string t = 19; int32 u = 20; } optional int32 v = 21; repeated N w = 300;
  enum E { ZERO = 0; ONE = 1; MINUS = -1; } message N { int32 x = 1; N y = 2; }
  message QEntry { string key = 1; int32 value = 2; }
}`

/** Each number at its ends, in Protobuf's text form. */
const samples = [
  '',
  'a: -2147483648 b: -9223372036854775808 c: 4294967295 d: 18446744073709551615 e: -2147483648 f: -9223372036854775808',
  'a: 2147483647 b: 9223372036854775807 e: 2147483647 f: 9223372036854775807 g: 4294967295 h: 18446744073709551615',
  'i: -2147483648 j: -9223372036854775808 k: true l: "Zo\\303\\253 \\360\\237\\230\\200" m: "\\000\\377" n: MINUS',
  'o: [1, -1, 300] p: ["", "a"] q { key: "k" value: 5 } r { x: 1 y { y {} } } t: "" v: 0 w {} w { x: 2 }',
  'b: 9007199254740993 d: 9007199254740993 f: -9007199254740993 h: 72057594037927937 u: 0',
]

test('messages that Java writes are read, and written as Java writes them', () => {
  const format = createFormat()
  for (const [index, data] of writtenByJava(everything, 'p.M', samples).entries()) {
    assert.ok(data !== null)
    const { schema, value } = decode(format, everything, Buffer.concat([Buffer.of(0), data]))
    assert.deepEqual(again(schema, value), data, samples[index])
  }
})

test('messages with any bit flipped are read or refused as Java does', () => {
  // Without numbers of ten bytes: of the last one Java takes no notice.
  const sample =
    'a: 5 b: 300 c: 70000 d: 1 e: -7 f: -900 g: 1 h: 2 i: 3 j: 4 k: true l: "Zo\\303\\253"'
  const more =
    'm: "\\000\\377" n: ONE o: [1, 300] p: ["", "a"] q { key: "k" value: 5 } r { x: 1 y { y {} } }'
  const last = 't: "x" v: 0 w {} w { x: 2 }'
  const [data] = writtenByJava(everything, 'p.M', [`${sample} ${more} ${last}`])
  assert.ok(data !== null && data !== undefined)
  const flipped = Array.from({ length: data.length * 8 }, (_, bit) => {
    const bytes = Buffer.from(data)
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
    return bytes
  })
  const cut = Array.from(data, (_, end) => data.subarray(0, end))
  const format = createFormat()
  const differences = writtenByJava(everything, 'p.M', [...flipped, ...cut]).flatMap(
    (expected, index) => {
      const bytes = [...flipped, ...cut][index] as Buffer
      const actual = attempt(() => {
        const { schema, value } = decode(format, everything, Buffer.concat([Buffer.of(0), bytes]))
        return again(schema, value)
      })
      const isSame =
        actual === null || expected === null ? actual === expected : actual.equals(expected)
      return isSame
        ? []
        : [
            `${bytes.toString('hex')}: Java ${expected?.toString('hex')}, we ${actual?.toString('hex')}`,
          ]
    },
  )
  assert.deepEqual(differences, [])
})

test('files that we write are compiled by the compiler, and Java reads what we write', () => {
  const color = SchemaBuilder.string()
    .name('Color')
    .parameter('io.confluent.connect.protobuf.Enum', 'Color')
    .parameter('io.confluent.connect.protobuf.Enum.RED', '0')
    .parameter('io.confluent.connect.protobuf.Enum.BLUE', '1')
    .build()
  const line = SchemaBuilder.struct().name('Line').optional().field('sku', STRING_SCHEMA).build()
  const schema = SchemaBuilder.struct()
    .name('com.acme.Order')
    .field('id', INT64_SCHEMA)
    .field('note', OPTIONAL_STRING_SCHEMA)
    .field('at', TIMESTAMP_SCHEMA)
    .field('day', DATE_SCHEMA)
    .field('time', TIME_SCHEMA)
    .field('lines', SchemaBuilder.array(line).build())
    .field('line', line)
    .field('tags', SchemaBuilder.map(STRING_SCHEMA, INT32_SCHEMA).name('Tags').build())
    .field('color', color)
    .build()
  const value = new Struct(schema)
    .put('id', -(2n ** 63n))
    .put('note', 'Zoë 😀')
    .put('at', new Date(-1))
    .put('day', new Date('1969-12-31'))
    .put('time', new Date(86_399_999))
    .put('lines', [new Struct(line).put('sku', 'x'.repeat(300)), new Struct(line).put('sku', '')])
    .put('line', new Struct(line).put('sku', 'y'))
    .put('tags', new Map([['a', -1]]))
    .put('color', 'BLUE')
  for (const props of [
    {},
    { 'optional.for.nullables': 'true' },
    { 'wrapper.for.nullables': 'true' },
  ]) {
    const format = createFormat(props)
    const { text } = format.define(schema)
    const data = encode(format, schema, value).subarray(1)
    const [read] = writtenByJava(text, 'com.acme.Order', [data])
    assert.deepEqual(read, data)
  }
})

test('decimals are those of the file that Java reads', () => {
  const format = createFormat()
  const schema = SchemaBuilder.struct().name('M').field('f', decimalBuilder(2).build()).build()
  const data = encode(
    format,
    schema,
    new Struct(schema).put('f', new Decimal(-12345n, 2)),
  ).subarray(1)
  // The option needs an import that the converter's files do not have.
  const file = format
    .define(schema)
    .text.replace('import', 'import "confluent/meta.proto";\nimport')
  const [read] = writtenByJava(file, 'M', ['f { value: "\\317\\307" precision: 5 scale: 2 }'])
  assert.deepEqual(read, data)
})

/** What we write of what we read, without the message indexes, with the registered file. */
function again(schema: Schema | null, value: ConnectValue): Buffer {
  assert.ok(schema !== null)
  return encode(createFormat(), schema, value, stored(everything)).subarray(1)
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}
