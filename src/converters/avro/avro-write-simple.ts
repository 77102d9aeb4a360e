import {
  type ByteWriter,
  type ConnectValue,
  DATE_NAME,
  Decimal,
  encodeDate,
  encodeDecimal,
  encodeTime,
  encodeTimestamp,
  javaClassOf,
  type Schema,
  type SchemaType,
  TIME_NAME,
  TIMESTAMP_NAME,
} from '../../sdk/index.ts'
import {
  writeBytes,
  writeDouble,
  writeFloat,
  writeInt,
  writeLong,
  writeString,
} from './avro-encode.ts'
import { decimalFormOf } from './avro-kinds.ts'
import { AvroProblem } from './avro-problem.ts'
import type { AvroEnum, AvroFixed, AvroSchema } from './avro-schema.ts'

/** Appends a value. @throws AvroProblem for one that doesn't fit. */
export type AvroWriter = (out: ByteWriter, value: ConnectValue) => void

/** How values that have no parts are written; they are not null, and their schema fits the type. */
export function simpleWriter(schema: Schema, avro: AvroSchema): AvroWriter {
  switch (avro.type) {
    case 'boolean':
      return writeBoolean
    case 'int':
    case 'long':
      return integerWriter(schema)
    case 'float':
      return numberWriter(schema, writeFloat)
    case 'double':
      return numberWriter(schema, writeDouble)
    case 'enum':
      return enumWriter(avro)
    case 'fixed':
      return fixedWriter(schema, avro)
    case 'bytes': {
      const encode = bytesEncoder(schema)
      return (out, value) => writeBytes(out, encode(value))
    }
    default:
      return writeText
  }
}

/** What bytes of the schema are at the end; with nothing before them when they are all there is. */
export function bytesEncoder(schema: Schema): (value: ConnectValue) => Uint8Array {
  if (decimalFormOf(schema) === null) {
    return (value) => {
      if (value instanceof Uint8Array) return value
      throw mismatch('BYTES', value)
    }
  }
  return (value) => {
    if (value instanceof Decimal) return encodeDecimal(schema, value)
    throw wrongClass('Decimal', 'BigDecimal', value, schema.type)
  }
}

const writeBoolean: AvroWriter = (out, value) => {
  if (typeof value !== 'boolean') throw mismatch('BOOLEAN', value)
  out.writeByte(value ? 1 : 0)
}

const writeText: AvroWriter = (out, value) => {
  if (typeof value !== 'string') throw mismatch('STRING', value)
  writeString(out, value)
}

/** An int is written as a long is. */
function integerWriter(schema: Schema): AvroWriter {
  const { type, name } = schema
  switch (name) {
    case DATE_NAME:
      return dateWriter('Date', type, (date) => encodeDate(schema, date))
    case TIME_NAME:
      return dateWriter('Time', type, (date) => encodeTime(schema, date))
    case TIMESTAMP_NAME:
      return dateWriter('Timestamp', type, (date) => encodeTimestamp(schema, date))
    default:
      return type === 'INT64' ? writeInt64 : smallIntegerWriter(type)
  }
}

const writeInt64: AvroWriter = (out, value) => {
  if (typeof value !== 'bigint') throw mismatch('INT64', value)
  writeLong(out, value)
}

function smallIntegerWriter(type: SchemaType): AvroWriter {
  return (out, value) => {
    if (typeof value !== 'number' || (value | 0) !== value) throw mismatch(type, value)
    writeInt(out, value)
  }
}

function dateWriter(
  what: string,
  type: SchemaType,
  encode: (date: Date) => number | bigint,
): AvroWriter {
  return (out, value) => {
    if (!(value instanceof Date)) throw wrongClass(what, 'Date', value, type)
    const encoded = encode(value)
    if (typeof encoded === 'bigint') writeLong(out, encoded)
    else writeInt(out, encoded)
  }
}

function numberWriter(
  { type }: Schema,
  write: (out: ByteWriter, value: number) => void,
): AvroWriter {
  return (out, value) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') throw mismatch(type, value)
    write(out, Number(value))
  }
}

function enumWriter({ symbols, name }: AvroEnum): AvroWriter {
  const indexes = new Map<ConnectValue, number>(symbols.map((symbol, index) => [symbol, index]))
  return (out, value) => {
    const index = indexes.get(value)
    if (index === undefined) {
      throw new AvroProblem(`${String(value)} is no symbol of the enum ${name}: ${symbols.join()}`)
    }
    writeInt(out, index)
  }
}

function fixedWriter(schema: Schema, { sizeBytes, name }: AvroFixed): AvroWriter {
  const encode = bytesEncoder(schema)
  const isDecimal = decimalFormOf(schema) !== null
  return (out, value) => {
    const bytes = encode(value)
    if (isDecimal) writePadded(out, bytes, sizeBytes)
    else if (bytes.length === sizeBytes) out.writeBytes(bytes)
    else throw new AvroProblem(`${name} has ${sizeBytes} bytes, not ${bytes.length}`)
  }
}

/** Two's complement, filled up with the sign. */
function writePadded(out: ByteWriter, bytes: Uint8Array, sizeBytes: number): void {
  if (bytes.length > sizeBytes) {
    throw new AvroProblem(
      `Unscaled value byte array length ${bytes.length} is greater than fixed size ${sizeBytes}`,
    )
  }
  const sign = (bytes[0] ?? 0) > 0x7f ? 0xff : 0
  for (let left = sizeBytes - bytes.length; left > 0; left--) out.writeByte(sign)
  out.writeBytes(bytes)
}

export function mismatch(type: SchemaType, value: ConnectValue): AvroProblem {
  return new AvroProblem(`Invalid type for ${type}: class ${javaClassOf(value, type)}`)
}

function wrongClass(what: string, expected: string, value: ConnectValue, type: SchemaType) {
  return new AvroProblem(
    `Invalid type for ${what}, expected ${expected} but was class ${javaClassOf(value, type)}`,
  )
}
