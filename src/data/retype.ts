import { schemaTypeOf } from './java-type.ts'
import {
  BoxedNumber,
  Float32,
  Int8,
  Int16,
  Int32,
  schemalessDouble,
  schemalessLong,
} from './numbers.ts'
import type { Schema } from './schema.ts'
import type { ConnectValue } from './value.ts'

/** A value of a schema in the form that it has without one: numbers tell their own type. */
export function schemalessForm(value: ConnectValue, schema: Schema | null): ConnectValue {
  if (schema === null) return value
  if (typeof value === 'bigint') return schemalessLong(value)
  if (typeof value === 'number') return schemalessNumber(value, schema)
  return mapElements(value, schema, schemalessForm)
}

/** The reverse of `schemalessForm` for what fits the schema; the rest stays as it is. */
export function typedForm(value: ConnectValue, schema: Schema | null): ConnectValue {
  if (schema === null) return value
  if (value instanceof BoxedNumber) return value.type === schema.type ? value.value : value
  if (typeof value === 'number') return schema.type === 'INT64' ? BigInt(value) : value
  return mapElements(value, schema, typedForm)
}

function schemalessNumber(value: number, schema: Schema): ConnectValue {
  switch (schemaTypeOf(value, schema.type)) {
    case 'INT8':
      return new Int8(value)
    case 'INT16':
      return new Int16(value)
    case 'INT32':
      return new Int32(value)
    case 'FLOAT32':
      return new Float32(value)
    case 'FLOAT64':
      return schemalessDouble(value)
    default:
      return value
  }
}

function mapElements(value: ConnectValue, schema: Schema, form: typeof typedForm): ConnectValue {
  if (schema.type === 'ARRAY' && Array.isArray(value)) {
    return value.map((element) => form(element, schema.valueSchema))
  }
  if (schema.type === 'MAP' && value instanceof Map) {
    const { keySchema, valueSchema } = schema
    return new Map(Array.from(value, ([k, v]) => [form(k, keySchema), form(v, valueSchema)]))
  }
  return value
}
