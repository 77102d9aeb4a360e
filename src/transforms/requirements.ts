import {
  ConnectError,
  type ConnectObject,
  type ConnectRecord,
  type ConnectValue,
  type Field,
  isConnectObject,
  javaClassOf,
  type Schema,
  SinkRecord,
  Struct,
} from '../sdk/index.ts'

/** A value without schema that has fields; a Map where not all keys are strings. */
export type SchemalessMap = ConnectObject | ReadonlyMap<ConnectValue, ConnectValue>

// Each refuses what a transformation can't work on, with ConnectError DATA_INVALID.

export function requireSchema(schema: Schema | null, purpose: string): Schema {
  if (schema === null) throw unfit(`Schema required for [${purpose}]`)
  return schema
}

export function requireMap(value: ConnectValue, purpose: string): SchemalessMap {
  if (isConnectObject(value) || value instanceof Map) return value
  throw unfit(
    `Only Map objects supported in absence of schema for [${purpose}], found: ${javaClassOf(value)}`,
  )
}

export function requireStruct(value: ConnectValue, schema: Schema | null, purpose: string): Struct {
  if (value instanceof Struct) return value
  const found = javaClassOf(value, schema?.type)
  throw unfit(`Only Struct objects supported for [${purpose}], found: ${found}`)
}

export function requireSinkRecord(record: ConnectRecord, purpose: string): SinkRecord {
  if (record instanceof SinkRecord) return record
  throw unfit(
    `Only SinkRecord supported for [${purpose}], found: org.apache.kafka.connect.source.SourceRecord`,
  )
}

/** @throws ConnectError DATA_INVALID when the schema has no such field. */
export function fieldIn(schema: Schema, name: string): Field {
  const field = schema.field(name)
  if (field === null) throw unfit(`${name} is not a valid field name`)
  return field
}

function unfit(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
