import assert from 'node:assert/strict'
import { before } from 'node:test'
import { valuesEqual } from '../../../src/data/equal.ts'
import { ConnectError, INT32_SCHEMA, whenReady } from '../../../src/sdk/index.ts'
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

property('JSON with characters changed, added or lost is read or refused', (random) => {
  const data = new RandomData(random, { nulls: 0.2, fieldNames, nestsLists: true })
  const schema = data.struct()
  const format = createFormat()
  const bytes = Buffer.from(encode(format, schema, data.valueOf(schema)))
  const read = format.reader(stored(format.define(schema).text), null, null)
  for (let change = 0; change < 10; change++) {
    const at = random.below(bytes.length)
    const inserted = Buffer.from(
      random.pick(['', '"', '[', '{"a":', '1e999', '\\', '\xff', ',', '}']),
    )
    const changed = Buffer.concat([
      bytes.subarray(0, at),
      inserted,
      bytes.subarray(at + random.below(2)),
    ])
    try {
      read(changed, 0, changed.length)
    } catch (error) {
      assert.ok(error instanceof ConnectError, String(error))
    }
  }
})
