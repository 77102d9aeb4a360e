import { type ByteWriter, wellFormed } from '../../sdk/index.ts'

/** Bytes that the longest 64-bit integer takes. */
const LONG_BYTES_MAX = 10
/** Up to here twice a number is exact, and so is one less. */
const DOUBLED_MAX = 2 ** 51
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
  const number = Number(value)
  if (number >= -0x4000_0000 && number < 0x4000_0000) writeInt(out, number)
  else if (number >= -DOUBLED_MAX && number <= DOUBLED_MAX) writeDoubled(out, number)
  else writeBigLong(out, value)
}

/** @param value An integer of 51 bits at the most. */
function writeDoubled(out: ByteWriter, value: number): void {
  out.reserve(LONG_BYTES_MAX)
  const { bytes } = out
  let rest = value < 0 ? -2 * value - 1 : 2 * value
  while (rest > 0x7fff_ffff) {
    bytes[out.length++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  while (rest > 0x7f) {
    bytes[out.length++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[out.length++] = rest
}

function writeBigLong(out: ByteWriter, value: bigint): void {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  while (rest > 0x7fn) {
    out.writeByte(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  out.writeByte(Number(rest))
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
