import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Decimal } from '../../src/data/decimal.ts'
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
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import { startAvro } from '../converters/avro-harness.ts'
import { seedOfRun } from '../fuzz/random.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { fetchEncoders, readByJava, readByPython } from './encoders/encoders.ts'
import { RandomData } from './random-data.ts'

before(fetchEncoders)

const address = SchemaBuilder.struct()
  .name('com.example.Address')
  .version(2)
  .field('zip', STRING_SCHEMA)
  .field('lines', SchemaBuilder.array(STRING_SCHEMA).build())
const suit = SchemaBuilder.string()
  .name('com.example.Suit')
  .parameter('io.confluent.connect.avro.Enum', 'com.example.Suit')
  .parameter('io.confluent.connect.avro.Enum.HEARTS', 'HEARTS')
  .parameter('io.confluent.connect.avro.Enum.SPADES', 'SPADES')
  .build()
const everything = SchemaBuilder.struct()
  .name('com.example.Everything')
  .doc('all that Connect knows')
  .field('byte', SchemaBuilder.int8().defaultValue(2).doc('a byte').build())
  .field('int', INT32_SCHEMA)
  .field('long', INT64_SCHEMA)
  .field('float', SchemaBuilder.float32().optional().defaultValue(Math.fround(0.1)).build())
  .field('double', SchemaBuilder.float64().defaultValue(1).build())
  .field('boolean', BOOLEAN_SCHEMA)
  .field('text', SchemaBuilder.string().defaultValue('"é"\n').build())
  .field(
    'bytes',
    SchemaBuilder.bytes()
      .defaultValue(new Uint8Array([255, 0]))
      .build(),
  )
  .field('maybe', OPTIONAL_STRING_SCHEMA)
  .field('decimal', decimalBuilder(2).build())
  .field('date', DATE_SCHEMA)
  .field('time', TIME_SCHEMA)
  .field('timestamp', TIMESTAMP_SCHEMA)
  .field(
    'fixed',
    SchemaBuilder.bytes().name('com.example.Id').parameter('connect.fixed.size', '2').build(),
  )
  .field('suit', suit)
  .field('home', address.build())
  .field('work', address.optional().build())
  .field('longs', SchemaBuilder.array(OPTIONAL_INT64_SCHEMA).build())
  .field('byName', SchemaBuilder.map(STRING_SCHEMA, INT8_SCHEMA).build())
  .field('byNumber', SchemaBuilder.map(INT64_SCHEMA, FLOAT64_SCHEMA).build())
  .build()

function structOf(schema: Schema | null | undefined, values: readonly ConnectValue[]): Struct {
  const struct = new Struct(schema as Schema)
  for (const [index, field] of struct.schema.fields.entries())
    struct.put(field, values[index] ?? null)
  return struct
}

function sample(n: number): Struct {
  const inner = (name: string) => structOf(everything.field(name)?.schema, [`zip ${n}`, ['a', 'ü']])
  return structOf(everything, [
    ...[
      n,
      -n * 1000,
      2n ** BigInt(n % 63) * (n % 2 ? -1n : 1n),
      Math.fround(n / 3),
      n / 7,
      n % 2 === 0,
    ],
    ...['x'.repeat(n * 3), new Uint8Array([n]), n % 3 === 0 ? null : `text ${n} é`],
    ...[new Decimal(BigInt(n * 12345 - 99_999), 2), new Date(n * 86_400_000), new Date(n)],
    ...[new Date(1_700_000_000_000 + n), new Uint8Array([n, 1]), n % 2 ? 'HEARTS' : 'SPADES'],
    ...[
      inner('home'),
      n % 2 ? null : inner('work'),
      Array.from({ length: n }, (_, i) => (i % 2 ? null : BigInt(i))),
    ],
    ...[new Map([[`key ${n}`, n]]), new Map(n === 0 ? [] : [[BigInt(n), n / 2]])],
  ])
}

const simple: ReadonlyArray<readonly [Schema | null, ConnectValue]> = [
  [INT32_SCHEMA, -1],
  [FLOAT32_SCHEMA, 1.5],
  [STRING_SCHEMA, 'a'],
  [OPTIONAL_INT64_SCHEMA, 5n],
  [null, { a: [1, 'b', null, { c: 2.5 }] }],
]

const seed = seedOfRun()
const random = new RandomData(seededRandom(seed))

function randomCase(): readonly [Schema, ConnectValue] {
  const schema = random.struct(4)
  return [schema, random.value(schema)]
}

const cases: ReadonlyArray<readonly [Schema | null, ConnectValue]> = [
  ...Array.from({ length: 40 }, (_, n) => [everything, sample(n)] as const),
  ...simple,
  ...Array.from({ length: 300 }, randomCase),
]

/** Where two texts begin to differ; null where they don't. */
function differenceOf(actual: string, expected: string): readonly [string, string] | null {
  if (actual === expected) return null
  const at = [...actual].findIndex((_, index) => !expected.startsWith(actual.slice(0, index + 1)))
  return [actual.slice(at - 60, at + 60), expected.slice(at - 60, at + 60)]
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex')
}

test(`Java's Avro and Python's fastavro read what is written, and the other way round (seed ${seed})`, async (t) => {
  const avro = await startAvro(t, {
    'enhanced.avro.schema.support': 'true',
    'ignore.default.for.nullables': 'true',
  })
  const items = []
  for (const [index, [schema, value]] of cases.entries()) {
    const topic = `t${schema === everything ? '' : index}`
    const bytes = (await avro.write(schema, value, topic)) as Uint8Array
    const schemaText = avro.registry.texts(`${topic}-value`).at(-1) ?? ''
    items.push({ schema: schemaText, data: bytes.subarray(5), topic, header: bytes.subarray(0, 5) })
  }
  const [byJava, byPython] = [readByJava(items), readByPython(items)]
  for (const [index, { schema, data, topic, header }] of items.entries()) {
    const java = byJava[index]
    assert.equal(differenceOf(java?.text ?? '', schema), null)
    assert.equal(hex(java?.data), hex(data), schema)
    assert.equal(hex(byPython[index]?.data), hex(data), schema)
    const blocked = Buffer.concat([header, java?.blocked ?? Buffer.alloc(0)])
    const { value } = await avro.read(blocked, topic)
    const [, expected] = cases[index] ?? [null, null]
    if (expected instanceof Struct) assert.equal(String(value), String(expected))
    else assert.deepEqual(value, expected)
  }
})
