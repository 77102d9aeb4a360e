import assert from 'node:assert/strict'
import { before } from 'node:test'
import { valuesEqual } from '../../../src/data/equal.ts'
import { INT32_SCHEMA, whenReady } from '../../../src/sdk/index.ts'
import { property } from '../../fuzz/property.ts'
import { RandomData } from '../random-data.ts'
import { createFormat, decode, encode, stored } from './create-format.ts'

const fieldNames = ['a', 'b', 'title', '$ref', 'connect.type', '__proto__', 'é "', 'type']
const validating = { 'json.fail.invalid.schema': 'true' }

// The validator is loaded when it is first used.
before(() => whenReady(() => encode(createFormat(validating), INT32_SCHEMA, 1)))

property('what is written is valid, and is read as it was, schema and value', (random) => {
  const data = new RandomData(random, { nulls: 0.4, fieldNames, nestsLists: true })
  const schema = data.struct()
  const value = data.valueOf(schema)
  const decimals = random.pick(['BASE64', 'NUMERIC'])
  // To compile a validator takes longer than all else.
  const props = random.chance(0.1) ? validating : {}
  const format = createFormat({ ...props, 'decimal.format': decimals })
  const json = encode(format, schema, value)
  const read = decode(format, stored(format.define(schema).text), json)
  assert.ok(read.schema?.equals(schema), format.define(schema).text)
  assert.ok(valuesEqual(read.value, value), `${json}: ${String(read.value)}, not ${String(value)}`)
})
