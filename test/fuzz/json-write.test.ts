import assert from 'node:assert/strict'
import { parseConfig } from '../../src/config/parse.ts'
import { converters } from '../../src/converters/index.ts'
import { jsonConverter } from '../../src/converters/json.ts'
import { SchemalessJsonWriter } from '../../src/converters/json-schemaless-write.ts'
import { quoted } from '../../src/converters/json-text.ts'
import { ByteWriter } from '../../src/data/byte-writer.ts'
import { Headers } from '../../src/data/headers.ts'
import { isConnectObject } from '../../src/data/java-type.ts'
import { doubleText, floatText } from '../../src/data/number-text.ts'
import { BoxedNumber, Float64 } from '../../src/data/numbers.ts'
import type { SchemaAndValue } from '../../src/data/schema.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import type { Converter } from '../../src/sdk/converter.ts'
import { decodeValue, presentSchema } from '../acceptance/vectors/codec.ts'
import { property } from './property.ts'
import type { Random } from './random.ts'
import { randomSchema, randomValue, valueFor } from './vectors/values.ts'

function randomData(random: Random): SchemaAndValue {
  if (random.chance(0.4)) return { schema: null, value: decodeValue(randomValue(random, 3), null) }
  const json = randomSchema(random)
  const schema = presentSchema(json)
  return { schema, value: decodeValue(valueFor(random, json), schema) }
}

const names = ['json.JsonConverter', 'StringConverter', 'ByteArrayConverter', 'LongConverter']

function made(name: string, random: Random): Converter {
  const plugin = converters.find((each) => {
    return each.kind === 'converter' && each.class.endsWith(name)
  })
  if (plugin?.kind !== 'converter') throw new TypeError(`there is no ${name}`)
  const isJson = plugin.class === jsonConverter[0].class
  const props = {
    'converter.type': 'value',
    ...(isJson && { 'schemas.enable': String(random.chance(0.5)) }),
    ...(isJson && { 'decimal.format': random.pick(['BASE64', 'NUMERIC']) }),
  }
  return plugin.create(parseConfig(plugin.config, props) as never, 'value', props)
}

function outcome(call: () => Buffer | null): string | null {
  try {
    return call()?.toString('latin1') ?? null
  } catch (error) {
    return `error: ${(error as Error).message}`
  }
}

/** The same JSON, put together in the plainest way. */
function exactText(value: ConnectValue): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return numberText(value)
  if (value instanceof BoxedNumber) return boxedText(value)
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`
  if (Array.isArray(value)) return `[${value.map(exactText).join()}]`
  if (value instanceof Map) return entriesText([...value])
  return isConnectObject(value) ? entriesText(Object.entries(value)) : String(value)
}

function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return String(BigInt(value))
  return Number.isFinite(value) ? doubleText(value) : `"${value}"`
}

function boxedText({ type, value }: BoxedNumber): string {
  if (type !== 'FLOAT32' && type !== 'FLOAT64') return String(value)
  if (!Number.isFinite(value)) return `"${value}"`
  return type === 'FLOAT32' ? floatText(value) : doubleText(value)
}

function entriesText(entries: ReadonlyArray<[ConnectValue, ConnectValue]>): string {
  if (entries.some(([key]) => typeof key !== 'string')) return `[${entries.map(exactText).join()}]`
  return `{${entries.map(([key, value]) => `${exactText(key)}:${exactText(value)}`).join()}}`
}

property('values without schema are written as the plainest writer writes them', (random) => {
  const writer = new SchemalessJsonWriter()
  // Records before it teach the writer what may come; the batch grows on the way.
  const out = new ByteWriter(16)
  for (let count = random.below(4); count >= 0; count--) {
    const value = decodeValue(randomValue(random, 4), null)
    out.clear()
    const isWritten = outcome(() => {
      writer.write(out, value)
      return null
    })
    if (isWritten === null)
      assert.equal(out.bytes.toString('utf8', 0, out.length), exactText(value))
  }
})

property('numbers are written as their texts', (random) => {
  const decimal = (random.next() * 10 ** random.below(10)).toFixed(random.below(7))
  const numbers = [
    Number(decimal),
    -Number(decimal),
    random.next(),
    Math.floor(random.next() * 2 ** random.below(70)),
    -Math.floor(random.next() * 2 ** random.below(70)),
    (random.next() - 0.5) * 10 ** (random.below(60) - 30),
  ]
  for (const value of numbers) {
    const out = new ByteWriter(1)
    new SchemalessJsonWriter().write(out, value)
    assert.equal(out.bytes.toString('utf8', 0, out.length), numberText(value))
    out.clear()
    new SchemalessJsonWriter().write(out, new Float64(value))
    assert.equal(out.bytes.toString('utf8', 0, out.length), doubleText(value))
  }
})

property('bytes within a batch are those that a converter returns', (random) => {
  const converter = made(random.pick(names), random)
  const { schema, value } = randomData(random)
  const alone = outcome(() => {
    const bytes = converter.fromConnectData('topic', Headers.empty, schema, value)
    return bytes === null ? null : Buffer.from(bytes)
  })
  const before = 'x'.repeat(random.below(5000))
  const batch = new ByteWriter(16)
  batch.writeUtf8(before)
  const inBatch = outcome(() => {
    const isWritten = converter.writeTo?.(batch, 'topic', Headers.empty, schema, value)
    if (isWritten === undefined) return alone === null ? null : Buffer.from(alone, 'latin1')
    return isWritten ? batch.bytes.subarray(before.length, batch.length) : null
  })
  assert.equal(inBatch, alone)
  assert.equal(batch.bytes.toString('latin1', 0, before.length), before)
})

function within(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('1'), bytes, Buffer.from('2')])
}

/** Not all that is written can be read: a key with half of a surrogate pair. */
function refusesWithin(converter: Converter, bytes: Uint8Array, alone: unknown): void {
  const read = () =>
    converter.readFrom?.(within(bytes), 1, bytes.length + 1, 'topic', Headers.empty)
  assert.throws(read, alone as Error)
}

property('what is read from within a batch is what is read from bytes alone', (random) => {
  const converter = made('json.JsonConverter', random)
  const { schema, value } = randomData(random)
  let bytes: Uint8Array | null = null
  let alone: SchemaAndValue
  try {
    bytes = converter.fromConnectData('topic', Headers.empty, schema, value)
    if (bytes === null) return
    alone = converter.toConnectData('topic', Headers.empty, bytes)
  } catch (error) {
    if (bytes !== null) refusesWithin(converter, bytes, error)
    return
  }
  const batch = within(bytes)
  for (const _again of [1, 2]) {
    const end = batch.length - 1
    const read = converter.readFrom?.(batch, 1, end, 'topic', Headers.empty)
    assert.deepEqual(read?.value, alone.value)
    assert.ok(read?.schema === alone.schema || read?.schema?.equals(alone.schema))
  }
})
