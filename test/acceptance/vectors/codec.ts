import { dateOf, epochMsOf } from '../../../src/data/date.ts'
import { Decimal } from '../../../src/data/decimal.ts'
import { isConnectObject, schemaTypeOf } from '../../../src/data/java-type.ts'
import {
  BigInteger,
  BoxedNumber,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  schemalessDouble,
  schemalessLong,
} from '../../../src/data/numbers.ts'
import { Schema, type SchemaType } from '../../../src/data/schema.ts'
import { Struct } from '../../../src/data/struct.ts'
import type { ConnectValue } from '../../../src/data/value.ts'
import { foreignValue, HeapByteBuffer, isForeign } from './foreign.ts'

export interface SchemaJson {
  readonly type: string
  readonly optional?: boolean
  readonly name?: string
  readonly version?: number
  readonly doc?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly key?: SchemaJson | null
  readonly value?: SchemaJson | null
  readonly fields?: ReadonlyArray<{ readonly name: string; readonly schema: SchemaJson }>
  readonly default?: ValueJson
}

export function decodeSchema(json: SchemaJson | null | undefined): Schema | null {
  return json === null || json === undefined ? null : presentSchema(json)
}

export function presentSchema(json: SchemaJson): Schema {
  const parameters = Object.entries(json.parameters ?? {})
  const parts = {
    type: json.type.toUpperCase() as SchemaType,
    optional: json.optional ?? false,
    name: json.name ?? null,
    version: json.version ?? null,
    doc: json.doc ?? null,
    parameters: parameters.length === 0 ? null : new Map(parameters),
    keySchema: decodeSchema(json.key),
    valueSchema: decodeSchema(json.value),
    fields: (json.fields ?? []).map(({ name, schema }, index) => ({
      name,
      index,
      schema: presentSchema(schema),
    })),
  }
  const schema = new Schema(parts)
  if (json.default === undefined) return schema
  return new Schema({ ...parts, defaultValue: decodeValue(json.default, schema) })
}

export function encodeSchema(schema: Schema | null): SchemaJson | null {
  if (schema === null) return null
  const { type, optional, name, version, doc, parameters, defaultValue } = schema
  return {
    type: type.toLowerCase(),
    ...(optional && { optional }),
    ...(name !== null && { name }),
    ...(version !== null && { version }),
    ...(doc !== null && { doc }),
    ...(parameters !== null && { parameters: Object.fromEntries(parameters) }),
    ...partsOf(schema),
    ...(defaultValue !== null && { default: encodeValue(defaultValue, withoutDefault(schema)) }),
  }
}

function partsOf(schema: Schema): Partial<SchemaJson> {
  switch (schema.type) {
    case 'ARRAY':
      return { value: encodeSchema(schema.valueSchema) }
    case 'MAP':
      return { key: encodeSchema(schema.keySchema), value: encodeSchema(schema.valueSchema) }
    case 'STRUCT':
      return {
        fields: schema.fields.map(({ name, schema: of }) => ({
          name,
          schema: encodeSchema(of) as SchemaJson,
        })),
      }
    default:
      return {}
  }
}

function withoutDefault(schema: Schema): Schema {
  if (schema.type !== 'STRUCT') return schema
  const { type, optional, name, version, doc, parameters, fields } = schema
  return new Schema({ type, optional, name, version, doc, parameters, fields })
}

/** A value as the vectors have it: its first key is the kind. */
export type ValueJson = null | { readonly [kind: string]: unknown }

type Decoder = (content: never, schema: Schema | null, json: object) => unknown

const decoders: Readonly<Record<string, Decoder>> = {
  int8: (content: number, schema) => (schema?.type === 'INT8' ? content : new Int8(content)),
  int16: (content: number, schema) => (schema?.type === 'INT16' ? content : new Int16(content)),
  int32: (content: number, schema) => (schema?.type === 'INT32' ? content : new Int32(content)),
  int64: (content: string, schema) =>
    schema === null ? schemalessLong(BigInt(content)) : BigInt(content),
  float32: (content: number | string, schema) => {
    const value = Math.fround(Number(content))
    return schema?.type === 'FLOAT32' ? value : new Float32(value)
  },
  float64: (content: number | string, schema) => decodeDouble(Number(content), schema),
  boolean: (content: boolean) => content,
  string: (content: string) => content,
  bytes: (content: string) => new Uint8Array(Buffer.from(content, 'base64')),
  buffer: (content: string, _, json) => {
    const buffer = HeapByteBuffer.from(Buffer.from(content, 'base64')) as HeapByteBuffer
    buffer.position = (json as { position?: number }).position ?? 0
    return buffer
  },
  decimal: ({ unscaled, scale }: { unscaled: string; scale: number }) =>
    new Decimal(BigInt(unscaled), scale),
  date: (content: string) => dateOf(BigInt(content)),
  list: (content: readonly ValueJson[], schema) =>
    content.map((element) => decodeValue(element, elementSchema(schema))),
  map: decodeMap,
  struct: decodeStruct,
  bigint: (content: string) => new BigInteger(BigInt(content)),
  char: (content: string) => foreignValue('java.lang.Character', content),
  object: (content: string) => foreignValue(content, '00000000-0000-0000-0000-000000000001'),
}

/**
 * The value of a case: in its plain form where the kind is that of the schema's type, else in the
 * form that keeps the kind.
 */
