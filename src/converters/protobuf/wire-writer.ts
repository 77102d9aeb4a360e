import type { ByteWriter } from '../../sdk/index.ts'

/** Longest form of a number of 64 bits, seven in a byte. */
const VARINT_BYTES_MAX = 10
/** Longest form of a length. */
const LENGTH_BYTES_MAX = 5

/** @param value From 0 to 2^32 - 1. */
export function writeVarint(out: ByteWriter, value: number): void {
  out.reserve(LENGTH_BYTES_MAX)
  const { bytes } = out
  let rest = value
  while (rest > 0x7f) {
    bytes[out.length++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[out.length++] = rest
}

/** A negative number takes ten bytes, as a 64-bit one would. */
export function writeInt32(out: ByteWriter, value: number): void {
  if (value >= 0) writeVarint(out, value)
  else writeInt64(out, BigInt(value))
}

export function writeInt64(out: ByteWriter, value: bigint): void {
  if (value >= 0n && value <= 0xffff_ffffn) {
    writeVarint(out, Number(value))
    return
  }
  out.reserve(VARINT_BYTES_MAX)
  let low = Number(BigInt.asUintN(32, value))
  let high = Number(BigInt.asUintN(32, value >> 32n))
  const { bytes } = out
  while (high !== 0 || low > 0x7f) {
    bytes[out.length++] = (low & 0x7f) | 0x80
    low = ((low >>> 7) | (high << 25)) >>> 0
    high >>>= 7
  }
  bytes[out.length++] = low
}

export function writeSint32(out: ByteWriter, value: number): void {
  writeVarint(out, ((value << 1) ^ (value >> 31)) >>> 0)
}

export function writeSint64(out: ByteWriter, value: bigint): void {
  writeInt64(out, BigInt.asIntN(64, (value << 1n) ^ (value >> 63n)))
}

export function writeFixed32(out: ByteWriter, value: number): void {
  out.reserve(4)
  out.length = out.bytes.writeInt32LE(value | 0, out.length)
}

export function writeFixed64(out: ByteWriter, value: bigint): void {
  out.reserve(8)
  out.length = out.bytes.writeBigInt64LE(BigInt.asIntN(64, value), out.length)
}

export function writeFloat(out: ByteWriter, value: number): void {
  out.reserve(4)
  out.length = out.bytes.writeFloatLE(value, out.length)
}

export function writeDouble(out: ByteWriter, value: number): void {
  out.reserve(8)
  out.length = out.bytes.writeDoubleLE(value, out.length)
}

export function writeText(out: ByteWriter, text: string): void {
  const start = beginDelimited(out)
  out.writeUtf8(text)
  endDelimited(out, start)
}

export function writeBlob(out: ByteWriter, bytes: Uint8Array): void {
  writeVarint(out, bytes.length)
  out.writeBytes(bytes)
}

/** Leaves room for the shortest length. @returns Where the content begins, for `endDelimited`. */
export function beginDelimited(out: ByteWriter): number {
  out.reserve(1)
  return ++out.length
}

/** Writes the length before the content, which moves where the length is no short one. */
export function endDelimited(out: ByteWriter, start: number): void {
  const sizeBytes = out.length - start
  if (sizeBytes < 0x80) {
    out.bytes[start - 1] = sizeBytes
    return
  }
  const end = out.length
  const lengthBytes = varintBytes(sizeBytes)
  out.reserve(lengthBytes - 1)
  out.bytes.copyWithin(start - 1 + lengthBytes, start, end)
  out.length = start - 1
  writeVarint(out, sizeBytes)
  out.length += sizeBytes
}

function varintBytes(value: number): number {
  let sizeBytes = 1
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) sizeBytes++
  return sizeBytes
}
