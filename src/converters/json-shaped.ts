import { type ConnectValue, Float64 } from '../sdk/index.ts'
import { JsonShape } from './json-shape.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const LIST_START = 0x5b
const BACKSLASH = 0x5c
const LIST_END = 0x5d
const OBJECT_START = 0x7b
const OBJECT_END = 0x7d

/** Deeper documents, rarer numbers and the like are left to the other parsers. */
const DEPTH_MAX = 32
const SAFE_DIGITS_MAX = 15
/** Of all shapes of a reader, so that keys which never come again cost no memory. */
const KEYS_MAX = 512
const KEY_BYTES_MAX = 256

const powersOfTen = Float64Array.from({ length: SAFE_DIGITS_MAX + 1 }, (_, power) => 10 ** power)

/**
 * Reads JSON without schema whose records look alike, as those of a topic do: a key is compared
 * with the one that stood there in the record before, numbers and texts are read in the same pass.
 * That takes half the time of `JSON.parse` and a look for the numbers that it does not keep.
 */
export class ShapedJsonReader {
  readonly #root = new JsonShape()
  #keysLeft = KEYS_MAX
  #bytes: Buffer = Buffer.alloc(0)
  #text = ''
  #start = 0
  #at = 0
  #end = 0
  /** Of the number that is being read, as an integer. */
  #digits = 0

  /** @returns undefined for what only the other parsers can read, or refuse. */
  read(bytes: Buffer, start: number, end: number): ConnectValue | undefined {
    this.#bytes = bytes
    this.#text = bytes.toString('latin1', start, end)
    this.#start = start
    this.#at = start
    this.#end = end
    const value = this.#value(this.#root, 0)
    if (value === undefined) return undefined
    this.#skipBlanks()
    return this.#at === end ? value : undefined
  }

