import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Decimal } from '../../src/data/decimal.ts'
import {
  DATE_SCHEMA,
  decimalBuilder,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
} from '../../src/data/logical.ts'
import { Float32, Float64, Int8, Int32 } from '../../src/data/numbers.ts'
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
  OPTIONAL_BOOLEAN_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import { startAvro } from './avro-harness.ts'

const fixed = (size: number) =>
  SchemaBuilder.bytes().name('Id').parameter('connect.fixed.size', String(size)).build()
const suit = SchemaBuilder.string()
  .name('Suit')
  .parameter('io.confluent.connect.avro.Enum', 'Suit')
  .parameter('io.confluent.connect.avro.Enum.X', 'X')
  .parameter('io.confluent.connect.avro.Enum.Y', 'Y')
  .build()
const inner = SchemaBuilder.struct().name('Inner').field('x', OPTIONAL_INT32_SCHEMA).build()
const union = SchemaBuilder.struct()
  .name('io.confluent.connect.avro.Union')
  .optional()
  .field('int', OPTIONAL_INT32_SCHEMA)
  .field('string', OPTIONAL_STRING_SCHEMA)
  .field(
    'Inner',
    SchemaBuilder.struct().name('Inner').field('x', OPTIONAL_INT32_SCHEMA).optional().build(),
  )
  .build()
const long = 'x'.repeat(300)

/** Bytes as of the Avro specification; none where the value alone is compared. */
const cases: ReadonlyArray<
  readonly [what: string, schema: Schema, value: ConnectValue, bytes?: readonly number[]]
> = [
  ['false', BOOLEAN_SCHEMA, false, [0]],
  ['true', BOOLEAN_SCHEMA, true, [1]],
  ['a byte', INT8_SCHEMA, -128, [0xff, 1]],
  ['a short', INT16_SCHEMA, 32767],
  ['0', INT32_SCHEMA, 0, [0]],
  ['-1', INT32_SCHEMA, -1, [1]],
  ['64', INT32_SCHEMA, 64, [0x80, 1]],
  ['the largest int', INT32_SCHEMA, 2 ** 31 - 1, [0xfe, 0xff, 0xff, 0xff, 0xf]],
  ['the smallest int', INT32_SCHEMA, -(2 ** 31), [0xff, 0xff, 0xff, 0xff, 0xf]],
  ['a float', FLOAT32_SCHEMA, 1.5, [0, 0, 0xc0, 0x3f]],
  ['a double', FLOAT64_SCHEMA, -0, [0, 0, 0, 0, 0, 0, 0, 0x80]],
  ['not a number', FLOAT64_SCHEMA, Number.NaN],
  ['a text', STRING_SCHEMA, 'foo', [6, 0x66, 0x6f, 0x6f]],
  ['no text', STRING_SCHEMA, '', [0]],
  ['a text of others than ASCII', STRING_SCHEMA, 'Zoë 😀'],
  ['a long text', STRING_SCHEMA, long],
  ['a text whose length grows beyond two bytes', STRING_SCHEMA, 'é'.repeat(8000)],
  ['a long text whose length grows in UTF-8', STRING_SCHEMA, `${'é'.repeat(40)}x`],
  ['bytes, with nothing before them', BYTES_SCHEMA, new Uint8Array([1, 2]), [1, 2]],
  ['no bytes', BYTES_SCHEMA, new Uint8Array(0), []],
  ['bytes of a fixed size', fixed(2), new Uint8Array([1, 2]), [1, 2]],
  ['a decimal', decimalBuilder(2).build(), new Decimal(-12345n, 2), [0xcf, 0xc7]],
  ['a large decimal', decimalBuilder(0).build(), new Decimal(2n ** 90n, 0)],
  [
    'a decimal of a fixed size',
    decimalBuilder(1).parameter('connect.fixed.size', '4').build(),
    new Decimal(-2n, 1),
    [0xff, 0xff, 0xff, 0xfe],
  ],
  ['a date', DATE_SCHEMA, new Date(-86_400_000), [1]],
  ['a time', TIME_SCHEMA, new Date(1), [2]],
  ['a timestamp', TIMESTAMP_SCHEMA, new Date(1_700_000_000_123)],
  ['a list', SchemaBuilder.array(INT32_SCHEMA).build(), [1, 2], [4, 2, 4, 0]],
  ['an empty list', SchemaBuilder.array(INT32_SCHEMA).build(), [], [0]],
  ['a list with null', SchemaBuilder.array(OPTIONAL_INT32_SCHEMA).build(), [1, null]],
  [
    'a map',
    SchemaBuilder.map(STRING_SCHEMA, INT32_SCHEMA).build(),
    new Map([['a', 1]]),
    [2, 2, 0x61, 2, 0],
  ],
  [
    'a map with other keys',
    SchemaBuilder.map(INT64_SCHEMA, INT32_SCHEMA).build(),
    new Map([[1n, 2]]),
    [2, 2, 4, 0],
  ],
  ['a struct', inner, new Struct(inner).put('x', 5), [2, 10]],
  ['a struct with null', inner, new Struct(inner), [0]],
  ['a member of a union', union, new Struct(union).put('string', 'a'), [4, 2, 0x61]],
  [
    'a record of a union',
    union,
    new Struct(union).put('Inner', new Struct(union.fields[2]?.schema as Schema).put('x', 1)),
    [6, 2, 2],
  ],
]

for (const [what, schema, value, bytes] of cases) {
  test(`${what} there and back`, async (t) => {
    const avro = await startAvro(t, { 'enhanced.avro.schema.support': 'true' })
    const written = await avro.write(schema, value)
    if (bytes !== undefined) assert.deepEqual([...(written ?? [])], [0, 0, 0, 0, 1, ...bytes])
    const { value: back } = await avro.read(written)
    if (value instanceof Struct) assert.equal(String(back), String(value))
    else assert.deepEqual(back, value)
  })
}

