import assert from 'node:assert/strict'
import { parseConfig } from '../../src/config/parse.ts'
import { converters } from '../../src/converters/index.ts'
import { jsonConverter } from '../../src/converters/json.ts'
import { ByteWriter } from '../../src/data/byte-writer.ts'
import { Headers } from '../../src/data/headers.ts'
import type { SchemaAndValue } from '../../src/data/schema.ts'
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

property('what is read from within a batch is what is read from bytes alone', (random) => {
  const converter = made('json.JsonConverter', random)
  const { schema, value } = randomData(random)
  let bytes: Uint8Array | null = null
  try {
    bytes = converter.fromConnectData('topic', Headers.empty, schema, value)
  } catch {
    return
  }
  if (bytes === null) return
  const batch = Buffer.concat([Buffer.from('1'), bytes, Buffer.from('2')])
  const alone = converter.toConnectData('topic', Headers.empty, bytes)
  for (const _again of [1, 2]) {
    const end = batch.length - 1
    const read = converter.readFrom?.(batch, 1, end, 'topic', Headers.empty)
    assert.deepEqual(read?.value, alone.value)
    assert.ok(read?.schema === alone.schema || read?.schema?.equals(alone.schema))
  }
})
