import {
  ConnectError,
  type ConnectValue,
  DATE_NAME,
  encodeDate,
  encodeTime,
  encodeTimestamp,
  isNumeric,
  javaClassOf,
  type Numeric,
  parseJavaDouble,
  parseJavaInteger,
  type Schema,
  type SchemaType,
  schemaTypeOf,
  TIME_NAME,
  TIMESTAMP_NAME,
  temporalText,
  textOf,
  toDouble,
  toInt,
  toLong,
} from '../sdk/index.ts'

export type CastType =
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FLOAT32'
  | 'FLOAT64'
  | 'BOOLEAN'
  | 'STRING'

export const castTypes: readonly string[] = [
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FLOAT32',
  'FLOAT64',
  'BOOLEAN',
  'STRING',
]

/**
 * A value as another type: numbers are cut to size as casts in Java do, texts are parsed.
 * @returns The form that the value has with a schema of the type.
 * @throws ConnectError DATA_INVALID for what does not convert.
 */
export function castValue(
  schema: Schema | null,
  value: ConnectValue,
  type: CastType,
): ConnectValue {
  if (value === null) return null
  const from = schema?.type ?? schemaTypeOf(value)
  if (from === null) {
    throw invalid(
      `Cast transformation was passed a value of type class ${javaClassOf(value)} which is not supported by Connect's data API`,
    )
  }
  if (from !== 'BYTES' && !castTypes.includes(from)) {
    throw invalid(
      `Cast transformation does not support casting from ${from}; supported types are [${castTypes.join(', ')}, BYTES]`,
    )
  }
  if (type === 'STRING') return castToString(value, schema)
  return casts[type](encoded(schema, value), schema)
}

function castToString(value: NonNullable<ConnectValue>, schema: Schema | null): string {
  if (value instanceof Date) return temporalText(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return textOf(value, schema)
}

/** Dates and times as the numbers that stand for them. */
function encoded(schema: Schema | null, value: NonNullable<ConnectValue>) {
  switch (schema?.name) {
    case DATE_NAME:
      return encodeDate(schema, dateIn(value, schema))
    case TIME_NAME:
      return encodeTime(schema, dateIn(value, schema))
    case TIMESTAMP_NAME:
      return encodeTimestamp(schema, dateIn(value, schema))
    default:
      return value
  }
}

function dateIn(value: ConnectValue, schema: Schema): Date {
  if (value instanceof Date) return value
  const javaClass = javaClassOf(value, schema.type)
  throw invalid(`Cast transformation expected a java.util.Date for ${schema}, found ${javaClass}`)
}

type Cast = (value: NonNullable<ConnectValue>, schema: Schema | null) => ConnectValue

const casts: Readonly<Record<Exclude<CastType, 'STRING'>, Cast>> = {
  INT8: castToInteger(8, (value, type) => (toInt(value, type) << 24) >> 24),
  INT16: castToInteger(16, (value, type) => (toInt(value, type) << 16) >> 16),
  INT32: castToInteger(32, toInt),
  INT64: (value, schema) => {
    if (isNumeric(value)) return toLong(value)
    if (typeof value === 'boolean') return value ? 1n : 0n
    return parseInteger(value, schema, 64)
  },
  FLOAT32: (value, schema) => Math.fround(castToDouble(value, schema)),
  FLOAT64: (value, schema) => castToDouble(value, schema),
  BOOLEAN: (value, schema) => {
    if (isNumeric(value)) return toLong(value) !== 0n
    if (typeof value === 'boolean') return value
    return textIn(value, schema).toLowerCase() === 'true'
  },
}

function castToInteger(
  bits: number,
  narrow: (value: Numeric, type: SchemaType | null) => number,
): Cast {
  return (value, schema) => {
    if (isNumeric(value)) return narrow(value, schemaTypeOf(value, schema?.type))
    if (typeof value === 'boolean') return value ? 1 : 0
    return Number(parseInteger(value, schema, bits))
  }
}

function parseInteger(value: ConnectValue, schema: Schema | null, bits: number): bigint {
  const text = textIn(value, schema)
  const integer = parseJavaInteger(text)
  if (integer === null || BigInt.asIntN(bits, integer) !== integer) throw outOfRange(text)
  return integer
}

function castToDouble(value: NonNullable<ConnectValue>, schema: Schema | null): number {
  if (isNumeric(value)) return toDouble(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  const text = textIn(value, schema)
  const number = parseJavaDouble(text)
  if (number === null) throw outOfRange(text)
  return number
}

function textIn(value: ConnectValue, schema: Schema | null): string {
  if (typeof value === 'string') return value
  throw invalid(`Unexpected type in Cast transformation: class ${javaClassOf(value, schema?.type)}`)
}

function outOfRange(text: string): ConnectError {
  return invalid(`Value (${text}) was out of range for requested data type`)
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