test('longs keep every digit', async (t) => {
  const avro = await startAvro(t)
  const edges = [7n, 14n, 21n, 28n, 30n, 31n, 32n, 48n, 49n, 51n, 52n, 53n, 54n, 62n, 63n]
  const values = edges.flatMap((bits) => [2n ** bits - 1n, -(2n ** bits), 2n ** (bits - 1n)])
  for (const value of [0n, 1n, -1n, ...values]) {
    assert.equal((await avro.roundTrip(INT64_SCHEMA, value)).value, value)
  }
})

test('an enum is written as its symbol', async (t) => {
  const avro = await startAvro(t, { 'enhanced.avro.schema.support': 'true' })
  const written = await avro.write(suit, 'Y')
  assert.deepEqual([...(written ?? [])].slice(5), [2])
  const { schema, value } = await avro.read(written)
  assert.equal(value, 'Y')
  assert.equal(schema?.name, 'Suit')
  await assert.rejects(avro.write(suit, 'Z'), /Z is no symbol of the enum Suit: X,Y/)
})

test('a lone surrogate is written as the reference writes it', async (t) => {
  const avro = await startAvro(t)
  assert.equal((await avro.roundTrip(STRING_SCHEMA, 'a\ud800')).value, 'a?')
})

const schemalessCases: readonly ConnectValue[] = [
  true,
  new Int32(12),
  12,
  2n ** 60n,
  new Float32(1.5),
  1.5,
  new Float64(12),
  'teststring',
  ['a', 1, null, ['b']],
  { a: 1, __proto__x: { b: [] } },
  new Map<ConnectValue, ConnectValue>([[1, 'a']]),
]

for (const value of schemalessCases) {
  test(`${JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}` : each))} without schema there and back`, async (t) => {
    const avro = await startAvro(t)
    const back = await avro.roundTrip(null, value)
    assert.equal(back.schema, null)
    assert.deepEqual(back.value, value)
  })
}

test('a short integer without schema comes back as an int', async (t) => {
  const avro = await startAvro(t)
  assert.deepEqual((await avro.roundTrip(null, new Int8(5))).value, new Int32(5))
})

test('bytes without schema are refused, as in the reference', async (t) => {
  const avro = await startAvro(t)
  await assert.rejects(
    avro.write(null, new Uint8Array(1)),
    /topic t: Unknown Java type for schemaless data: class \[B/,
  )
})

test('null is a tombstone and asks nobody', async (t) => {
  const avro = await startAvro(t)
  assert.equal(await avro.write(OPTIONAL_BOOLEAN_SCHEMA, null), null)
  assert.equal(await avro.write(null, null), null)
  assert.deepEqual(await avro.read(null), { schema: null, value: null })
  assert.deepEqual(avro.registry.seen, [])
  await assert.rejects(avro.write(BOOLEAN_SCHEMA, null), {
    code: 'DATA_INVALID',
    message: 'Failed to serialize Avro data from topic t: Found null value for non-optional schema',
  })
})

test('a default stands for null, unless nulls of optional fields are kept', async (t) => {
  const schema = SchemaBuilder.struct()
    .name('R')
    .field('a', SchemaBuilder.int32().optional().defaultValue(5).build())
    .build()
  const replaced = await startAvro(t)
  assert.equal(String((await replaced.roundTrip(schema, new Struct(schema))).value), 'Struct{a=5}')
  const kept = await startAvro(t, { 'ignore.default.for.nullables': 'true' })
  const { value } = await kept.roundTrip(schema, new Struct(schema))
  assert.equal((value as Struct).getWithoutDefault('a'), null)
})

test('what does not fit is told with its field', async (t) => {
  const avro = await startAvro(t)
  const list = SchemaBuilder.array(INT32_SCHEMA).build()
  const outer = SchemaBuilder.struct().name('O').field('inner', inner).field('list', list).build()
  const struct = new Struct(outer).put('inner', new Struct(inner)).put('list', [1])
  ;(struct.values[1] as ConnectValue[])[0] = 'one'
  await assert.rejects(
    avro.write(outer, struct),
    /^ConnectError: Failed to serialize Avro data from topic t: Invalid type for INT32: class java.lang.String \(field list\)$/,
  )
  await assert.rejects(avro.write(inner, struct, 'a'), /Mismatching struct schema/)
  await assert.rejects(avro.write(outer, new Struct(outer)), /non-optional schema \(field inner\)/)
  await assert.rejects(avro.write(fixed(4), new Uint8Array(3), 'b'), /Id has 4 bytes, not 3/)
  const decimal = decimalBuilder(0).parameter('connect.fixed.size', '1').build()
  await assert.rejects(
    avro.write(decimal, new Decimal(300n, 0), 'c'),
    /Unscaled value byte array length 2 is greater than fixed size 1/,
  )
  await assert.rejects(
    avro.write(decimalBuilder(2).build(), new Decimal(1n, 3), 'd'),
    /Schema has scale 2, value has scale 3/,
  )
  await assert.rejects(avro.write(DATE_SCHEMA, new Date(1), 'e'), /should not have any time fields/)
})

test('names that were scrubbed find their fields', async (t) => {
  const avro = await startAvro(t, { 'scrub.invalid.names': 'true' })
  const schema = SchemaBuilder.struct().name('a-b').field('x y', INT32_SCHEMA).build()
  const { value } = await avro.roundTrip(schema, new Struct(schema).put('x y', 3))
  assert.equal(String(value), 'Struct{x_y=3}')
})
