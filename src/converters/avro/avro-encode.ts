import { type ByteWriter, wellFormed } from '../../sdk/index.ts'
import { splitWords, words } from './avro-words.ts'

/** Bytes that the longest 64-bit integer takes. */
const LONG_BYTES_MAX = 10
/** From this length on the native encoder is faster than a loop. */
const NATIVE_LENGTH_MIN = 24

/** @param value A 32-bit integer. */
export function writeInt(out: ByteWriter, value: number): void {
  out.reserve(LONG_BYTES_MAX)
  const { bytes } = out
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  while (rest > 0x7f) {
    bytes[out.length++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[out.length++] = rest
}

/** @param value A 64-bit integer. */
export function writeLong(out: ByteWriter, value: bigint): void {
  splitWords(value)
  const sign = words.high >> 31
  let low = (words.low << 1) ^ sign
  let high = ((words.high << 1) | (words.low >>> 31)) ^ sign
  out.reserve(LONG_BYTES_MAX)
  const { bytes } = out
  while (high !== 0 || low >>> 0 > 0x7f) {
    bytes[out.length++] = (low & 0x7f) | 0x80
    low = (low >>> 7) | (high << 25)
    high >>>= 7
  }
  bytes[out.length++] = low
}

export function writeFloat(out: ByteWriter, value: number): void {
  out.reserve(4)
  out.bytes.writeFloatLE(value, out.length)
  out.length += 4
}

export function writeDouble(out: ByteWriter, value: number): void {
  out.reserve(8)
  out.bytes.writeDoubleLE(value, out.length)
  out.length += 8
}

export function writeBytes(out: ByteWriter, bytes: Uint8Array): void {
  writeInt(out, bytes.length)
  out.writeBytes(bytes)
}

/** Length, then UTF-8; a lone surrogate becomes `?`, as in the reference. */
export function writeString(out: ByteWriter, text: string): void {
  if (text.length < NATIVE_LENGTH_MIN && writeAscii(out, text)) return
  const formed = wellFormed(text)
  const { length: start } = out
  writeInt(out, formed.length)
  const prefixBytes = out.length - start
  out.reserve(formed.length * 3 + LONG_BYTES_MAX)
  const sizeBytes = out.bytes.write(formed, out.length)
  if (sizeBytes === formed.length) {
    out.length += sizeBytes
    return
  }
  const dataStart = out.length
  const moved = dataStart + sizeOfLength(sizeBytes) - prefixBytes
  if (moved > dataStart) out.bytes.copyWithin(moved, dataStart, dataStart + sizeBytes)
  out.length = start
  writeInt(out, sizeBytes)
  out.length += sizeBytes
}

/** Bytes that a length takes. */
function sizeOfLength(length: number): number {
  let sizeBytes = 1
  for (let rest = length >>> 6; rest > 0; rest >>>= 7) sizeBytes++
  return sizeBytes
}

/** @param text Of less than 64 characters, so that its length takes one byte. @returns false for text with others than ASCII. */
function writeAscii(out: ByteWriter, text: string): boolean {
  const { length } = text
  out.reserve(length + 1)
  const { bytes, length: start } = out
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) return false
    bytes[start + 1 + index] = code
  }
  bytes[start] = length << 1
  out.length = start + 1 + length
  return true
}
