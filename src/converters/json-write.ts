import {
  BoxedNumber,
  type ByteWriter,
  ConnectError,
  type ConnectObject,
  type ConnectValue,
  doubleText,
  floatText,
  isConnectObject,
  javaClassOf,
  Struct,
  schemaTypeOf,
} from '../sdk/index.ts'
import { writeError } from './json-error.ts'
import { JSON_DEPTH_MAX } from './json-exact.ts'

const QUOTE = 0x22
/** First byte of the UTF-8 of U+F000 and above; U+FFFD may stand for a surrogate. */
const REPLACEMENT_START = 0xef
/** From this length on the native encoder is faster than a loop. */
const NATIVE_LENGTH_MIN = 32

// 1: the byte stands for itself between quotes, 0: look closer.
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== 0x5c && byte < REPLACEMENT_START ? 1 : 0,
)

/** Appends a JSON string: control characters and surrogates as escapes, all else in UTF-8. */
export function writeString(out: ByteWriter, text: string): void {
  const start = out.length
  out.reserve(text.length * 3 + 2)
  const { bytes } = out
  bytes[start] = QUOTE
  const end = text.length < NATIVE_LENGTH_MIN ? writeShort(bytes, text, start + 1) : -1
  const stop = end === -1 ? writePlain(bytes, text, start + 1) : end
  if (stop === -1) {
    writeEscaped(out, text)
    return
  }
  bytes[stop] = QUOTE
  out.length = stop + 1
}

/** What the reference escapes in another way than `JSON.stringify`. */
const ESCAPED_OTHERWISE = /\\u|[\ud800-\udfff]/

function writeEscaped(out: ByteWriter, text: string): void {
  const json = JSON.stringify(text)
  out.writeUtf8(ESCAPED_OTHERWISE.test(json) ? quoted(text) : json)
}

/** @returns Where the text ends, or -1 when it has other than plain ASCII characters. */
function writeShort(bytes: Buffer, text: string, start: number): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f || isPlain[code] === 0) return -1
    bytes[start + index] = code
  }
  return start + text.length
}

/** @returns Where the text ends, or -1 when some of it may need an escape. */
function writePlain(bytes: Buffer, text: string, start: number): number {
  const end = start + bytes.write(text, start)
  // Without a branch for each byte this takes little more time than the writing.
  let areAllPlain = 1
  for (let index = start; index < end; index++) areAllPlain &= isPlain[bytes[index] as number] ?? 0
  return areAllPlain === 1 || isBelowReplacement(bytes, start, end) ? end : -1
}

function isBelowReplacement(bytes: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    if (isPlain[bytes[index] as number] === 1) continue
    if (bytes[index] !== REPLACEMENT_START) return false
    if (bytes[index + 1] === 0xbf && bytes[index + 2] === 0xbd) return false
  }
  return true
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

// All that needs an escape: what is not from a blank up to the surrogates or behind them.
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/g

/** Text of a JSON string. */
export function quoted(text: string): string {
  const escaped = text.replace(ESCAPED, (char) => {
    const hex = char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    return shortEscapes[char] ?? `\\u${hex}`
  })
  return `"${escaped}"`
}

/** Appends text that is ASCII. */
export function writeAscii(out: ByteWriter, text: string): void {
  out.reserve(text.length)
  const { bytes, length } = out
  for (let index = 0; index < text.length; index++) bytes[length + index] = text.charCodeAt(index)
  out.length = length + text.length
}

/** Digits up to it are found by a loop of integers of 32 bits, in less time than by a text. */
const LOOP_LIMIT = 1e9
const LOOP_DIGITS = 9
const DIGIT_ZERO = 0x30

/** Appends an integer that is safe. */
export function writeInteger(out: ByteWriter, value: number): void {
  if (value >= 0 && value < LOOP_LIMIT) {
    writeDigits(out, value, digitCount(value))
  } else if (value >= 0 && value < LOOP_LIMIT * LOOP_LIMIT) {
    const high = Math.floor(value / LOOP_LIMIT)
    writeDigits(out, high, digitCount(high))
    writeDigits(out, value - high * LOOP_LIMIT, LOOP_DIGITS)
  } else {
    writeAscii(out, String(value))
  }
}

/** @param value Below 10 to the power of `count`, and of 32 bits. */
function writeDigits(out: ByteWriter, value: number, count: number): void {
  out.reserve(count)
  const { bytes } = out
  let rest = value
  for (let at = out.length + count - 1; at >= out.length; at--) {
    const tenth = (rest / 10) | 0
    bytes[at] = DIGIT_ZERO + rest - tenth * 10
    rest = tenth
  }
  out.length += count
}

function digitCount(value: number): number {
  let count = 1
  for (let limit = 10; value >= limit; limit *= 10) count++
  return count
}

