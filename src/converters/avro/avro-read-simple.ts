import {
  type ConnectValue,
  DATE_NAME,
  DECIMAL_NAME,
  Decimal,
  dateOf,
  decodeDate,
  decodeTime,
  decodeUtf8,
  type Schema,
  TIME_NAME,
  TIMESTAMP_NAME,
} from '../../sdk/index.ts'
import type { AvroCursor } from './avro-cursor.ts'
import { decimalFormOf } from './avro-kinds.ts'
import { AvroProblem } from './avro-problem.ts'
import type { AvroEnum, AvroSchema } from './avro-schema.ts'

/** Reads a value. @throws AvroProblem for bytes that are none. */
export type AvroReader = (cursor: AvroCursor) => ConnectValue

/** Milliseconds from the epoch that a Date holds at the most. */
const DATE_MS_MAX = 8.64e15

/**
 * How values without parts are read.
 * @param written Their type. @param reader The type to read them as, which may be wider.
 */
export function simpleReader(written: AvroSchema, reader: AvroSchema, schema: Schema): AvroReader {
  switch (reader.type) {
    case 'boolean':
      return (cursor) => cursor.boolean()
    case 'int':
      return intReader(schema)
    case 'long':
      return longReader(schema)
    case 'float':
    case 'double':
      return floatReader(written, reader.type)
    case 'string':
      return (cursor) => cursor.string()
    case 'enum':
      return enumReader(written as AvroEnum, reader)
    case 'fixed': {
      const decode = bytesDecoder(schema)
      const { sizeBytes } = reader
      return (cursor) => {
        const start = cursor.take(sizeBytes)
        return decode(cursor.bytes, start, cursor.offset)
      }
    }
    default: {
      const decode = bytesDecoder(schema)
      return (cursor) => {
        const start = cursor.sized()
        return decode(cursor.bytes, start, cursor.offset)
      }
    }
  }
}

/** The value of all bytes from `start` to `end`. */
export function bytesDecoder(
  schema: Schema,
): (bytes: Buffer, start: number, end: number) => ConnectValue {
  const decimal = schema.name === DECIMAL_NAME ? decimalFormOf(schema) : null
  if (schema.type === 'STRING') return (bytes, start, end) => decodeUtf8(bytes, start, end)
  if (decimal === null) return (bytes, start, end) => new Uint8Array(bytes.subarray(start, end))
  const { scale } = decimal
  return (bytes, start, end) => {
    if (start === end) throw new AvroProblem('a decimal has no bytes')
    return new Decimal(signedInteger(bytes, start, end), scale)
  }
}

/** Bytes of the longest integer that a number holds. */
const NUMBER_BYTES_MAX = 6

function signedInteger(bytes: Buffer, start: number, end: number): bigint {
  return end - start > NUMBER_BYTES_MAX
    ? Decimal.fromBytes(bytes.subarray(start, end), 0).unscaled
    : BigInt(bytes.readIntBE(start, end - start))
}

function intReader(schema: Schema): AvroReader {
  switch (schema.name) {
    case DATE_NAME:
      return (cursor) => decodeDate(schema, cursor.int())
    case TIME_NAME:
      return (cursor) => decodeTime(schema, cursor.int())
    default:
      break
  }
  if (schema.type === 'INT8') return (cursor) => (cursor.int() << 24) >> 24
  if (schema.type === 'INT16') return (cursor) => (cursor.int() << 16) >> 16
  return (cursor) => cursor.int()
}

function longReader(schema: Schema): AvroReader {
  if (schema.name !== TIMESTAMP_NAME) return (cursor) => cursor.long()
  return (cursor) => {
    const start = cursor.offset
    const epochMs = cursor.longNumber()
    if (Math.abs(epochMs) <= DATE_MS_MAX) return new Date(epochMs)
    cursor.offset = start
    return dateOf(cursor.long())
  }
}

function floatReader(written: AvroSchema, type: 'float' | 'double'): AvroReader {
  switch (written.type) {
    case 'float':
      return (cursor) => cursor.float()
    case 'double':
      return (cursor) => cursor.double()
    default:
      return type === 'float'
        ? (cursor) => Math.fround(cursor.longNumber())
        : (cursor) => cursor.longNumber()
  }
}

function enumReader(written: AvroEnum, reader: AvroEnum): AvroReader {
  const symbols = written.symbols.map((symbol) =>
    reader.symbols.includes(symbol) ? symbol : reader.defaultSymbol,
  )
  return (cursor) => {
    const index = cursor.int()
    const symbol = symbols[index]
    if (symbol === undefined) {
      throw new AvroProblem(
        `the enum ${written.name} has ${symbols.length} symbols, none at ${index}`,
      )
    }
    if (symbol === null) {
      throw new AvroProblem(
        `${written.symbols[index]} is no symbol of the enum ${reader.name}: ${reader.symbols.join()}`,
      )
    }
    return symbol
  }
}
