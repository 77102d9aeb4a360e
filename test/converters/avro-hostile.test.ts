import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import { connectSchemaOf } from '../../src/converters/avro/avro-connect.ts'
import { parseAvro } from '../../src/converters/avro/avro-parse.ts'
import { avroReader } from '../../src/converters/avro/avro-read.ts'
import { RecursiveSchema } from '../../src/converters/recursive-schema.ts'
import { Decimal } from '../../src/data/decimal.ts'
import { decimalBuilder, TIME_SCHEMA, TIMESTAMP_SCHEMA } from '../../src/data/logical.ts'
import type { Field } from '../../src/data/schema.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import {
  BYTES_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { type AvroHarness, startAvro } from './avro-harness.ts'
import { avroOptions } from './avro-setup.ts'

const schema = SchemaBuilder.struct()
  .name('R')
  .field('text', OPTIONAL_STRING_SCHEMA)
  .field('long', INT64_SCHEMA)
  .field('bytes', BYTES_SCHEMA)
  .field('time', TIME_SCHEMA)
  .field('timestamp', TIMESTAMP_SCHEMA)
  .field('decimal', decimalBuilder(2).build())
  .field('list', SchemaBuilder.array(INT32_SCHEMA).build())
  .field('map', SchemaBuilder.map(STRING_SCHEMA, STRING_SCHEMA).build())
  .field('entries', SchemaBuilder.map(INT64_SCHEMA, STRING_SCHEMA).build())
  .build()

const struct = new Struct(schema)
  .put('text', 'some text')
  .put('long', 2n ** 60n)
  .put('bytes', new Uint8Array([1, 2, 3]))
  .put('time', new Date(1000))
  .put('timestamp', new Date(1_700_000_000_000))
  .put('decimal', new Decimal(12345n, 2))
  .put('list', [1, 2, 3])
  .put('map', new Map([['a', 'b']]))
  .put('entries', new Map([[1n, 'b']]))

/** What reading does: a value, or an error with a code. Anything else is rethrown. */
async function outcome(avro: AvroHarness, bytes: Uint8Array): Promise<ConnectError | null> {
  try {
    await avro.read(bytes)
    return null
  } catch (error) {
    if (error instanceof ConnectError) return error
    throw error
  }
}

test('data cut at any position is refused, with the field', async (t) => {
  const avro = await startAvro(t)
  const bytes = (await avro.write(schema, struct)) as Uint8Array
  for (let length = 5; length < bytes.length; length++) {
    const error = await outcome(avro, bytes.subarray(0, length))
    assert.equal(error?.code, 'DATA_INVALID')
    assert.match(
      error.message,
      /^Failed to deserialize data for topic t to Avro: Error deserializing Avro message for id 1: .+ \(field \w+\)$/,
    )
  }
})

test('data with any bit flipped is read or refused, never more', async (t) => {
  const avro = await startAvro(t)
  const bytes = (await avro.write(schema, struct)) as Uint8Array
  let refused = 0
  for (let index = 5; index < bytes.length; index++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Uint8Array.from(bytes)
      flipped[index] = (flipped[index] as number) ^ (1 << bit)
      if ((await outcome(avro, flipped)) !== null) refused++
    }
  }
  assert.ok(refused > 20)
})

const hostile: ReadonlyArray<
  readonly [what: string, avro: unknown, data: readonly number[], message: RegExp]
