import { JSON_DEPTH_MAX } from './json-exact.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const ZERO = 0x30
/** Integers up to this length are exact as doubles. */
const SAFE_LENGTH_MAX = 15

const OTHER = 0
const DIGIT = 1
const STRING = 2
const OPEN = 3
const CLOSE = 4

const kinds = tableOf((char) => {
  if ('-0123456789'.includes(char)) return DIGIT
  if ('[{'.includes(char)) return OPEN
  if (']}'.includes(char)) return CLOSE
  return char === '"' ? STRING : OTHER
})
const inNumber = tableOf((char) => ('+-.0123456789eE'.includes(char) ? 1 : 0))
const isFraction = tableOf((char) => ('.eE'.includes(char) ? 1 : 0))
const isPlain = tableOf((char) => (char >= ' ' && char <= '~' && !'"\\'.includes(char) ? 1 : 0))

function tableOf(kindOf: (char: string) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => kindOf(String.fromCharCode(byte)))
}

/** True for a JSON string of ASCII characters without escapes, and nothing else. */
export function isPlainString(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== QUOTE || bytes[end - 1] !== QUOTE || end - start < 2) return false
  let areAllPlain = 1
  for (let at = start + 1; at < end - 1; at++) areAllPlain &= isPlain[bytes[at] as number] ?? 0
  return areAllPlain === 1
}

/**
 * Whether `JSON.parse` keeps all that the text says: no number that needs more than a double, or
 * more than the value, to be told; and no deeper nesting than is allowed. The text need not be
 * valid.
 */
export function isExactByDefault(bytes: Uint8Array, start: number, end: number): boolean {
  let depth = 0
  let at = start
  while (at < end) {
    switch (kinds[bytes[at] as number]) {
      case STRING:
        at = stringEnd(bytes, at, end)
        break
      case DIGIT:
        at = plainIntegerEnd(bytes, at, end)
        if (at === -1) return false
        break
      case OPEN:
        depth++
        at++
        break
      case CLOSE:
        depth--
        at++
        break
      default:
        at++
    }
    if (depth > JSON_DEPTH_MAX) return false
  }
  return true
}

/** Where the value that starts at `start` ends, its brackets taken as they come. */
export function valueEnd(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0
  let at = start
  while (at < end) {
    const kind = kinds[bytes[at] as number]
    at = kind === STRING ? stringEnd(bytes, at, end) : at + 1
    if (kind === OPEN) depth++
    else if (kind === CLOSE) depth--
    if (depth === 0) return at
  }
  return end
}

function stringEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1
  while (at < end) {
    const byte = bytes[at++]
    if (byte === QUOTE) break
    if (byte === BACKSLASH) at++
  }
  return at
}

/** Where a number ends; -1 unless it is an integer that a double holds, minus zero aside. */
function plainIntegerEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  for (; at < end && inNumber[bytes[at] as number] === 1; at++) {
    if (isFraction[bytes[at] as number] === 1) return -1
  }
  const isNegativeZero = bytes[start] === MINUS && bytes[start + 1] === ZERO
  return isNegativeZero || at - start > SAFE_LENGTH_MAX ? -1 : at
}
