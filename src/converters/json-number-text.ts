import { type ByteWriter, doubleText, floatText } from '../sdk/index.ts'
import { writeAscii } from './json-text.ts'

const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30

/** Larger ones are written in parts, of integers of 32 bits. */
const PART_LIMIT = 1e9
const PART_DIGITS = 9

/** Both digits of the numbers below 100, as little-endian integers. */
const pairs = Uint16Array.from({ length: 100 }, (_, number) => {
  return ZERO + Math.floor(number / 10) + ((ZERO + (number % 10)) << 8)
})

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
  if (value < PART_LIMIT) {
    writeFirst(out, value | 0)
  } else {
    const high = Math.floor(value / PART_LIMIT)
    writeFirst(out, high)
    writeDigits(out, value - high * PART_LIMIT, PART_DIGITS)
  }
}

/** @param value Below `PART_LIMIT`. */
function writeFirst(out: ByteWriter, value: number): void {
  let count = 1
  for (let limit = 10; value >= limit; limit *= 10) count++
  writeDigits(out, value, count)
}

/** @param value Below 10 to the power of `count`, and of 32 bits. */
function writeDigits(out: ByteWriter, value: number, count: number): void {
  out.reserve(count)
  const { view, length } = out
  let rest = value | 0
  let at = length + count - 2
  for (; at >= length; at -= 2) {
    const hundredth = (rest / 100) | 0
    view.setUint16(at, pairs[rest - hundredth * 100] as number, true)
    rest = hundredth
  }
  if (at === length - 1) view.setUint8(length, ZERO + rest)
  out.length = length + count
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
