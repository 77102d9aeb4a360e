import {
  type ByteWriter,
  ConnectError,
  type ConnectValue,
  DATE_NAME,
  DATE_SCHEMA,
  DECIMAL_NAME,
  Decimal,
  encodeDate,
  encodeTime,
  encodeTimestamp,
  TIME_NAME,
  TIME_SCHEMA,
  TIMESTAMP_NAME,
  TIMESTAMP_SCHEMA,
} from '../../sdk/index.ts'
import { DELIMITED, VARINT, type WireReader } from './wire-reader.ts'
import { writeBlob, writeInt32, writeInt64, writeVarint } from './wire-writer.ts'

/** Seconds of the years 1 to 9999, as Protobuf limits its timestamps. */
const SECONDS_MIN = -62_135_596_800n
const SECONDS_MAX = 253_402_300_799n
const MS_NANOS = 1_000_000

/** Writes the fields of the message that a logical type has, without its length. */
type LogicalWriter = (out: ByteWriter, value: ConnectValue) => void
/** Reads such a message up to the end of `reader`. */
type LogicalReader = (reader: WireReader) => ConnectValue

export const logicalWriters: ReadonlyMap<string, LogicalWriter> = new Map<string, LogicalWriter>([
  [DECIMAL_NAME, writeDecimal],
  [DATE_NAME, writeDate],
  [TIME_NAME, writeTime],
  [TIMESTAMP_NAME, writeTimestamp],
])

export const logicalReaders: ReadonlyMap<string, LogicalReader> = new Map<string, LogicalReader>([
  [DECIMAL_NAME, readDecimal],
  [DATE_NAME, readDate],
  [TIME_NAME, readTime],
  [TIMESTAMP_NAME, readTimestamp],
])

function writeDecimal(out: ByteWriter, value: ConnectValue): void {
  if (!(value instanceof Decimal)) throw mismatch('Decimal', value)
  out.writeByte((1 << 3) | DELIMITED)
  writeBlob(out, value.toBytes())
  const magnitude = value.unscaled < 0n ? -value.unscaled : value.unscaled
  writeField(out, 2, String(magnitude).length)
  writeField(out, 3, value.scale)
}

function writeDate(out: ByteWriter, value: ConnectValue): void {
  if (!(value instanceof Date)) throw mismatch('Date', value)
  encodeDate(DATE_SCHEMA, value)
  writeField(out, 1, value.getUTCFullYear())
  writeField(out, 2, value.getUTCMonth() + 1)
  writeField(out, 3, value.getUTCDate())
}

function writeTime(out: ByteWriter, value: ConnectValue): void {
  if (!(value instanceof Date)) throw mismatch('Time', value)
  encodeTime(TIME_SCHEMA, value)
  writeField(out, 1, value.getUTCHours())
  writeField(out, 2, value.getUTCMinutes())
  writeField(out, 3, value.getUTCSeconds())
  writeField(out, 4, value.getUTCMilliseconds() * MS_NANOS)
}

function writeTimestamp(out: ByteWriter, value: ConnectValue): void {
  if (!(value instanceof Date)) throw mismatch('Timestamp', value)
  const epochMs = encodeTimestamp(TIMESTAMP_SCHEMA, value)
  const ms = Number(((epochMs % 1000n) + 1000n) % 1000n)
  const seconds = (epochMs - BigInt(ms)) / 1000n
  checkSeconds(seconds)
  if (seconds !== 0n) {
    out.writeByte(1 << 3)
    writeInt64(out, seconds)
  }
  writeField(out, 2, ms * MS_NANOS)
}

/** An int32 or uint32, which is left out when it is 0. */
function writeField(out: ByteWriter, number: number, value: number): void {
  if (value === 0) return
  writeVarint(out, number << 3)
  writeInt32(out, value)
}

