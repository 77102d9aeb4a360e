import { decodeUtf8 } from '../../sdk/index.ts'
import { AvroProblem } from './avro-problem.ts'
import { joinWords } from './avro-words.ts'
import { ASCII_LENGTH_MAX, shortAscii } from './short-ascii.ts'

/** Most elements that take no bytes at all, such as nulls: a few bytes may claim any number of them. */
const EMPTY_ELEMENTS_MAX = 100_000

/** Where the reading of one value stands. */
export class AvroCursor {
  bytes: Buffer = Buffer.alloc(0)
  offset = 0
  end = 0
  /** All other elements take a byte at least. */
  #elementsLeft = 0

  start(bytes: Buffer, offset: number, end: number): void {
    this.bytes = bytes
    this.offset = offset
    this.end = end
    this.#elementsLeft = end - offset + EMPTY_ELEMENTS_MAX
  }

  /** @throws AvroProblem unless so many bytes follow. @returns Where they begin. */
  take(sizeBytes: number): number {
    const start = this.offset
    if (sizeBytes < 0 || sizeBytes > this.end - start) throw this.#cut(sizeBytes)
    this.offset = start + sizeBytes
    return start
  }

  boolean(): boolean {
    const byte = this.bytes[this.take(1)]
    if (byte !== 0 && byte !== 1) throw new AvroProblem(`a boolean is ${byte}`)
    return byte === 1
  }

  int(): number {
    const first = this.bytes[this.take(1)] as number
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    let raw = first & 0x7f
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.bytes[this.take(1)] as number
      raw |= (byte & 0x7f) << shift
      if (byte < 0x80) return (raw >>> 1) ^ -(raw & 1)
    }
    throw new AvroProblem('an int is longer than 5 bytes')
  }

  long(): bigint {
    let low = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.bytes[this.take(1)] as number
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return signedLong(low, 0)
    }
    const middle = this.bytes[this.take(1)] as number
    low |= (middle & 0x0f) << 28
    let high = (middle >> 4) & 0x07
    if (middle < 0x80) return signedLong(low, high)
    for (let shift = 3; shift <= 31; shift += 7) {
      const byte = this.bytes[this.take(1)] as number
      high |= (byte & 0x7f) << shift
      if (byte < 0x80) return signedLong(low, high)
    }
    throw new AvroProblem('a long is longer than 10 bytes')
  }

  /** As `long`, rounded beyond 2^53. */
  longNumber(): number {
    const start = this.offset
    const first = this.bytes[this.take(1)] as number
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    this.offset = start
    return Number(this.long())
  }

  float(): number {
    return this.bytes.readFloatLE(this.take(4))
  }

  double(): number {
    return this.bytes.readDoubleLE(this.take(8))
  }

  /** The size of what follows, which is there. @returns Where it begins; `offset` is behind it. */
  sized(): number {
    const sizeBytes = this.longNumber()
    if (sizeBytes < 0) throw new AvroProblem(`a length is ${sizeBytes}`)
    return this.take(sizeBytes)
  }

  string(): string {
    const start = this.sized()
    const { bytes, offset: end } = this
    const short = end - start <= ASCII_LENGTH_MAX ? shortAscii(bytes, start, end) : null
    return short ?? decodeUtf8(bytes, start, end)
  }

  /** A copy. */
  byteArray(): Uint8Array {
    const start = this.sized()
    return new Uint8Array(this.bytes.subarray(start, this.offset))
  }

  /** Elements of the next block of an array or map; 0 at its end. */
  blockCount(): number {
    let count = this.longNumber()
    if (count < 0) {
      count = -count
      this.longNumber()
    }
    this.#elementsLeft -= count
    if (this.#elementsLeft < 0) {
      throw new AvroProblem(
        `a list of ${count} elements, where ${this.end - this.offset} bytes are left`,
      )
    }
    return count
  }

  #cut(sizeBytes: number) {
    return new AvroProblem(
      `the data ends early: ${sizeBytes} byte${sizeBytes === 1 ? '' : 's'} expected, ${this.end - this.offset} left`,
    )
  }
}

/** The integer whose sign is in the lowest bit. */
function signedLong(low: number, high: number): bigint {
  const sign = -(low & 1)
  return joinWords(((low >>> 1) | (high << 31)) ^ sign, (high >>> 1) ^ sign)
}
