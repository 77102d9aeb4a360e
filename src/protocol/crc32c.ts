/** Polynomial of RFC 3720 with its bits reversed. */
const POLYNOMIAL = 0x82f6_3b78
const SLICE_BYTES = 16

/** At `t * 256 + byte`: what the byte contributes when `t` more bytes of a slice follow it. */
const tables = makeTables()

/**
 * CRC-32C of a range, unsigned. Slicing by 16 in plain JavaScript does 1.9 GB/s where the native
 * package does 5.8: 0.04 µs for a record of 100 bytes isn't worth a binary for each platform.
 */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let crc = -1
  let at = start
  for (; at + SLICE_BYTES <= end; at += SLICE_BYTES) {
    crc =
      word(crc ^ view.getInt32(at, true), 12) ^
      word(view.getInt32(at + 4, true), 8) ^
      word(view.getInt32(at + 8, true), 4) ^
      word(view.getInt32(at + 12, true), 0)
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ entry(0, crc ^ view.getUint8(at))
  return ~crc >>> 0
}

/** What four bytes contribute when `after` more bytes of the slice follow them. */
function word(bytes: number, after: number): number {
  return (
    entry(after + 3, bytes) ^
    entry(after + 2, bytes >>> 8) ^
    entry(after + 1, bytes >>> 16) ^
    entry(after, bytes >>> 24)
  )
}

function entry(after: number, byte: number): number {
  return tables[after * 256 + (byte & 0xff)] ?? 0
}

function makeTables(): Int32Array {
  const made = new Int32Array(SLICE_BYTES * 256)
  for (let index = 0; index < made.length; index++) {
    const shorter = made[index - 256] ?? index
    made[index] = index < 256 ? reduce(index) : (shorter >>> 8) ^ (made[shorter & 0xff] ?? 0)
  }
  return made
}

function reduce(byte: number): number {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  return crc
}
