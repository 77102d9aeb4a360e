import assert from 'node:assert/strict'
import { property } from '../../fuzz/property.ts'
import { RandomData } from '../random-data.ts'
import { createFormat, decode, encode, stored } from './create-format.ts'

const fieldNames = ['a', 'b', 'message', 'optional', 'toString', 'constructor', 'key', 'value']

property('what is written is read as it was', (random) => {
  const data = new RandomData(random, { nulls: 0, fieldNames, nestsLists: false })
  const schema = data.struct()
  const value = data.valueOf(schema)
  const format = createFormat()
  const { text } = format.define(schema)
  const bytes = encode(format, schema, value)
  const read = decode(format, text, bytes)
  assert.equal(shown(read.value), shown(value), text)
})

property('what was read is written as it was, also where values are null', (random) => {
  const data = new RandomData(random, { nulls: 0.4, fieldNames, nestsLists: false })
  const schema = data.struct()
  const nullables = random.pick([
    'optional.for.nullables',
    'wrapper.for.nullables',
    'flatten.unions',
  ])
  const format = createFormat({ [nullables]: 'true' })
  const { text } = format.define(schema)
  const value = data.valueOf(schema)
  const bytes = value === null ? null : withoutNullElements(() => encode(format, schema, value))
  if (bytes === null) return
  const again = (data: Buffer) => {
    const read = decode(format, text, data)
    assert.ok(read.schema !== null)
    return encode(format, read.schema, read.value, stored(text))
  }
  // A null that is the value of an entry of a map is read as what is absent there.
  const normal = again(bytes)
  assert.deepEqual(again(normal), normal, text)
  if (!text.includes('Entry')) assert.deepEqual(normal, bytes, text)
})

/** Bytes as their digits, not as the place where they are kept. */
function shown(value: unknown): string {
  return JSON.stringify(value, (key, each) => {
    if (key === 'schema') return undefined
    if (typeof each === 'bigint') return `${each}n`
    if (each instanceof Map) return [...each]
    return each instanceof Uint8Array ? Buffer.from(each).toString('hex') : each
  })
}

/** A null in a list has no form; such values are left. */
function withoutNullElements(encodeValue: () => Buffer): Buffer | null {
  try {
    return encodeValue()
  } catch (error) {
    assert.match(String(error), /A null in an array/)
    return null
  }
}
