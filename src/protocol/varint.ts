/**
 * Kafka's variable-length integers, written at a position of a buffer that has room for them.
 * Each `put` returns the position behind what it wrote.
 * @see https://kafka.apache.org/protocol#protocol_types
 */

export const VARINT_SIZE_BYTES_MAX = 5
export const VARLONG_SIZE_BYTES_MAX = 10

/** @param value 0 to 2^32 - 1. */
export function putUvarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value
  let next = at
  for (; rest > 0x7f; rest >>>= 7) bytes[next++] = (rest & 0x7f) | 0x80
  bytes[next++] = rest
  return next
}

export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  return putUvarint(bytes, at, ((value << 1) ^ (value >> 31)) >>> 0)
}

/** @param value Integer of up to 53 bits. */
export function putVarlong(bytes: Uint8Array, at: number, value: number): number {
  if (value === (value | 0)) return putVarint(bytes, at, value)
  let rest = value < 0 ? -2 * value - 1 : 2 * value
  let next = at
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes[next++] = (rest % 128) | 0x80
  bytes[next++] = rest
  return next
}

export function varintSizeBytes(value: number): number {
  return uvarintSizeBytes(((value << 1) ^ (value >> 31)) >>> 0)
}

/** @param value 0 to 2^32 - 1. */
export function uvarintSizeBytes(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x20_0000) return 3
  return value < 0x1000_0000 ? 4 : 5
}

export function varlongSizeBytes(value: number): number {
  if (value === (value | 0)) return varintSizeBytes(value)
  let rest = value < 0 ? -2 * value - 1 : 2 * value
  let sizeBytes = 1
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) sizeBytes++
  return sizeBytes
}
