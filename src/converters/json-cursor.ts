import { type ConnectValue, Float64 } from '../sdk/index.ts'
import type { JsonLead } from './json-lead.ts'
import { exactNumber, schemalessForms } from './json-numbers.ts'

const QUOTE = 0x22
const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const BACKSLASH = 0x5c

/** As little-endian integers. */
const TRUE = 0x65757274
const FALS = 0x736c6166
const NULL = 0x6c6c756e
const WORD_BYTES = 4
const LAST_OF_FALSE = 0x65

/** Digits of integers of 32 bits, which are read in less time than doubles. */
const INT_DIGITS_MAX = 9
/** Digits that every double holds. */
const SAFE_DIGITS_MAX = 15

const powersOfTen = Float64Array.from({ length: SAFE_DIGITS_MAX + 1 }, (_, power) => 10 ** power)

/**
 * Reads the texts, numbers and words of JSON in UTF-8. What it can't read or refuses is
 * `undefined`: other parsers know more.
 */
export class JsonCursor {
  /** Place of the next byte in the memory that the bytes are in. */
  at = 0
  #end = 0
  #bytes: Buffer = Buffer.alloc(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  /** A character for each byte: texts of ASCII are parts of it, which cost little. */
  #text = ''
  #textStart = 0

  start(bytes: Buffer, start: number, end: number): void {
    if (bytes.buffer !== this.#view.buffer) this.#view = new DataView(bytes.buffer)
    this.#bytes = bytes
    this.#text = bytes.toString('latin1', start, end)
    this.#textStart = start + bytes.byteOffset
    this.at = this.#textStart
    this.#end = end + bytes.byteOffset
  }

  get isAtEnd(): boolean {
    return this.at === this.#end
  }

  /** Goes to the next byte that is no blank. @returns 0 at the end. */
  peek(): number {
    const byte = this.#byteAt(this.at)
    return byte > 0x20 ? byte : this.#skipBlanks()
  }

  #skipBlanks(): number {
    for (;;) {
      const byte = this.#byteAt(this.at)
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte
      this.at++
    }
  }

  /** 0 behind the end. */
  #byteAt(at: number): number {
    return at < this.#end ? this.#view.getUint8(at) : 0
  }

  bytesFrom(start: number): Uint8Array {
    const { byteOffset } = this.#bytes
    return this.#bytes.subarray(start - byteOffset, this.at - byteOffset)
  }

  textFrom(start: number): string {
    return this.#latin1(start, this.at)
  }

  /** Goes behind such bytes if they come next. */
  take(lead: JsonLead): boolean {
    const start = this.at
    const end = start + lead.size
    if (end > this.#end || !lead.isAt(this.#view, start)) return false
    this.at = end
    return true
  }

  string(): string | undefined {
    const view = this.#view
    const end = this.#end
    const start = this.at + 1
    let at = start
    let all = 0
    for (;;) {
      if (at >= end) return undefined
      const byte = view.getUint8(at)
      if (byte === QUOTE) break
      if (byte < 0x20 || byte === BACKSLASH) return this.#escaped(start, at, all)
      all |= byte
      at++
    }
    this.at = at + 1
    return this.#decoded(start, at, all)
  }

  /** @param middle First escape of the text that starts at `start`. */
  #escaped(start: number, middle: number, before: number): string | undefined {
    let at = middle
    let all = before
    while (at < this.#end) {
      const byte = this.#view.getUint8(at)
      if (byte === QUOTE) break
      all |= byte
      at += byte === BACKSLASH ? 2 : 1
    }
    this.at = at + 1
    const json = this.#decoded(start - 1, at + 1, all)
    try {
      return json && JSON.parse(json)
    } catch {
      return undefined
    }
  }

  /** @param all Bits of all bytes; other than ASCII characters have the eighth. */
  #decoded(start: number, end: number, all: number): string | undefined {
    if (all < 0x80) return this.#latin1(start, end)
    const { byteOffset } = this.#bytes
    const text = this.#bytes.toString('utf8', start - byteOffset, end - byteOffset)
    return text.includes('\ufffd') ? undefined : text
  }

  #latin1(start: number, end: number): string {
    return this.#text.slice(start - this.#textStart, end - this.#textStart)
  }

  /** True, false or null. */
  word(): ConnectValue | undefined {
    const start = this.at
    if (start + WORD_BYTES <= this.#end) {
      const word = this.#view.getInt32(start, true)
      this.at = start + WORD_BYTES
      if (word === TRUE) return true
      if (word === NULL) return null
      if (word === FALS && this.#byteAt(this.at++) === LAST_OF_FALSE) return false
    }
    return undefined
  }

  number(): ConnectValue | undefined {
    const start = this.at
    const isNegative = this.#byteAt(start) === MINUS
    const wholeStart = isNegative ? start + 1 : start
    let digits = this.#whole(wholeStart)
    const wholeEnd = this.at
    const hasPoint = this.#byteAt(wholeEnd) === POINT
    let power = 1
    if (hasPoint) {
      const fraction = this.#digits(wholeEnd + 1)
      power = powersOfTen[this.at - wholeEnd - 1] as number
      digits = digits * power + fraction
    }
    if (!this.#isOrdinary(wholeStart, wholeEnd) || (isNegative && digits === 0)) {
      return this.#otherNumber(start)
    }
    if (!hasPoint) return isNegative ? -digits : digits
    // One division of integers that doubles hold rounds as it should.
    const value = (isNegative ? -digits : digits) / power
    return Number.isInteger(value) ? new Float64(value) : value
  }

  #whole(start: number): number {
    const high = this.#digits(start)
    const middle = start + INT_DIGITS_MAX
    if (this.at < middle) return high
    const low = this.#digits(middle)
    return high * (powersOfTen[this.at - middle] as number) + low
  }

  /** Reads digits and goes behind them, or behind as many as fit an integer of 32 bits. */
  #digits(start: number): number {
    const view = this.#view
    const stop = Math.min(this.#end, start + INT_DIGITS_MAX)
    let digits = 0
    let at = start
    while (at < stop) {
      const digit = view.getUint8(at) - ZERO
      if (digit < 0 || digit > 9) break
      digits = (digits * 10 + digit) | 0
      at++
    }
    this.at = at
    return digits
  }

  /** False for a number with more digits or an exponent, and for what is no number. */
  #isOrdinary(wholeStart: number, wholeEnd: number): boolean {
    const end = this.at
    if (wholeEnd === wholeStart || end - wholeStart > SAFE_DIGITS_MAX) return false
    if (wholeEnd > wholeStart + 1 && this.#view.getUint8(wholeStart) === ZERO) return false
    return end !== wholeEnd + 1 && !isNumberByte(this.#byteAt(end))
  }

  #otherNumber(start: number): ConnectValue | undefined {
    let end = start
    while (isNumberByte(this.#byteAt(end))) end++
    this.at = end
    return exactNumber(this.#latin1(start, end), schemalessForms)
  }
}

function isNumberByte(byte: number): boolean {
  if (byte >= ZERO && byte <= NINE) return true
  return byte === MINUS || byte === PLUS || byte === POINT || byte === 0x65 || byte === 0x45
}
