import {
  type ByteWriter,
  ConnectError,
  type ConnectValue,
  javaClassOf,
  type Schema,
  type SchemaType,
} from '../../sdk/index.ts'
import type { EnumType, ScalarType } from './descriptor.ts'
import { enumParameter, symbolsOf } from './schema-kinds.ts'
import { DELIMITED, FIXED32, FIXED64, VARINT } from './wire-reader.ts'
import {
  writeBlob,
  writeDouble,
  writeFixed32,
  writeFixed64,
  writeFloat,
  writeInt32,
  writeInt64,
  writeSint32,
  writeSint64,
  writeText,
  writeVarint,
} from './wire-writer.ts'

/** Writes values of one type, without a tag. */
export interface ScalarWriter {
  readonly wireType: number
  readonly isPackable: boolean
  write(out: ByteWriter, value: ConnectValue): void
  isZero(value: ConnectValue): boolean
}

type Write = (out: ByteWriter, value: ConnectValue) => void

const narrow: ReadonlySet<SchemaType> = new Set<SchemaType>(['INT8', 'INT16', 'INT32'])
const wide: ReadonlySet<SchemaType> = new Set<SchemaType>(['INT8', 'INT16', 'INT32', 'INT64'])
const floats: ReadonlySet<SchemaType> = new Set<SchemaType>(['FLOAT32'])
const doubles: ReadonlySet<SchemaType> = new Set<SchemaType>(['FLOAT32', 'FLOAT64'])
const booleans: ReadonlySet<SchemaType> = new Set<SchemaType>(['BOOLEAN'])
const texts: ReadonlySet<SchemaType> = new Set<SchemaType>(['STRING'])
const blobs: ReadonlySet<SchemaType> = new Set<SchemaType>(['BYTES'])

interface ScalarForm {
  readonly wireType: number
  /** Types of schemas whose values it takes. */
  readonly accepts: ReadonlySet<SchemaType>
  readonly write: Write
}

const forms: Readonly<Record<ScalarType, ScalarForm>> = {
  int32: { wireType: VARINT, accepts: narrow, write: (out, v) => writeInt32(out, int(v)) },
  sint32: { wireType: VARINT, accepts: narrow, write: (out, v) => writeSint32(out, int(v)) },
  sfixed32: { wireType: FIXED32, accepts: narrow, write: (out, v) => writeFixed32(out, int(v)) },
  // The lower 32 bits: in Connect a number without sign is one of 64 bits.
  uint32: { wireType: VARINT, accepts: wide, write: (out, v) => writeVarint(out, lower(v) >>> 0) },
  fixed32: { wireType: FIXED32, accepts: wide, write: (out, v) => writeFixed32(out, lower(v)) },
  int64: { wireType: VARINT, accepts: wide, write: (out, v) => writeInt64(out, long(v)) },
  uint64: { wireType: VARINT, accepts: wide, write: (out, v) => writeInt64(out, long(v)) },
  sint64: { wireType: VARINT, accepts: wide, write: (out, v) => writeSint64(out, long(v)) },
  fixed64: { wireType: FIXED64, accepts: wide, write: (out, v) => writeFixed64(out, long(v)) },
  sfixed64: { wireType: FIXED64, accepts: wide, write: (out, v) => writeFixed64(out, long(v)) },
  float: { wireType: FIXED32, accepts: floats, write: (out, v) => writeFloat(out, double(v)) },
  double: { wireType: FIXED64, accepts: doubles, write: (out, v) => writeDouble(out, double(v)) },
  bool: { wireType: VARINT, accepts: booleans, write: (out, v) => writeVarint(out, bit(v)) },
  string: { wireType: DELIMITED, accepts: texts, write: (out, v) => writeText(out, text(v)) },
  bytes: { wireType: DELIMITED, accepts: blobs, write: (out, v) => writeBlob(out, blob(v)) },
}

/** @returns null when values of the schema do not fit. */
export function scalarWriter(type: ScalarType, schema: Schema): ScalarWriter | null {
  const { wireType, accepts, write } = forms[type]
  if (!accepts.has(schema.type)) return null
  return {
    wireType,
    isPackable: wireType !== DELIMITED,
    write,
    isZero: zeroTests[schema.type] ?? never,
  }
}

const never = () => false
// Minus zero is no zero: it has a bit set.
const isNumberZero = (value: ConnectValue) => Object.is(value, 0)

const zeroTests: Partial<Record<SchemaType, (value: ConnectValue) => boolean>> = {
  INT8: isNumberZero,
  INT16: isNumberZero,
  INT32: isNumberZero,
  INT64: (value) => value === 0n,
  FLOAT32: isNumberZero,
  FLOAT64: isNumberZero,
  BOOLEAN: (value) => value === false,
  STRING: (value) => value === '',
  BYTES: (value) => value instanceof Uint8Array && value.length === 0,
}

/** @returns null when values of the schema are neither names nor numbers of the enum. */
export function enumWriter(
  type: EnumType,
  schema: Schema,
  generalized: boolean,
): ScalarWriter | null {
  if (schema.type !== 'STRING' && schema.type !== 'INT32') return null
  const parameter = enumParameter(schema, generalized)
  const own = parameter === null ? [] : symbolsOf(schema, parameter)
  const numbers = new Map([...type.values, ...own].map(({ name, number }) => [name, number]))
  const numberOf = (value: ConnectValue): number => {
    if (typeof value === 'number') return value
    const known = typeof value === 'string' ? numbers.get(value) : undefined
    if (known !== undefined) return known
    const [, unknown] = /^UNKNOWN_ENUM_VALUE_.*_(-?\d+)$/.exec(String(value)) ?? []
    if (unknown !== undefined) return Number(unknown)
    throw invalid(`"${String(value)}" is no value of enum ${type.fullName}`)
  }
  return {
    wireType: VARINT,
    isPackable: true,
    write: (out, value) => writeInt32(out, numberOf(value)),
    isZero: (value) => numberOf(value) === type.values[0]?.number,
  }
}

function int(value: ConnectValue): number {
  if (typeof value === 'number') return value
  throw mismatch('INT32', value)
}

function long(value: ConnectValue): bigint {
  if (typeof value === 'bigint') return value
  return BigInt(int(value))
}

function lower(value: ConnectValue): number {
  return typeof value === 'bigint' ? Number(BigInt.asIntN(32, value)) : int(value)
}

function double(value: ConnectValue): number {
  if (typeof value === 'number') return value
  throw mismatch('FLOAT64', value)
}

function bit(value: ConnectValue): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  throw mismatch('BOOLEAN', value)
}

function text(value: ConnectValue): string {
  if (typeof value === 'string') return value
  throw mismatch('STRING', value)
}

function blob(value: ConnectValue): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw mismatch('BYTES', value)
}

function mismatch(type: SchemaType, value: ConnectValue): ConnectError {
  return invalid(`Invalid type for ${type}: class ${javaClassOf(value, type)}`)
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
