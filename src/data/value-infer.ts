import { ConnectError } from '../base/errors.ts'
import { isConnectObject, schemaTypeOf } from './java-type.ts'
import { Schema, type SchemaType } from './schema.ts'
import { SchemaBuilder } from './schema-builder.ts'
import { Struct } from './struct.ts'
import type { ConnectValue } from './value.ts'

/**
 * The schema that a value without one would have; null where it can't be told.
 * @throws ConnectError SCHEMA_BUILDER for a list or map whose elements are all null.
 */
export function inferSchema(value: ConnectValue): Schema | null {
  if (value instanceof Struct) return value.schema
  if (Array.isArray(value)) return listSchema(value)
  if (value instanceof Map) return mapSchema([...value.keys()], [...value.values()])
  if (isConnectObject(value)) return mapSchema(Object.keys(value), Object.values(value))
  const type = schemaTypeOf(value)
  return type === null ? null : new Schema({ type })
}

function listSchema(elements: readonly ConnectValue[]): Schema | null {
  const type = commonType(elements)
  return type === null ? null : SchemaBuilder.array(schemaOf(type, elements)).build()
}

function mapSchema(keys: readonly ConnectValue[], values: readonly ConnectValue[]): Schema | null {
  const keyType = commonType(keys)
  const valueType = commonType(values)
  if (keyType === null || valueType === null) return null
  return SchemaBuilder.map(schemaOf(keyType, keys), schemaOf(valueType, values)).build()
}

/**
 * Type of all elements, without that of their own elements; null where it can't be told. What comes
 * behind the first one that settles it is not looked at.
 */
function commonType(values: readonly ConnectValue[]): SchemaType | 'nothing but null' | null {
  let common: SchemaType | null = null
  for (const value of values) {
    if (value === null) continue
    const type = inferSchema(value)?.type ?? null
    if (type === null || (common !== null && type !== common)) return null
    common = type
  }
  return values.length === 0 ? null : (common ?? 'nothing but null')
}

function schemaOf(type: SchemaType | 'nothing but null', values: readonly ConnectValue[]): Schema {
  if (type !== 'nothing but null') return new Schema({ type, optional: values.includes(null) })
  throw new ConnectError('type cannot be null', { code: 'SCHEMA_BUILDER' })
}
