import { type ByteWriter, doubleText, floatText } from '../sdk/index.ts'
import { writeAscii } from './json-text.ts'

const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30

/** Digits up to it are found by a loop of integers of 32 bits, in less time than by a text. */
const LOOP_LIMIT = 1e9
const LOOP_DIGITS = 9

/** Appends an integer that is safe. */
export function writeInteger(out: ByteWriter, value: number): void {
  if (value < 0) {
    out.writeByte(MINUS)
    writeNatural(out, -value)
  } else {
    writeNatural(out, value)
  }
}

function writeNatural(out: ByteWriter, value: number): void {
  if (value < LOOP_LIMIT) {
    writeDigits(out, value, digitCount(value))
  } else {
    const high = Math.floor(value / LOOP_LIMIT)
    writeDigits(out, high, digitCount(high))
    writeDigits(out, value - high * LOOP_LIMIT, LOOP_DIGITS)
  }
}

/** @param value Below 10 to the power of `count`, and of 32 bits. */
function writeDigits(out: ByteWriter, value: number, count: number): void {
  out.reserve(count)
  const { bytes, length } = out
  let rest = value | 0
  for (let at = length + count - 1; at >= length; at--) {
    const tenth = (rest / 10) | 0
    bytes[at] = ZERO + rest - tenth * 10
    rest = tenth
  }
  out.length = length + count
}

function digitCount(value: number): number {
  let count = 1
  for (let limit = 10; value >= limit; limit *= 10) count++
  return count
}

/** Bounds between which doubles have no exponent. */
const PLAIN_MIN = 1e-3
const PLAIN_LIMIT = 1e7
const PLACES_MAX = 4
const LAST_PLACE = 10 ** PLACES_MAX

export function writeDouble(out: ByteWriter, value: number): void {
  const abs = Math.abs(value)
  const digits = Math.round(abs * LAST_PLACE)
  // Of all decimals of so few digits only one is this double.
  if (digits / LAST_PLACE === abs && abs >= PLAIN_MIN && abs < PLAIN_LIMIT) {
    if (value < 0) out.writeByte(MINUS)
    writeDecimal(out, Math.floor(abs), digits)
  } else {
    writeAscii(out, Number.isFinite(value) ? doubleText(value) : `"${value}"`)
  }
}

/** @param digits With four places. */
function writeDecimal(out: ByteWriter, whole: number, digits: number): void {
  let fraction = (digits - whole * LAST_PLACE) | 0
  let places = PLACES_MAX
  while (places > 1 && fraction % 10 === 0) {
    fraction = (fraction / 10) | 0
    places--
  }
  writeNatural(out, whole)
  out.writeByte(POINT)
  writeDigits(out, fraction, places)
}

export function writeFloat(out: ByteWriter, value: number): void {
  const text = floatText(value)
  writeAscii(out, /[a-z]$/i.test(text) ? `"${text}"` : text)
}