  #skipBlanks(): number {
    const bytes = this.#bytes
    let at = this.#at
    while (at < this.#end) {
      const byte = bytes[at] as number
      if (byte > 0x20) {
        this.#at = at
        return byte
      }
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
      at++
    }
    this.#at = at
    return 0
  }

  #value(shape: JsonShape, depth: number): ConnectValue | undefined {
    const byte = this.#skipBlanks()
    switch (byte) {
      case QUOTE:
        return this.#string()
      case OBJECT_START:
        return depth < DEPTH_MAX ? this.#object(shape, depth + 1) : undefined
      case LIST_START:
        return depth < DEPTH_MAX ? this.#list(shape, depth + 1) : undefined
      case 0x74:
        return this.#word('true', true)
      case 0x66:
        return this.#word('false', false)
      case 0x6e:
        return this.#word('null', null)
      default:
        return this.#number(byte)
    }
  }

  #word(word: string, value: boolean | null): boolean | null | undefined {
    const at = this.#at - this.#start
    if (!this.#text.startsWith(word, at)) return undefined
    this.#at += word.length
    return value
  }

  #object(shape: JsonShape, depth: number): ConnectValue | undefined {
    const object: Record<string, ConnectValue> = {}
    this.#at++
    if (this.#skipBlanks() === OBJECT_END) {
      this.#at++
      return object
    }
    let expected = 0
    for (;;) {
      const index = this.#key(shape, expected)
      if (index < 0) return undefined
      const value = this.#value(shape.values[index] as JsonShape, depth)
      if (value === undefined) return undefined
      object[shape.keys[index] as string] = value
      expected = index + 1
      const byte = this.#skipBlanks()
      this.#at++
      if (byte === OBJECT_END) return object
      if (byte !== COMMA) return undefined
    }
  }

  #list(shape: JsonShape, depth: number): ConnectValue | undefined {
    const list: ConnectValue[] = []
    this.#at++
    if (this.#skipBlanks() === LIST_END) {
      this.#at++
      return list
    }
    const { elements } = shape
    for (;;) {
      const value = this.#value(elements, depth)
      if (value === undefined) return undefined
      list.push(value)
      const byte = this.#skipBlanks()
      this.#at++
      if (byte === LIST_END) return list
      if (byte !== COMMA) return undefined
    }
  }

  /** Reads a key and its colon. @returns Its place in the shape; -1 where that is not done here. */
  #key(shape: JsonShape, expected: number): number {
    if (this.#skipBlanks() !== QUOTE) return -1
    const index = this.#isKey(shape, expected) ? expected : this.#otherKey(shape)
    if (this.#skipBlanks() !== COLON) return -1
    this.#at++
    return index
  }

  #otherKey(shape: JsonShape): number {
    for (let index = 0; index < shape.keys.length; index++) {
      if (this.#isKey(shape, index)) return index
    }
    return this.#newKey(shape)
  }

  #isKey(shape: JsonShape, index: number): boolean {
    const key = shape.keyBytes[index]
    if (key === undefined) return false
    const bytes = this.#bytes
    const at = this.#at + 1
    const { length } = key
    if (bytes[at + length] !== QUOTE) return false
    for (let offset = 0; offset < length; offset++) {
      if (bytes[at + offset] !== key[offset]) return false
    }
    this.#at = at + length + 1
    return true
  }

  #newKey(shape: JsonShape): number {
    const start = this.#at + 1
    const key = this.#string()
    const end = this.#at - 1
    if (key === undefined || key === '__proto__' || this.#keysLeft === 0) return -1
    const written = this.#bytes.subarray(start, end)
    if (written.length > KEY_BYTES_MAX || written.includes(BACKSLASH)) return -1
    this.#keysLeft--
    return shape.add(key, new Uint8Array(written))
  }

  #string(): string | undefined {
    const bytes = this.#bytes
    const start = this.#at + 1
    let at = start
    let seen = 0
    for (;;) {
      if (at >= this.#end) return undefined
      const byte = bytes[at] as number
      if (byte === QUOTE) break
      if (byte < 0x20 || byte === BACKSLASH) return this.#escaped(start)
      seen |= byte
      at++
    }
    this.#at = at + 1
    if (seen < 0x80) return this.#text.slice(start - this.#start, at - this.#start)
    const text = bytes.toString('utf8', start, at)
    return text.includes('\ufffd') ? undefined : text
  }

  #escaped(start: number): string | undefined {
    const bytes = this.#bytes
    let at = start
    while (at < this.#end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
    if (at >= this.#end) return undefined
    this.#at = at + 1
    try {
      const text = JSON.parse(bytes.toString('utf8', start - 1, at + 1)) as string
      return text.includes('\ufffd') ? undefined : text
    } catch {
      return undefined
    }
  }

  /** Numbers of up to 15 digits: doubles hold them, and one division rounds as it should. */
  #number(first: number): number | Float64 | undefined {
    const isNegative = first === MINUS
    const start = isNegative ? this.#at + 1 : this.#at
    this.#digits = 0
    const wholeEnd = this.#digitsEnd(start)
    const end = this.#byteAt(wholeEnd) === POINT ? this.#digitsEnd(wholeEnd + 1) : wholeEnd
    if (!this.#isOrdinary(start, wholeEnd, end) || (isNegative && this.#digits === 0)) {
      return undefined
    }
    this.#at = end
    if (end === wholeEnd) return isNegative ? -this.#digits : this.#digits
    const digits = isNegative ? -this.#digits : this.#digits
    const value = digits / (powersOfTen[end - wholeEnd - 1] as number)
    return Number.isInteger(value) ? new Float64(value) : value
  }

  #isOrdinary(start: number, wholeEnd: number, end: number): boolean {
    const wholeLength = wholeEnd - start
    if (wholeLength === 0 || end - start > SAFE_DIGITS_MAX) return false
    if (wholeLength > 1 && this.#bytes[start] === ZERO) return false
    return end !== wholeEnd + 1 && !isExponent(this.#byteAt(end))
  }

  /** Where the digits from `start` on end; they are appended to those before them. */
  #digitsEnd(start: number): number {
    const bytes = this.#bytes
    let digits = this.#digits
    let at = start
    while (at < this.#end) {
      const digit = (bytes[at] as number) - ZERO
      if (digit < 0 || digit > 9) break
      digits = digits * 10 + digit
      at++
    }
    this.#digits = digits
    return at
  }

  #byteAt(at: number): number {
    return at < this.#end ? (this.#bytes[at] as number) : 0
  }
}

function isExponent(byte: number): boolean {
  return byte === 0x65 || byte === 0x45
}