function readDecimal(reader: WireReader): ConnectValue {
  let bytes: Uint8Array | null = null
  const numbers = readNumbers(reader, 4, (number, wireType) => {
    if (number !== 1 || wireType !== DELIMITED) return false
    bytes = reader.blob()
    return true
  })
  const [precision = 0, scale = 0] = numbers.slice(2)
  if (bytes === null || (bytes as Uint8Array).length === 0) {
    throw invalid('Invalid Decimal: its value has no bytes')
  }
  return rounded(Decimal.fromBytes(bytes, scale), precision >>> 0)
}

/** The nearest decimal with that many digits; 0 sets no limit. */
function rounded(decimal: Decimal, precision: number): Decimal {
  if (precision === 0) return decimal
  const { unscaled, scale } = decimal
  const isNegative = unscaled < 0n
  const digits = String(isNegative ? -unscaled : unscaled)
  const dropped = digits.length - precision
  if (dropped <= 0) return decimal
  const kept = BigInt(digits.slice(0, precision))
  const magnitude = digits.charCodeAt(precision) >= 0x35 ? kept + 1n : kept
  const carried = String(magnitude).length > precision
  return new Decimal(
    (carried ? magnitude / 10n : magnitude) * (isNegative ? -1n : 1n),
    scale - dropped - (carried ? 1 : 0),
  )
}

function readDate(reader: WireReader): ConnectValue {
  const [year = 0, month = 0, day = 0] = readNumbers(reader, 4).slice(1)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isSame = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!isSame || year < 1) {
    throw invalid(`Invalid google.type.Date: year ${year}, month ${month}, day ${day}`)
  }
  return date
}

function readTime(reader: WireReader): ConnectValue {
  const [hours = 0, minutes = 0, seconds = 0, nanos = 0] = readNumbers(reader, 5).slice(1)
  const fits =
    isWithin(hours, 24) &&
    isWithin(minutes, 60) &&
    isWithin(seconds, 60) &&
    isWithin(nanos, 1_000_000_000)
  if (!fits) {
    throw invalid(
      `Invalid google.type.TimeOfDay: ${hours} hours, ${minutes} minutes, ${seconds} seconds, ${nanos} nanos`,
    )
  }
  return new Date(((hours * 60 + minutes) * 60 + seconds) * 1000 + Math.floor(nanos / MS_NANOS))
}

function readTimestamp(reader: WireReader): ConnectValue {
  let seconds = 0n
  const [nanos = 0] = readNumbers(reader, 3, (number, wireType) => {
    if (number !== 1 || wireType !== VARINT) return false
    seconds = reader.int64()
    return true
  }).slice(2)
  checkSeconds(seconds)
  if (!isWithin(nanos, 1_000_000_000)) {
    throw invalid(`Invalid google.protobuf.Timestamp: ${nanos} nanos`)
  }
  return new Date(Number(seconds) * 1000 + Math.floor(nanos / MS_NANOS))
}

function isWithin(value: number, end: number): boolean {
  return value >= 0 && value < end
}

function checkSeconds(seconds: bigint): void {
  if (seconds >= SECONDS_MIN && seconds <= SECONDS_MAX) return
  throw invalid(
    `Invalid google.protobuf.Timestamp: ${seconds} seconds since 1970 are not from the year 1 to 9999`,
  )
}

/**
 * The 32-bit numbers of a message by the numbers of their fields, below `end`.
 * @param other Reads another field; returns false where it doesn't.
 */
function readNumbers(
  reader: WireReader,
  end: number,
  other: (number: number, wireType: number) => boolean = () => false,
): number[] {
  const numbers = Array.from<number>({ length: end }).fill(0)
  while (reader.at < reader.end) {
    const tag = reader.tag()
    const [number, wireType] = [tag >>> 3, tag & 7]
    if (other(number, wireType)) continue
    if (number < end && wireType === VARINT) numbers[number] = reader.int32()
    else reader.skip(wireType, number)
  }
  return numbers
}

function mismatch(what: string, value: ConnectValue): ConnectError {
  const kind = value === null ? 'null' : typeof value
  return invalid(`Invalid type for ${what}: a ${kind}`)
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'DATA_INVALID' })
}
