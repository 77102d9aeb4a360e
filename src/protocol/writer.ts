import { writeInt64 } from './int64.ts'
import { putUvarint } from './varint.ts'

/** Below this a copy is cheaper than one more piece for the socket. */
const SHARED_SIZE_BYTES_MIN = 1024

/**
 * Writes Kafka's primitive types into growing memory; large byte strings join without a copy.
 * @see https://kafka.apache.org/protocol#protocol_types
 */
export class Writer {
  #bytes: Buffer
  #at = 0
  /** Where the piece begins that isn't in `#pieces` yet. */
  #start = 0
  readonly #pieces: Buffer[] = []
  #pieceBytes = 0

  constructor(capacityBytes = 512) {
    this.#bytes = Buffer.allocUnsafeSlow(capacityBytes)
  }

  get sizeBytes(): number {
    return this.#pieceBytes + this.#at - this.#start
  }

  /** What was written, in order, to be sent as one; nothing may be written afterwards. */
  pieces(): readonly Buffer[] {
    this.#endPiece()
    return this.#pieces
  }

  toBuffer(): Buffer {
    const [first, ...more] = this.pieces()
    return more.length === 0 ? (first ?? Buffer.alloc(0)) : Buffer.concat(this.#pieces)
  }

  writeBool(value: boolean): void {
    this.writeInt8(value ? 1 : 0)
  }

  writeInt8(value: number): void {
    const at = this.#reserve(1)
    this.#bytes[at] = value
  }

  writeInt16(value: number): void {
    const at = this.#reserve(2)
    this.#bytes.writeInt16BE(value, at)
  }

  writeInt32(value: number): void {
    const at = this.#reserve(4)
    this.#bytes.writeInt32BE(value, at)
  }

  writeInt64(value: number): void {
    const at = this.#reserve(8)
    writeInt64(this.#bytes, value, at)
  }

  writeUvarint(value: number): void {
    const at = this.#reserve(5)
    this.#at = putUvarint(this.#bytes, at, value)
  }

  writeUtf8(text: string, sizeBytes: number): void {
    const at = this.#reserve(sizeBytes)
    this.#bytes.write(text, at)
  }

  /** @param uuid URL-safe base64 of 16 bytes, as `Cursor.readUuid` gives it. */
  writeUuid(uuid: string): void {
    const at = this.#reserve(16)
    const sizeBytes = this.#bytes.write(uuid, at, 16, 'base64url')
    if (sizeBytes !== 16) throw new TypeError(`"${uuid}" is not a UUID in URL-safe base64`)
  }

  writeBytes(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length)
    this.#bytes.set(bytes, at)
  }

  /** Like `writeBytes`, but may keep the bytes themselves: they must not change until sent. */
  writeShared(bytes: Uint8Array): void {
    if (bytes.length < SHARED_SIZE_BYTES_MIN) {
      this.writeBytes(bytes)
      return
    }
    this.#endPiece()
    this.#pieces.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
    this.#pieceBytes += bytes.length
  }

  #endPiece(): void {
    if (this.#at === this.#start) return
    this.#pieces.push(this.#bytes.subarray(this.#start, this.#at))
    this.#pieceBytes += this.#at - this.#start
    this.#start = this.#at
  }

  /** Makes room for `sizeBytes`, steps over them and returns where they start. */
  #reserve(sizeBytes: number): number {
    if (this.#at + sizeBytes > this.#bytes.length) {
      const open = this.#bytes.subarray(this.#start, this.#at)
      this.#bytes = Buffer.allocUnsafeSlow(Math.max(512, (open.length + sizeBytes) * 2))
      this.#bytes.set(open)
      this.#start = 0
      this.#at = open.length
    }
    const at = this.#at
    this.#at = at + sizeBytes
    return at
  }
}
