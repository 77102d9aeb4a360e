import assert from 'node:assert/strict'
import { parseConfig } from '../../src/config/parse.ts'
import { SinkRecord } from '../../src/data/record.ts'
import type { Schema } from '../../src/data/schema.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import { Struct } from '../../src/data/struct.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import { transforms } from '../../src/transforms/index.ts'
import {
  decodeValue,
  encodeSchema,
  encodeValue,
  presentSchema,
} from '../acceptance/vectors/codec.ts'
import { property } from './property.ts'
import type { Random } from './random.ts'
import { randomSchema, randomValue, valueFor } from './vectors/values.ts'

function transformed(name: string, config: object, schema: Schema | null, value: ConnectValue) {
  const plugin = transforms.find((each) => each.class.endsWith(`.${name}$Value`))
  if (plugin === undefined) throw new TypeError(`there is no ${name}`)
  const transform = plugin.create(parseConfig(plugin.config, config as never))
  const record = { topic: 'orders', partition: 3, offset: 7, valueSchema: schema, value }
  const result = transform(new SinkRecord({ ...record, timestamp: 1_700_000_000_000 }))
  return { schema: result?.valueSchema ?? null, value: result?.value ?? null }
}

/** Settings on one field, with its name and with its path. */
const settings: ReadonlyArray<[name: string, (field: string) => object]> = [
  ['Cast', (field) => ({ spec: `${field}:string` })],
  ['Cast', (field) => ({ spec: `${field}:int32` })],
  ['MaskField', (field) => ({ fields: field })],
  ['ReplaceField', (field) => ({ exclude: field })],
  ['ReplaceField', (field) => ({ include: field })],
  ['ReplaceField', (field) => ({ renames: `${field}:new` })],
  ['TimestampConverter', (field) => ({ field, 'target.type': 'unix' })],
  ['InsertField', (field) => ({ 'topic.field': `${field}2`, 'offset.field': `${field}3!` })],
]

const names = ['a', 'b', 'c']

function structOf(random: Random) {
  const fields = names.map((name) => ({ name, schema: randomSchema(random, 1) }))
  const json = { type: 'struct', fields }
  const schema = presentSchema(json)
  return { schema, value: decodeValue(valueFor(random, json), schema) }
}

function outcome<T>(call: () => T): T | string {
  try {
    return call()
  } catch (error) {
    return (error as Error).message
  }
}

property('a path does within a struct what a name does at its top', (random) => {
  const { schema, value } = structOf(random)
  const [name, settingsOf] = random.pick(settings)
  const field = random.pick(names)
  const outer = SchemaBuilder.struct().field('in', schema).field('beside', schema).build()
  const whole = new Struct(outer).put('in', value).put('beside', value)
  const inner = outcome(() => transformed(name, settingsOf(field), schema, value))
  const config = { ...settingsOf(`in.${field}`), 'field.syntax.version': 'V2' }
  const nested = outcome(() => {
    const result = transformed(name, config, outer, whole)
    const place = result.schema?.field('in')?.schema ?? null
    const struct = result.value as Struct
    const isAlone = 'include' in config
    assert.equal(struct.schema.field('beside') === null, isAlone)
    assert.ok(isAlone || (struct.get('beside') as Struct).equals(value))
    return { schema: place, value: struct.get('in') }
  })
  if (typeof inner === 'string' || typeof nested === 'string') return assert.equal(nested, inner)
  assert.deepEqual(encodeSchema(nested.schema), encodeSchema(inner.schema))
  assert.deepEqual(encodeValue(nested.value, nested.schema), encodeValue(inner.value, inner.schema))
})

property('a path does within an object what a name does at its top', (random) => {
  const [name, settingsOf] = random.pick(settings)
  const field = random.pick(names)
  const value = Object.fromEntries(
    names.map((each) => [each, decodeValue(randomValue(random, 1), null)]),
  )
  const config = { ...settingsOf(`in.${field}`), 'field.syntax.version': 'V2' }
  const inner = outcome(() => transformed(name, settingsOf(field), null, value).value)
  const nested = outcome(() => transformed(name, config, null, { in: value, beside: 1 }).value)
  if (typeof inner === 'string' || typeof nested === 'string') return assert.equal(nested, inner)
  const { in: place } = nested as { in: ConnectValue }
  assert.deepEqual(place, inner)
  if (!('include' in config)) assert.equal((nested as { beside: number }).beside, 1)
})
