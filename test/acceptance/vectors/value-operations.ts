import type { Schema } from '../../../src/data/schema.ts'
import type { ConnectValue } from '../../../src/data/value.ts'
import * as convert from '../../../src/data/value-convert.ts'
import { inferSchema } from '../../../src/data/value-infer.ts'
import { parseValueText } from '../../../src/data/value-parse.ts'
import { valueText } from '../../../src/data/value-text.ts'
import type { Operation } from './case.ts'
import {
  decodeSchema,
  decodeValue,
  encodeSchema,
  encodeValue,
  presentSchema,
  type SchemaJson,
  type ValueJson,
} from './codec.ts'
import type { Outcome } from './compare.ts'
import { encodeBoth } from './converter-operations.ts'
import { HeapByteBuffer } from './foreign.ts'

interface ConvertCase {
  readonly to: string
  readonly schema: SchemaJson | null
  readonly value: ValueJson
  readonly scale?: number
}

export const valueOperations: Readonly<Record<string, Operation>> = {
  'values.parse': ({ text }: { text: string | null }) => {
    const parsed = parseValueText(text)
    // The reference has no pair for the text null; here it is one of nulls.
    const isNothing = text !== null && parsed.schema === null && parsed.value === null
    return isNothing ? { nothing: true } : encodeBoth(parsed)
  },
  'values.convert': convertCase,
  'values.toString': ({ schema: schemaJson, value }: ConvertCase) => {
    const schema = decodeSchema(schemaJson)
    return { text: valueText(decodeValue(value, schema), schema) }
  },
  'values.infer': ({ value }: { value: ValueJson }) => ({
    schema: encodeSchema(inferSchema(decodeValue(value, null))),
  }),
}

type Conversion = (schema: Schema | null, value: ConnectValue) => ConnectValue

const conversions: Readonly<Record<string, Conversion>> = {
  boolean: convert.convertToBoolean,
  int8: convert.convertToInt8,
  int16: convert.convertToInt16,
  int32: convert.convertToInt32,
  int64: convert.convertToInt64,
  float32: convert.convertToFloat32,
  float64: convert.convertToFloat64,
  string: (schema, value) => valueText(value, schema),
  time: convert.convertToTime,
  date: convert.convertToDate,
  timestamp: convert.convertToTimestamp,
  list: convert.convertToList,
  map: convert.convertToMap,
  struct: convert.convertToStruct,
}

const plainTypes = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64']

function convertCase({ to, schema: schemaJson, value: valueJson, scale }: ConvertCase): Outcome {
  const schema = decodeSchema(schemaJson)
  const value = decodeValue(valueJson, schema)
  if (to === 'decimal') {
    const content = value instanceof HeapByteBuffer ? value.subarray(value.position) : value
    return { value: encodeValue(convert.convertToDecimal(schema, content, scale ?? 0), null) }
  }
  const conversion = conversions[to]
  if (conversion === undefined) throw new TypeError(`vectors have an unknown conversion: ${to}`)
  const converted = conversion(schema, value)
  const target = plainTypes.includes(to) ? presentSchema({ type: to }) : schema
  return { value: encodeValue(converted, target) }
}
