import { ConnectError, decodeUtf8 } from '../../sdk/index.ts'

/** Messages within messages, as deep as other readers of Protobuf go. */
export const DEPTH_MAX = 100

export const VARINT = 0
export const FIXED64 = 1
export const DELIMITED = 2
const GROUP_START = 3
const GROUP_END = 4
export const FIXED32 = 5

/**
 * Reads the bytes of one message. Failures are ConnectError SERIALIZATION that name the place.
 * @see https://protobuf.dev/programming-guides/encoding
 */
export class WireReader {
  bytes: Buffer
  at: number
  /** Where the message ends that is being read. */
  end: number
  readonly #start: number
  #depth = 0

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes
    this.#start = start
    this.at = start
    this.end = end
  }

  /** The lower 32 bits of a number of up to 64, signed. */
  int32(): number {
    const byte = this.#byte()
    return byte < 0x80 ? byte : this.#longInt32(byte)
  }

  /** The lower 64 bits, signed. */
  int64(): bigint {
    const byte = this.#byte()
    return byte < 0x80 ? BigInt(byte) : BigInt.asIntN(64, this.#varint64(byte))
  }

  /** Whether any of the 64 bits is set. */
  bool(): boolean {
    const byte = this.#byte()
    return byte < 0x80 ? byte !== 0 : this.#varint64(byte) !== 0n
  }

  sint32(): number {
    const raw = this.int32()
    return (raw >>> 1) ^ -(raw & 1)
  }

  sint64(): bigint {
    const raw = BigInt.asUintN(64, this.int64())
    return (raw >> 1n) ^ -(raw & 1n)
  }

  fixed32(): number {
    return this.bytes.readInt32LE(this.#take(4))
  }

  fixed64(): bigint {
    return this.bytes.readBigInt64LE(this.#take(8))
  }

  float(): number {
    return this.bytes.readFloatLE(this.#take(4))
  }

  double(): number {
    return this.bytes.readDoubleLE(this.#take(8))
  }

  /** @param strict Malformed UTF-8 is an error. */
  text(strict: boolean): string {
    const sizeBytes = this.#size()
    const start = this.#take(sizeBytes)
    const text = decodeUtf8(this.bytes, start, this.at)
    if (
      strict &&
      text.includes('\ufffd') &&
      !isWritten(text, this.bytes.subarray(start, this.at))
    ) {
      throw this.corrupt('a string is not UTF-8', start)
    }
    return text
  }

  /** A copy, as the bytes read are only valid during the call. */
  blob(): Uint8Array {
    const start = this.#take(this.#size())
    return new Uint8Array(this.bytes.subarray(start, this.at))
  }

  /** Goes into a message within the message. @returns What `leave` needs. */
  enter(): number {
    const sizeBytes = this.#size()
    const outerEnd = this.end
    if (++this.#depth > DEPTH_MAX) {
      throw this.corrupt(`messages are nested deeper than ${DEPTH_MAX} levels`, this.at)
    }
    this.end = this.at + sizeBytes
    return outerEnd
  }

  leave(outerEnd: number): void {
    this.#depth--
    this.end = outerEnd
  }

  /** Passes over the value of a field that is not known. */
  skip(wireType: number, number: number): void {
    switch (wireType) {
      case VARINT:
        this.int64()
        break
      case FIXED64:
        this.#take(8)
        break
      case DELIMITED:
        this.#take(this.#size())
        break
      case FIXED32:
        this.#take(4)
        break
      case GROUP_START:
        this.#skipGroup(number)
        break
      default:
        throw this.corrupt(`wire type ${wireType} does not begin a field`, this.at)
    }
  }

  /** @returns The number of the next field times eight plus its wire type. */
  tag(): number {
    const start = this.at
    const tag = this.int32() >>> 0
    if (tag < 8) throw this.corrupt('a field has number 0', start)
    return tag
  }

  corrupt(problem: string, at: number): ConnectError {
    return new ConnectError(`${problem} (byte ${at - this.#start} of the message)`, {
      code: 'SERIALIZATION',
    })
  }

  #skipGroup(number: number): void {
    if (++this.#depth > DEPTH_MAX) {
      throw this.corrupt(`groups are nested deeper than ${DEPTH_MAX} levels`, this.at)
    }
    for (;;) {
      const tag = this.tag()
      if ((tag & 7) === GROUP_END) {
        if (tag >>> 3 !== number) throw this.corrupt('a group ends that did not begin', this.at)
        break
      }
      this.skip(tag & 7, tag >>> 3)
    }
    this.#depth--
  }

  #byte(): number {
    if (this.at >= this.end) throw this.#early()
    return this.bytes[this.at++] as number
  }

  #take(sizeBytes: number): number {
    const start = this.at
    if (sizeBytes > this.end - start) throw this.#early()
    this.at = start + sizeBytes
    return start
  }

  #size(): number {
    const start = this.at
    const sizeBytes = this.int32()
    if (sizeBytes < 0) throw this.corrupt('a length is negative', start)
    if (sizeBytes > this.end - this.at) throw this.#early()
    return sizeBytes
  }

  #longInt32(first: number): number {
    let value = first & 0x7f
    for (let shift = 7; shift < 70; shift += 7) {
      const byte = this.#byte()
      if (shift < 35) value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw this.corrupt('a number is longer than 10 bytes', this.at)
  }

  /** In three parts of up to 28 bits, which numbers hold. */
  #varint64(first: number): bigint {
    let low = first & 0x7f
    let middle = 0
    let high = 0
    for (let index = 1; index < 10; index++) {
      const byte = this.#byte()
      const bits = (byte & 0x7f) << ((index & 3) * 7)
      if (index < 4) low |= bits
      else if (index < 8) middle |= bits
      else high |= bits
      if (byte < 0x80) return joined(low, middle, high)
    }
    throw this.corrupt('a number is longer than 10 bytes', this.at)
  }

  #early(): ConnectError {
    return this.corrupt('the message ends early', this.at)
  }
}

const PART = 2 ** 28
/** Below, both lower parts together are an exact number. */
const MIDDLE_EXACT = 2 ** 24

function joined(low: number, middle: number, high: number): bigint {
  if (high === 0 && middle < MIDDLE_EXACT) return BigInt(middle * PART + low)
  return (BigInt(high) << 56n) | (BigInt(middle) << 28n) | BigInt(low)
}

/** Whether the replacement characters of the text are in the bytes themselves. */
function isWritten(text: string, bytes: Uint8Array): boolean {
  return Buffer.from(text).equals(bytes)
}
