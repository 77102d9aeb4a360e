import {
  type ConnectValue,
  DATE_NAME,
  DECIMAL_NAME,
  decodeDate,
  decodeDecimal,
  decodeTime,
  decodeTimestamp,
  Float64,
  type Schema,
  Struct,
  TIME_NAME,
  TIMESTAMP_NAME,
} from '../../sdk/index.ts'
import type { AvroOptions } from './avro-config.ts'
import { isValidDefault } from './avro-default-write.ts'
import { type AvroJson, isJsonArray, isJsonObject, jsonText } from './avro-json.ts'
import type { AvroRecord, AvroSchema, AvroUnion } from './avro-schema.ts'
import { avroError } from './avro-schema.ts'
import { unionForm } from './avro-union.ts'

/**
 * A default in an Avro schema as a value of the Connect schema made of it.
 * @throws ConnectError DATA_INVALID for one that doesn't fit.
 */
export function connectDefault(
  avro: AvroSchema,
  schema: Schema,
  json: AvroJson | undefined,
  options: AvroOptions,
): ConnectValue {
  if (json === null || json === undefined) return null
  switch (avro.type) {
    case 'union':
      return unionDefault(avro, schema, json, options)
    case 'record':
      return recordDefault(avro, schema, json, options)
    case 'array': {
      if (schema.type === 'MAP' || !isJsonArray(json)) throw unfit(avro, json)
      return json.map((each) => part(avro.items, schema.valueSchema, each, options))
    }
    case 'map': {
      if (!isJsonObject(json)) throw unfit(avro, json)
      const entries = Object.entries(json)
      return new Map(
        entries.map(([key, each]) => [key, part(avro.values, schema.valueSchema, each, options)]),
      )
    }
    default:
      return simpleDefault(avro, schema, json)
  }
}

function part(
  avro: AvroSchema,
  schema: Schema | null,
  json: AvroJson | undefined,
  options: AvroOptions,
): ConnectValue {
  if (schema === null) throw unfit(avro, json)
  return connectDefault(avro, schema, json, options)
}

function recordDefault(
  avro: AvroRecord,
  schema: Schema,
  json: AvroJson,
  options: AvroOptions,
): ConnectValue {
  if (!isJsonObject(json)) throw unfit(avro, json)
  const struct = new Struct(schema)
  for (const [index, field] of schema.fields.entries()) {
    const avroField = avro.fields[index]
    if (avroField === undefined) throw unfit(avro, json)
    const given = Object.hasOwn(json, avroField.name) ? json[avroField.name] : undefined
    const value =
      given === undefined
        ? field.schema.defaultValue
        : connectDefault(avroField.schema, field.schema, given, options)
    struct.put(field, value)
  }
  return struct
}

function unionDefault(
  avro: AvroUnion,
  schema: Schema,
  json: AvroJson,
  options: AvroOptions,
): ConnectValue {
  const { isStruct, members } = unionForm(avro, options)
  const index = members.findIndex((member) => isValidDefault(member.schema, json))
  const member = members[index]
  if (member === undefined) throw unfit(avro, json)
  if (!isStruct) return connectDefault(member.schema, schema, json, options)
  const field = schema.fields[index]
  if (field === undefined) throw unfit(avro, json)
  const value = connectDefault(member.schema, field.schema, json, options)
  return new Struct(schema).put(field, value)
}

function simpleDefault(avro: AvroSchema, schema: Schema, json: AvroJson): ConnectValue {
  if (!isValidDefault(avro, json)) throw unfit(avro, json)
  const value = json instanceof Float64 ? json.value : json
  switch (avro.type) {
    case 'long':
      return logical(schema, BigInt(value as number | bigint))
    case 'float':
      return Math.fround(Number(value))
    case 'double':
      return Number(value)
    case 'bytes':
    case 'fixed':
      return logical(schema, new Uint8Array(Buffer.from(value as string, 'latin1')))
    default:
      return logical(schema, value as ConnectValue)
  }
}

function logical(schema: Schema, value: ConnectValue): ConnectValue {
  switch (schema.name) {
    case DECIMAL_NAME:
      return decodeDecimal(schema, value as Uint8Array)
    case DATE_NAME:
      return decodeDate(schema, value as number)
    case TIME_NAME:
      return decodeTime(schema, value as number)
    case TIMESTAMP_NAME:
      return decodeTimestamp(schema, value as bigint)
    default:
      return value
  }
}

function unfit({ type }: AvroSchema, json: AvroJson | undefined) {
  return avroError(`Invalid default for ${type}: ${json === undefined ? 'none' : jsonText(json)}`)
}