export function decodeValue(
  json: ValueJson | undefined,
  schema: Schema | null,
  structs: Schema | null = schema,
): ConnectValue {
  if (json === null || json === undefined) return null
  const [kind = '', content] = Object.entries(json)[0] ?? []
  const decode = decoders[kind]
  if (decode === undefined) throw new TypeError(`vectors have an unknown kind of value: ${kind}`)
  const isContainer = kind === 'struct' || kind === 'list' || kind === 'map'
  const isTypedMap = kind === 'map' && schema?.type === 'MAP'
  const place = isContainer && !isTypedMap ? structs : schema
  return decode(content as never, place, json) as ConnectValue
}

function decodeDouble(value: number, schema: Schema | null): number | Float64 {
  if (schema === null) return schemalessDouble(value)
  return schema.type === 'FLOAT64' ? value : new Float64(value)
}

function elementSchema(schema: Schema | null): Schema | null {
  return schema?.type === 'ARRAY' || schema?.type === 'MAP' ? schema.valueSchema : null
}

function decodeMap(content: ReadonlyArray<[ValueJson, ValueJson]>, schema: Schema | null) {
  const keySchema = schema?.type === 'MAP' ? schema.keySchema : null
  const entries = content.map(([key, value]): [ConnectValue, ConnectValue] => [
    decodeValue(key, keySchema),
    decodeValue(value, elementSchema(schema)),
  ])
  const isObject = schema?.type !== 'MAP' && entries.every(([key]) => typeof key === 'string')
  return isObject ? Object.fromEntries(entries) : new Map(entries)
}

/** Fills the struct without checks: cases hold structs that are not valid. */
function decodeStruct(content: readonly ValueJson[], place: Schema | null, json: object): Struct {
  const own = (json as { schema?: SchemaJson }).schema
  const schema = own === undefined ? place : presentSchema(own)
  if (schema === null) throw new TypeError('a struct of the vectors has no schema')
  const struct = new Struct(schema)
  const values = struct.values as ConnectValue[]
  for (const field of schema.fields) {
    values[field.index] = decodeValue(content[field.index], field.schema)
  }
  return struct
}

const kinds: Readonly<Record<SchemaType, string>> = {
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT32: 'float32',
  FLOAT64: 'float64',
  BOOLEAN: 'boolean',
  STRING: 'string',
  BYTES: 'bytes',
  ARRAY: 'list',
  MAP: 'map',
  STRUCT: 'struct',
}

/** The vector form of a value; numbers have the kind that they stand for at their place. */
export function encodeValue(value: ConnectValue, schema: Schema | null): ValueJson {
  if (value === null) return null
  if (typeof value === 'number') return encodeNumber(value, schemaTypeOf(value, schema?.type))
  if (typeof value === 'bigint') return { int64: String(value) }
  if (typeof value !== 'object') return { [typeof value]: value }
  return encodeObject(value, schema)
}

function encodeNumber(value: number, type: SchemaType | null): ValueJson {
  if (type === 'INT64') return { int64: String(BigInt(value)) }
  const kind = kinds[type ?? 'FLOAT64']
  if (!Number.isFinite(value)) return { [kind]: String(value) }
  const isNegativeZero = Object.is(value, -0)
  if (kind.startsWith('int')) return { [kind]: isNegativeZero ? 0 : value }
  return { [kind]: isNegativeZero ? '-0.0' : value }
}

function encodeObject(value: object & ConnectValue, schema: Schema | null): ValueJson {
  if (value instanceof BoxedNumber) return encodeNumber(value.value, value.type)
  if (value instanceof Decimal) {
    return { decimal: { unscaled: String(value.unscaled), scale: value.scale } }
  }
  if (value instanceof BigInteger) return { bigint: String(value) }
  if (value instanceof Date) return { date: String(epochMsOf(value)) }
  if (value instanceof Struct) return encodeStruct(value, schema)
  if (value instanceof Uint8Array) return encodeBytes(value)
  if (Array.isArray(value)) {
    return { list: value.map((element) => encodeValue(element, elementSchema(schema))) }
  }
  return isForeign(value) ? encodeForeign(value) : encodeMap(value, schema)
}

function encodeBytes(bytes: Uint8Array): ValueJson {
  const base64 = Buffer.from(bytes).toString('base64')
  if (!(bytes instanceof HeapByteBuffer)) return { bytes: base64 }
  return { buffer: base64, ...(bytes.position > 0 && { position: bytes.position }) }
}

function encodeStruct(struct: Struct, place: Schema | null): ValueJson {
  const values = struct.schema.fields.map(({ index, schema }) =>
    encodeValue(struct.values[index] ?? null, schema),
  )
  const isGiven =
    place !== null && (struct.schema.equals(place) || struct.schema.equals(withoutDefault(place)))
  return { struct: values, ...(!isGiven && { schema: encodeSchema(struct.schema) }) }
}

function encodeMap(value: object & ConnectValue, schema: Schema | null): ValueJson {
  const entries = value instanceof Map ? [...value] : entriesOf(value)
  const keySchema = schema?.type === 'MAP' ? schema.keySchema : null
  const pairs = entries.map(([key, each]) => [
    encodeValue(key, keySchema),
    encodeValue(each, elementSchema(schema)),
  ])
  return { map: pairs }
}

function entriesOf(value: object & ConnectValue): Array<[string, ConnectValue]> {
  if (!isConnectObject(value)) throw new TypeError(`no vector form for ${value.constructor.name}`)
  return Object.entries(value)
}

function encodeForeign(value: { readonly text: string; readonly constructor: { name: string } }) {
  const { name } = value.constructor
  return name === 'java.lang.Character' ? { char: value.text } : { object: name }
}