> = [
  [
    'a length beyond the data',
    'string',
    [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
    /ends early/,
  ],
  ['a negative length', 'string', [1], /a length is -1/],
  ['a long without end', 'long', [...Array(12).fill(0xff), 0], /longer than 10 bytes/],
  ['an int without end', 'int', Array(20).fill(0xff), /longer than 5 bytes/],
  ['a member that a union has not', ['null', 'int'], [4], /a union of 2 types has no type 2/],
  ['a negative member of a union', ['null', 'int'], [1], /no type -1/],
  ['a symbol that an enum has not', { type: 'enum', name: 'E', symbols: ['A'] }, [2], /none at 1/],
  ['a boolean of 2', 'boolean', [2], /a boolean is 2/],
  [
    'a thousand million nulls in a few bytes',
    { type: 'array', items: { type: 'record', name: 'Empty', fields: [] } },
    [0x80, 0xa8, 0xd6, 0xb9, 7, 0],
    /a list of 1000000000 elements, where 1 bytes are left/,
  ],
  [
    'many blocks of nulls',
    { type: 'array', items: { type: 'record', name: 'Empty', fields: [] } },
    Array.from({ length: 40 }, () => [0x80, 0xf1, 4]).flat(),
    /a list of/,
  ],
  [
    'many blocks of nulls, each shorter than the data',
    { type: 'array', items: { type: 'record', name: 'Empty', fields: [] } },
    Array.from({ length: 1000 }, () => [0x80, 0x10]).flat(),
    /a list of 1024 elements/,
  ],
  [
    'a block of negative size',
    { type: 'array', items: 'int' },
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
    /ends early|a list of/,
  ],
  [
    'a decimal without bytes',
    {
      type: 'record',
      name: 'D',
      fields: [{ name: 'd', type: { type: 'bytes', logicalType: 'decimal', precision: 9 } }],
    },
    [0],
    /a decimal has no bytes \(field d\)/,
  ],
  [
    'a time beyond the day',
    { type: 'int', logicalType: 'time-millis' },
    [0xff, 0xff, 0xff, 0xff, 0xf],
    /Time values must use number of milliseconds/,
  ],
]

for (const [what, avroSchema, data, message] of hostile) {
  test(`${what} is refused`, async (t) => {
    const avro = await startAvro(t)
    const error = await outcome(avro, avro.framed(avroSchema, data))
    assert.equal(error?.code, 'DATA_INVALID')
    assert.match(error.message, message)
  })
}

test('data without schema that is nested without end is refused', async (t) => {
  const avro = await startAvro(t)
  const written = (await avro.write(null, [1])) as Uint8Array
  const id = written.subarray(0, 5)
  // Seven nulls, then a list of one element, which is the same again.
  const level = [0, 0, 0, 0, 0, 0, 0, 2, 2]
  const nested = Uint8Array.from([...id, ...Array.from({ length: 20_000 }, () => level).flat()])
  assert.match((await outcome(avro, nested))?.message ?? '', /nested deeper than 500 levels/)
})

test('data that is nested without end is not written without schema', async (t) => {
  const avro = await startAvro(t)
  let nested: unknown[] = []
  for (let depth = 0; depth < 20_000; depth++) nested = [nested]
  await assert.rejects(avro.write(null, nested as []), /nested deeper than 500 levels/)
})

test('a broken schema of the registry is read or refused, never more', async (t) => {
  const avro = await startAvro(t)
  await avro.write(schema, struct)
  const [text = ''] = avro.registry.texts('t-value')
  const random = seededRandom(7)
  const parts = ['{', '}', '[', ']', ',', ':', '"', '1', '-', 'null', '"int"', '"record"', '']
  let refused = 0
  for (let count = 0; count < 1500; count++) {
    const at = Math.floor(random() * text.length)
    const end = at + Math.floor(random() * 12)
    const part = parts[Math.floor(random() * parts.length)] ?? ''
    try {
      const broken = parseAvro(`${text.slice(0, at)}${part}${text.slice(end)}`)
      const connect = connectSchemaOf(broken, 1, avroOptions(), () => 0)
      avroReader(broken, broken, connect, avroOptions())
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error
      refused++
    }
  }
  assert.ok(refused > 500)
})

test('a schema that contains itself is not written', async (t) => {
  const avro = await startAvro(t)
  const fields: Field[] = []
  const recursive = new RecursiveSchema({ name: 'Node', optional: true }, fields)
  fields.push({ name: 'next', index: 0, schema: recursive })
  await assert.rejects(
    avro.write(recursive, new Struct(recursive)),
    /^ConnectError: Failed to serialize Avro data from topic t: .*nested deeper than 200 levels/,
  )
})

test('bytes behind the data are refused where that is asked for', async (t) => {
  const lenient = await startAvro(t)
  assert.equal((await lenient.read(lenient.framed('int', [2, 0]))).value, 1)
  const strict = await startAvro(t, { 'avro.fail.on.trailing.data': 'true' })
  await assert.rejects(
    strict.read(strict.framed('int', [2, 0])),
    /1 bytes are left \(avro.fail.on.trailing.data\)/,
  )
})

test('maps with a key like __proto__ stay maps', async (t) => {
  const avro = await startAvro(t)
  const map = new Map([['__proto__', 'a']])
  const { value } = await avro.roundTrip(
    SchemaBuilder.map(STRING_SCHEMA, STRING_SCHEMA).build(),
    map,
  )
  assert.deepEqual(value, map)
  const back = await avro.read(await avro.write(null, map, 'u'), 'u')
  assert.deepEqual(Object.keys(back.value as object), ['__proto__'])
})
