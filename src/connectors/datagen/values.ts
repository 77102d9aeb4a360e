import { type ConnectValue, DATE_NAME, type Schema, Struct } from '../../sdk/index.ts'
import { invalid, isObject, type JsonObject } from './avro-type.ts'

/** The value of a schema that JSON stands for, as `options` and `default` give it. */
export function valueFromJson(schema: Schema, json: unknown, path: string): ConnectValue {
  const value = containerFromJson(schema, json, path) ?? primitiveFromJson(schema, json)
  if (value !== null || json === null) return value
  throw invalid(path, `${JSON.stringify(json)} is not a value of its type`)
}

function containerFromJson(schema: Schema, json: unknown, path: string): ConnectValue {
  if (schema.type === 'ARRAY' && Array.isArray(json)) {
    return json.map((element) => valueFromJson(inner(schema), element, path))
  }
  if (!isObject(json)) return null
  if (schema.type === 'MAP') {
    return new Map(
      Object.entries(json).map(([key, value]) => [key, valueFromJson(inner(schema), value, path)]),
    )
  }
  return schema.type === 'STRUCT' ? structFromJson(schema, json, path) : null
}

function structFromJson(schema: Schema, json: JsonObject, path: string): Struct {
  const struct = new Struct(schema)
  for (const field of schema.fields) {
    const value = valueFromJson(field.schema, json[field.name] ?? null, `${path}.${field.name}`)
    struct.put(field, value)
  }
  return struct
}

function inner(schema: Schema): Schema {
  return schema.valueSchema ?? schema
}

function primitiveFromJson(schema: Schema, json: unknown): ConnectValue {
  switch (schema.type) {
    case 'BOOLEAN':
      return typeof json === 'boolean' ? json : null
    case 'STRING':
      return typeof json === 'string' ? json : null
    case 'BYTES':
      // Avro writes bytes in JSON as a character each.
      return typeof json === 'string' ? Buffer.from(json, 'latin1') : null
    default:
      return typeof json === 'number' ? numberOf(schema, json) : null
  }
}

/** A number as the value of a numeric schema, of a logical type too. */
export function numberOf(schema: Schema, value: number): ConnectValue {
  if (schema.name !== null) {
    const msPerUnit = schema.name === DATE_NAME ? 86_400_000 : 1
    return new Date(value * msPerUnit)
  }
  switch (schema.type) {
    case 'INT64':
      return Number.isInteger(value) ? BigInt.asIntN(64, BigInt(value)) : null
    case 'INT32':
      return Number.isInteger(value) ? value | 0 : null
    case 'FLOAT32':
      return Math.fround(value)
    default:
      return value
  }
}