export function writeDouble(out: ByteWriter, value: number): void {
  writeAscii(out, Number.isFinite(value) ? doubleText(value) : `"${value}"`)
}

export function writeFloat(out: ByteWriter, value: number): void {
  const text = floatText(value)
  writeAscii(out, /[a-z]$/i.test(text) ? `"${text}"` : text)
}

export function writeBase64(out: ByteWriter, bytes: Uint8Array): void {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
  writeAscii(out, `"${base64}"`)
}

/**
 * Appends a value that has no schema: integers, doubles, objects, lists, base64 for bytes.
 * @throws ConnectError DATA_INVALID for values that have no form without a schema, such as Decimal
 *   and Date.
 */
export function writeSchemaless(out: ByteWriter, value: ConnectValue, depth = 0): void {
  if (typeof value === 'string') writeString(out, value)
  else if (typeof value === 'number') writeNumber(out, value)
  else if (value === null) writeAscii(out, 'null')
  else if (typeof value === 'boolean') writeAscii(out, value ? 'true' : 'false')
  else if (typeof value === 'object') writeObject(out, value, depth + 1)
  else if (schemaTypeOf(value) === null) throw noType(value)
  else writeAscii(out, String(value))
}

function writeNumber(out: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value)) writeInteger(out, value)
  else if (schemaTypeOf(value) === 'INT64') writeAscii(out, String(BigInt(value)))
  else writeDouble(out, value)
}

function writeObject(out: ByteWriter, value: object & ConnectValue, depth: number): void {
  if (depth > JSON_DEPTH_MAX) throw writeError(`nested deeper than ${JSON_DEPTH_MAX} levels`)
  if (isConnectObject(value)) writeFields(out, value, depth)
  else if (Array.isArray(value)) writeList(out, value, depth)
  else if (value instanceof Map) writeMap(out, value, depth)
  else if (value instanceof Uint8Array) writeBase64(out, value)
  else if (value instanceof BoxedNumber) writeBoxed(out, value)
  else if (value instanceof Struct) throw mismatchingSchema()
  else throw noType(value)
}

const OBJECT_START = 0x7b
const OBJECT_END = 0x7d
const LIST_START = 0x5b
const LIST_END = 0x5d
const COMMA = 0x2c
const COLON = 0x3a

function writeFields(out: ByteWriter, object: ConnectObject, depth: number): void {
  let separator = OBJECT_START
  for (const key in object) {
    writeKey(out, separator, key)
    separator = COMMA
    writeSchemaless(out, object[key] as ConnectValue, depth)
  }
  if (separator === OBJECT_START) out.writeByte(OBJECT_START)
  out.writeByte(OBJECT_END)
}

/** Appends a key, what stands before it, and a colon. */
function writeKey(out: ByteWriter, separator: number, key: string): void {
  const start = out.length
  if (key.length < NATIVE_LENGTH_MIN) {
    out.reserve(key.length + 4)
    const { bytes } = out
    const end = writeShort(bytes, key, start + 2)
    if (end !== -1) {
      bytes[start] = separator
      bytes[start + 1] = QUOTE
      bytes[end] = QUOTE
      bytes[end + 1] = COLON
      out.length = end + 2
      return
    }
  }
  out.writeByte(separator)
  writeString(out, key)
  out.writeByte(COLON)
}

function writeList(out: ByteWriter, list: readonly ConnectValue[], depth: number): void {
  let separator = LIST_START
  for (const element of list) {
    out.writeByte(separator)
    separator = COMMA
    writeSchemaless(out, element, depth)
  }
  if (separator === LIST_START) out.writeByte(LIST_START)
  out.writeByte(LIST_END)
}

/** An object when all keys are strings, else a list of pairs. */
function writeMap(
  out: ByteWriter,
  map: ReadonlyMap<ConnectValue, ConnectValue>,
  depth: number,
): void {
  const entries = [...map]
  if (entries.every(([key]) => typeof key === 'string')) {
    writeFields(out, Object.fromEntries(entries), depth)
  } else {
    writeList(out, entries, depth)
  }
}

function writeBoxed(out: ByteWriter, { type, value }: BoxedNumber): void {
  if (type === 'FLOAT64') writeDouble(out, value)
  else if (type === 'FLOAT32') writeFloat(out, value)
  else writeAscii(out, String(value))
}

export function mismatchingSchema(): ConnectError {
  return new ConnectError('Mismatching schema.', { code: 'DATA_INVALID' })
}

function noType(value: ConnectValue): ConnectError {
  const javaClass = javaClassOf(value)
  return new ConnectError(
    `Java class class ${javaClass} does not have corresponding schema type.`,
    { code: 'DATA_INVALID' },
  )
}
