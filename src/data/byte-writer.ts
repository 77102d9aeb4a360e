import { wellFormed } from './utf8.ts'

/** Growing buffer that converters append to; the bytes written are `bytes` up to `length`. */
export class ByteWriter {
  bytes: Buffer
  /** Of all of `bytes`. */
  view: DataView
  length = 0

  constructor(capacityBytes = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(capacityBytes)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `sizeBytes` more. */
  reserve(sizeBytes: number): void {
    const needed = this.length + sizeBytes
    if (needed <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }

  writeByte(byte: number): void {
    this.reserve(1)
    this.bytes[this.length++] = byte
  }

  writeBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** Writes `text` as UTF-8; a lone surrogate becomes `?`, as in the reference. */
  writeUtf8(text: string): void {
    this.reserve(text.length * 3)
    this.length += this.bytes.write(wellFormed(text), this.length)
  }

  clear(): void {
    this.length = 0
  }
}
