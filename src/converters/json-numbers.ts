import { isUtf8 } from 'node:buffer'
import { type ConnectValue, schemalessDouble, schemalessLong } from '../sdk/index.ts'
import { define, JSON_DEPTH_MAX, NUMBER_LENGTH_MAX, type NumberForms } from './json-exact.ts'
import { CLOSE, DIGIT, kinds, OPEN, STRING, stringEnd } from './json-scan.ts'

/** Which numbers keep their text, beside those that a double does not hold. */
export type KeptNumbers =
  /** None: what reads them knows their type. */
  | 'inexact'
  /** Those that `JSON.parse` would turn into other ones without schema: `1.0` and `-0`. */
  | 'whole'
  /** All with a fraction, with each zero at its end. */
  | 'fractions'

export const schemalessForms: NumberForms<ConnectValue> = {
  // The reference keeps the lower 64 bits of integers that are larger.
  integer: (value) => schemalessLong(BigInt.asIntN(64, value)),
  decimal: (text) => schemalessDouble(Number(text) + 0),
}

/** Digits that a double tells apart, also where they begin behind the point. */
const SAFE_DIGITS_MAX = 15

const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39

/** Where the numbers found last start and end, in turns. */
const found: number[] = []

/**
 * As `JSON.parse`, but that numbers which it would not keep are what `forms` makes of them. Those
 * are given to it as strings that begin with a mark.
 * @param text What `bytes` from `start` to `end` stand for, in UTF-8.
 * @returns undefined for what `JSON.parse` refuses, and for what can't be marked.
 */
export function parseMarked<N>(
  text: string,
  bytes: Buffer,
  start: number,
  end: number,
  keeps: KeptNumbers,
  forms: NumberForms<N>,
): unknown {
  found.length = 0
  if (!findNumbers(bytes, start, end, keeps)) return undefined
  try {
    const value = parsed(text, bytes, start, end, forms)
    return SURROGATE_ESCAPE.test(text) && hasBrokenKey(value) ? undefined : value
  } catch {
    // The exact parser is more lenient, or says what is wrong.
    return undefined
  }
}

function parsed<N>(
  text: string,
  bytes: Buffer,
  start: number,
  end: number,
  forms: NumberForms<N>,
): unknown {
  if (found.length === 0) return JSON.parse(text)
  const marked = markedText(text, bytes, start, end)
  return marked === null ? undefined : restored(JSON.parse(marked), forms)
}

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/

/** Whether there is half of a surrogate pair in a key. */
function hasBrokenKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, part]) => !key.isWellFormed() || hasBrokenKey(part))
}

/** @returns false for a text that is nested too deeply. */
function findNumbers(bytes: Buffer, start: number, end: number, keeps: KeptNumbers): boolean {
  let depth = 0
  let at = start
  while (at < end) {
    switch (kinds[bytes[at] as number]) {
      case STRING:
        at = stringEnd(bytes, at, end)
        break
      case DIGIT:
        at = numberEnd(bytes, at, end, keeps)
        break
      case OPEN:
        depth++
        if (depth > JSON_DEPTH_MAX) return false
        at++
        break
      case CLOSE:
        depth--
        at++
        break
      default:
        at++
    }
  }
  return true
}

/** Where the number ends that starts at `start`, which is remembered if it has to be kept. */
function numberEnd(bytes: Buffer, start: number, end: number, keeps: KeptNumbers): number {
  const wholeStart = bytes[start] === MINUS ? start + 1 : start
  const wholeEnd = digitsEnd(bytes, wholeStart, end)
  const next = wholeEnd < end ? bytes[wholeEnd] : 0
  if (next === POINT) return fractionEnd(bytes, start, wholeEnd, end, keeps)
  if (isExponent(next)) return keep(start, exponentEnd(bytes, wholeEnd, end))
  const isNegativeZero = wholeStart > start && bytes[wholeStart] === ZERO
  const isKept = wholeEnd - wholeStart > SAFE_DIGITS_MAX || (isNegativeZero && keeps !== 'inexact')
  return isKept ? keep(start, wholeEnd) : wholeEnd
}

