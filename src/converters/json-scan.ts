/** What a scan of JSON text in UTF-8 tells before it is parsed. */
export interface JsonScan {
  /** True when a number needs more than a double, or more than `JSON.parse` tells of it. */
  needsExact: boolean
  isAscii: boolean
  depth: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
/** Integers up to this length are exact as doubles. */
const SAFE_LENGTH_MAX = 15

const OTHER = 0
const DIGIT = 1
const STRING = 2
const OPEN = 3
const CLOSE = 4
const NON_ASCII = 5

const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte)
  if (byte >= 0x80) return NON_ASCII
  if ('-0123456789'.includes(char)) return DIGIT
  if ('[{'.includes(char)) return OPEN
  if (']}'.includes(char)) return CLOSE
  return char === '"' ? STRING : OTHER
})

const inNumber = Uint8Array.from({ length: 256 }, (_, byte) =>
  '+-.0123456789eE'.includes(String.fromCharCode(byte)) ? 1 : 0,
)

const isFraction = Uint8Array.from({ length: 256 }, (_, byte) =>
  '.eE'.includes(String.fromCharCode(byte)) ? 1 : 0,
)

/** One pass over the bytes; the text need not be valid. `scan` is overwritten. */
export function scanJson(bytes: Uint8Array, start: number, end: number, scan: JsonScan): void {
  scan.needsExact = false
  scan.isAscii = true
  scan.depth = 0
  let depth = 0
  let at = start
  while (at < end) {
    switch (kinds[bytes[at] as number]) {
      case STRING:
        at = skipString(bytes, at + 1, end, scan)
        break
      case DIGIT:
        at = skipNumber(bytes, at, end, scan)
        break
      case OPEN:
        depth++
        if (depth > scan.depth) scan.depth = depth
        at++
        break
      case CLOSE:
        depth--
        at++
        break
      case NON_ASCII:
        scan.isAscii = false
        at++
        break
      default:
        at++
    }
  }
}

function skipString(bytes: Uint8Array, start: number, end: number, scan: JsonScan): number {
  let at = start
  let bits = 0
  while (at < end) {
    const byte = bytes[at++] as number
    bits |= byte
    if (byte === QUOTE) break
    if (byte === BACKSLASH) at++
  }
  if (bits >= 0x80) scan.isAscii = false
  return at
}

function skipNumber(bytes: Uint8Array, start: number, end: number, scan: JsonScan): number {
  let at = start
  let fraction = 0
  while (at < end) {
    const byte = bytes[at] as number
    if (inNumber[byte] === 0) break
    fraction |= isFraction[byte] as number
    at++
  }
  const isNegativeZero = bytes[start] === MINUS && bytes[start + 1] === 0x30
  if (fraction !== 0 || isNegativeZero || at - start > SAFE_LENGTH_MAX) scan.needsExact = true
  return at
}

/** Where the value that starts at `start` ends, its brackets taken as they come. */
export function skipValue(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0
  let at = start
  while (at < end) {
    const kind = kinds[bytes[at] as number]
    if (kind === STRING) at = skipString(bytes, at + 1, end, skipped)
    else at++
    if (kind === OPEN) depth++
    else if (kind === CLOSE) depth--
    if (depth === 0) return at
  }
  return end
}

const skipped: JsonScan = { needsExact: false, isAscii: true, depth: 0 }
