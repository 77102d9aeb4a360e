import { ConnectError } from '../base/errors.ts'
import { readInt64 } from './int64.ts'
import { VARLONG_SIZE_BYTES_MAX } from './varint.ts'

/** Error for bytes that don't follow Kafka's format: cut short, flipped, or not Kafka's at all. */
export function corrupt(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'RECORD_CORRUPT', cause })
}

function endsEarly(): never {
  throw corrupt('The data ends in the middle of a field.')
}

/**
 * Reads Kafka's primitive types from a range of a buffer.
 *
 * Every method throws ConnectError RECORD_CORRUPT when the range ends early or holds something
 * that the type can't be; nothing is allocated before its length is known to be there.
 * @see https://kafka.apache.org/protocol#protocol_types
 */
export class Cursor {
  readonly bytes: Buffer
  at: number
  readonly end: number

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get remaining(): number {
    return this.end - this.at
  }

  /** Steps over `sizeBytes` and returns where they start. */
  skip(sizeBytes: number): number {
    const start = this.at
    if (sizeBytes < 0 || sizeBytes > this.end - start) endsEarly()
    this.at = start + sizeBytes
    return start
  }

  /** Next `sizeBytes` without a copy. */
  take(sizeBytes: number): Buffer {
    const start = this.skip(sizeBytes)
    return this.bytes.subarray(start, this.at)
  }

  readBool(): boolean {
    return this.readUint8() !== 0
  }

  readUint8(): number {
    if (this.at >= this.end) endsEarly()
    return this.bytes[this.at++] ?? endsEarly()
  }

  readInt8(): number {
    return (this.readUint8() << 24) >> 24
  }

  readInt16(): number {
    return this.bytes.readInt16BE(this.skip(2))
  }

  readInt32(): number {
    return this.bytes.readInt32BE(this.skip(4))
  }

  /** As the nearest number, see `readInt64`. */
  readInt64(): number {
    return readInt64(this.bytes, this.skip(8))
  }

  readUvarint(): number {
    let value = this.readUint8()
    if (value < 0x80) return value
    value &= 0x7f
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.readUint8()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw corrupt('A varint is longer than 5 bytes.')
  }

  readVarint(): number {
    const raw = this.readUvarint()
    return (raw >>> 1) ^ -(raw & 1)
  }

  /** As the nearest number, like `readInt64`. */
  readVarlong(): number {
    const first = this.readUint8()
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    let raw = first & 0x7f
    let unit = 128
    for (let index = 1; index < VARLONG_SIZE_BYTES_MAX; index++) {
      const byte = this.readUint8()
      raw += (byte & 0x7f) * unit
      if (byte < 0x80) return (first & 1) === 0 ? raw / 2 : -(raw + 1) / 2
      unit *= 128
    }
    throw corrupt('A varlong is longer than 10 bytes.')
  }

  /** @param sizeBytes Length that came before the text. */
  readUtf8(sizeBytes: number): string {
    const start = this.skip(sizeBytes)
    return this.bytes.toString('utf8', start, this.at)
  }

  /** As Apache Kafka prints it: URL-safe base64 without padding. */
  readUuid(): string {
    const start = this.skip(16)
    return this.bytes.toString('base64url', start, this.at)
  }
}