/** The same for one with its point at `point`. */
function fractionEnd(
  bytes: Buffer,
  start: number,
  point: number,
  end: number,
  keeps: KeptNumbers,
): number {
  const stop = digitsEnd(bytes, point + 1, end)
  if (isExponent(bytes[stop])) return keep(start, exponentEnd(bytes, stop, end))
  // A double may be the next whole number, or another one.
  const isInexact =
    point - start > SAFE_DIGITS_MAX ||
    (bytes[point + 1] === NINE && stop - start > SAFE_DIGITS_MAX) ||
    stop - start > NUMBER_LENGTH_MAX
  if (isInexact || keeps === 'fractions') return keep(start, stop)
  const nonZero = zerosEnd(bytes, point + 1, stop)
  // A double that holds a digit of the fraction that is not zero has a fraction itself.
  const mayBeWhole = nonZero === stop || nonZero - start > SAFE_DIGITS_MAX
  return mayBeWhole && keeps === 'whole' ? keep(start, stop) : stop
}

function zerosEnd(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] === ZERO) at++
  return at
}

/** @returns `end` */
function keep(start: number, end: number): number {
  found.push(start, end)
  return end
}

function digitsEnd(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && isDigit(bytes[at])) at++
  return at
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE
}

function isExponent(byte: number | undefined): boolean {
  return byte === 0x65 || byte === 0x45
}

/** Behind anything that may belong to an exponent. */
function exponentEnd(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && /[-+.\deE]/.test(String.fromCharCode(bytes[at] as number))) at++
  return at
}

/** Begins strings that stand for numbers. */
const MARK = '\u0001'
const MARK_ESCAPED = '\\u0001'

/** The text with marked strings for the numbers found; null where there are such strings already. */
function markedText(text: string, bytes: Buffer, start: number, end: number): string | null {
  if (text.includes(MARK_ESCAPED)) return null
  const isAscii = text.length === end - start
  if (!isAscii && !isUtf8(bytes.subarray(start, end))) return null
  const source = isAscii ? text : bytes.toString('latin1', start, end)
  let marked = ''
  let at = 0
  for (let index = 0; index < found.length; index += 2) {
    const [from, to] = [(found[index] as number) - start, (found[index + 1] as number) - start]
    const number = source.slice(from, to)
    if (!isOrdinary(number)) return null
    marked += `${source.slice(at, from)}"${MARK_ESCAPED}${number}"`
    at = to
  }
  marked += source.slice(at)
  return isAscii ? marked : Buffer.from(marked, 'latin1').toString()
}

/** Larger ones need a look at how large they are. */
const EXPONENT_LENGTH_MAX = 8

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?([eE][+-]?\d+)?$/

/** False for what only the exact parser knows to read or to refuse. */
function isOrdinary(number: string): boolean {
  const match = NUMBER.exec(number)
  if (match === null || number.length > NUMBER_LENGTH_MAX) return false
  return (match[1]?.length ?? 0) <= EXPONENT_LENGTH_MAX
}

/** The value with numbers for marked strings; changes it. */
function restored<N>(value: unknown, forms: NumberForms<N>): unknown {
  if (typeof value === 'string') {
    return value.startsWith(MARK) ? numberOf(value.slice(MARK.length), forms) : value
  }
  if (typeof value !== 'object' || value === null) return value
  const container = value as Record<string, unknown>
  for (const key in container) {
    if (key.startsWith(MARK)) throw new SyntaxError('a number is no key')
    const part = container[key]
    const whole = restored(part, forms)
    if (whole !== part) define(container, key, whole)
  }
  return container
}

/** What `forms` make of a number; undefined for what only the exact parser can read or refuse. */
export function exactNumber<N>(text: string, forms: NumberForms<N>): N | undefined {
  return isOrdinary(text) ? numberOf(text, forms) : undefined
}

function numberOf<N>(text: string, forms: NumberForms<N>): N {
  return /[.eE]/.test(text) ? forms.decimal(text) : forms.integer(BigInt(text))
}
