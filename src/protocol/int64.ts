const INT64_MAX = 2 ** 63
const HIGH_UNIT = 2 ** 32

/** The nearest number: exact up to 2^53, which no offset, producer id or clock reaches. */
export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * HIGH_UNIT + bytes.readUInt32BE(at + 4)
}

/** The nearest 64-bit integer: 2^63 is what `readInt64` makes of the largest one. */
export function writeInt64(bytes: Buffer, value: number, at: number): void {
  const high = Math.floor(value / HIGH_UNIT)
  bytes.writeInt32BE(value >= INT64_MAX ? 0x7fff_ffff : high, at)
  bytes.writeUInt32BE(value >= INT64_MAX ? 0xffff_ffff : value - high * HIGH_UNIT, at + 4)
}
