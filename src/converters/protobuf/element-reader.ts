import type { ConnectValue, SchemaType } from '../../sdk/index.ts'
import type { FieldType, ScalarType } from './descriptor.ts'
import { DELIMITED, FIXED32, FIXED64, VARINT, type WireReader } from './wire-reader.ts'

/** Reads one value of a field. */
export interface ElementReader {
  readonly wireType: number
  /** Whether many of them may stand in one piece. */
  readonly isPackable: boolean
  /**
   * @param before The value that the field had before; messages are merged into it.
   * @returns null for a value that is passed over.
   */
  read(reader: WireReader, before: ConnectValue): ConnectValue
  /** The value of a field that is not there. */
  absent(): ConnectValue
}

export type Values = ConnectValue[]
/** Reads one occurrence of a field into the values of its struct. */
export type FieldReader = (reader: WireReader, wireType: number, values: Values) => void

/** @param rivals Slots of fields that are unset when this one is set. */
export function singularReader(
  element: ElementReader,
  number: number,
  slot: number,
  rivals: readonly number[],
): FieldReader {
  const { wireType: expected } = element
  return (reader, wireType, values) => {
    // As other readers do with a field of another type.
    if (wireType !== expected) return reader.skip(wireType, number)
    const value = element.read(reader, values[slot] ?? null)
    if (value === null) return
    values[slot] = value
    for (const rival of rivals) values[rival] = null
  }
}

export function repeatedReader(element: ElementReader, number: number, slot: number): FieldReader {
  const { wireType: expected, isPackable } = element
  return (reader, wireType, values) => {
    const isPacked = isPackable && wireType === DELIMITED
    if (wireType !== expected && !isPacked) return reader.skip(wireType, number)
    values[slot] ??= []
    const list = values[slot] as Values
    if (!isPacked) return append(list, element.read(reader, null))
    const outerEnd = reader.enter()
    while (reader.at < reader.end) append(list, element.read(reader, null))
    reader.leave(outerEnd)
  }
}

function append(list: Values, value: ConnectValue): void {
  if (value !== null) list.push(value)
}

type Read = (reader: WireReader) => ConnectValue

const unsigned: Read = (reader) => BigInt(reader.int32() >>> 0)
const fixedUnsigned: Read = (reader) => BigInt(reader.fixed32() >>> 0)

const scalars: Readonly<Record<ScalarType, readonly [wireType: number, read: Read]>> = {
  double: [FIXED64, (reader) => reader.double()],
  float: [FIXED32, (reader) => reader.float()],
  int32: [VARINT, (reader) => reader.int32()],
  int64: [VARINT, (reader) => reader.int64()],
  uint32: [VARINT, unsigned],
  uint64: [VARINT, (reader) => reader.int64()],
  sint32: [VARINT, (reader) => reader.sint32()],
  sint64: [VARINT, (reader) => reader.sint64()],
  fixed32: [FIXED32, fixedUnsigned],
  fixed64: [FIXED64, (reader) => reader.fixed64()],
  sfixed32: [FIXED32, (reader) => reader.fixed32()],
  sfixed64: [FIXED64, (reader) => reader.fixed64()],
  bool: [VARINT, (reader) => reader.bool()],
  string: [DELIMITED, (reader) => reader.text(true)],
  bytes: [DELIMITED, (reader) => reader.blob()],
}

/** @param schemaType Of the value: INT8 and INT16 take the lower bits. */
export function scalarElement(
  type: ScalarType,
  schemaType: SchemaType,
  isProto2: boolean,
  defaultValue: FieldType['defaultValue'],
): ElementReader {
  const [wireType, plain] = scalars[type]
  // Only from proto3 on a string has to be UTF-8.
  const read: Read = type === 'string' && isProto2 ? (reader) => reader.text(false) : plain
  return {
    wireType,
    isPackable: wireType !== DELIMITED,
    read: narrowed(read, schemaType),
    absent: absentScalar(schemaType, defaultValue),
  }
}

function narrowed(read: Read, type: SchemaType): Read {
  if (type === 'INT8') return (reader) => ((read(reader) as number) << 24) >> 24
  if (type === 'INT16') return (reader) => ((read(reader) as number) << 16) >> 16
  return read
}

function absentScalar(
  type: SchemaType,
  defaultValue: FieldType['defaultValue'],
): () => ConnectValue {
  switch (type) {
    case 'BYTES':
      return () => new Uint8Array(Buffer.from(String(defaultValue ?? ''), 'latin1'))
    case 'STRING':
      return () => String(defaultValue ?? '')
    case 'BOOLEAN':
      return () => defaultValue === true
    case 'INT64': {
      const value = BigInt.asIntN(64, BigInt(Number(defaultValue ?? 0)))
      return () => value
    }
    default: {
      const value = Number(defaultValue ?? 0)
      return () => value
    }
  }
}
