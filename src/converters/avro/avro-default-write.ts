import {
  type ConnectValue,
  DATE_NAME,
  DECIMAL_NAME,
  type Decimal,
  encodeDate,
  encodeDecimal,
  encodeTime,
  encodeTimestamp,
  Float64,
  floatText,
  type Schema,
  type Struct,
  TIME_NAME,
  TIMESTAMP_NAME,
} from '../../sdk/index.ts'
import type { AvroOptions } from './avro-config.ts'
import { type AvroJson, isJsonArray, isJsonObject } from './avro-json.ts'
import { hasStringKeys, isUnionSchema } from './avro-kinds.ts'
import { scrubbed } from './avro-names.ts'
import type { AvroSchema } from './avro-schema.ts'

/**
 * A default of a Connect schema as JSON.
 * @param isField Whether it stands at a field, where floats are printed as the doubles they are.
 */
export function defaultJson(
  schema: Schema,
  value: ConnectValue,
  options: AvroOptions,
  isField: boolean,
): AvroJson {
  if (value === null) return null
  const inner = (part: Schema | null, element: ConnectValue) =>
    part === null ? null : defaultJson(part, element, options, isField)
  const plain = withoutLogicalType(schema, value)
  switch (schema.type) {
    case 'FLOAT32': {
      const number = plain as number
      return new Float64(isField ? number : Number(floatText(number)))
    }
    case 'FLOAT64':
      return new Float64(plain as number)
    case 'BYTES':
      return Buffer.from(plain as Uint8Array).toString('latin1')
    case 'ARRAY':
      return (plain as readonly ConnectValue[]).map((each) => inner(schema.valueSchema, each))
    case 'MAP': {
      const entries = Array.from(
        plain as ReadonlyMap<ConnectValue, ConnectValue>,
        ([key, each]): [AvroJson, AvroJson] => [
          inner(schema.keySchema, key),
          inner(schema.valueSchema, each),
        ],
      )
      return hasStringKeys(schema, options) ? Object.fromEntries(entries) : entries
    }
    case 'STRUCT':
      return structJson(schema, plain as Struct, options, isField)
    default:
      return plain as AvroJson
  }
}

function structJson(
  schema: Schema,
  struct: Struct,
  options: AvroOptions,
  isField: boolean,
): AvroJson {
  const entries = schema.fields.map((field): [string, AvroJson] => [
    options.scrub ? scrubbed(field.name) : field.name,
    defaultJson(field.schema, struct.get(field.name), options, isField),
  ])
  return isUnionSchema(schema) ? (entries[0]?.[1] ?? null) : Object.fromEntries(entries)
}

/** @throws ConnectError DATA_INVALID when the value is not one of its logical type. */
function withoutLogicalType(schema: Schema, value: ConnectValue): ConnectValue {
  switch (schema.name) {
    case DECIMAL_NAME:
      return encodeDecimal(schema, value as Decimal)
    case DATE_NAME:
      return encodeDate(schema, value as Date)
    case TIME_NAME:
      return encodeTime(schema, value as Date)
    case TIMESTAMP_NAME:
      return encodeTimestamp(schema, value as Date)
    default:
      return value
  }
}

const INT_LIMIT = 2 ** 31

/** Whether Avro takes the default for a field of this schema: as any member of a union. */
export function isValidDefault(schema: AvroSchema, json: AvroJson | undefined): boolean {
  switch (schema.type) {
    case 'null':
      return json === null
    case 'boolean':
      return typeof json === 'boolean'
    case 'int':
      return typeof json === 'number' && Number.isInteger(json) && Math.abs(json) <= INT_LIMIT
    case 'long':
      return typeof json === 'bigint' || (typeof json === 'number' && Number.isInteger(json))
    case 'float':
    case 'double':
      return isFiniteNumber(json)
    case 'string':
    case 'bytes':
    case 'enum':
    case 'fixed':
      return typeof json === 'string'
    case 'array':
      return isJsonArray(json) && json.every((each) => isValidDefault(schema.items, each))
    case 'map':
      return (
        isJsonObject(json) &&
        Object.values(json).every((each) => isValidDefault(schema.values, each))
      )
    case 'union':
      return schema.branches.some((branch) => isValidDefault(branch, json))
    case 'record':
      return (
        isJsonObject(json) &&
        schema.fields.every((field) =>
          isValidDefault(field.schema, json[field.name] ?? field.defaultValue),
        )
      )
  }
}

function isFiniteNumber(json: AvroJson | undefined): boolean {
  if (json instanceof Float64) return Number.isFinite(json.value)
  return typeof json === 'number' || typeof json === 'bigint'
}
