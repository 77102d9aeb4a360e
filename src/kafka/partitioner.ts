const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995

/**
 * Partition of a key, as the Java client chooses it: consumers of both find a key's records together.
 *
 * @param bytes Holds the key from `start` to `end`.
 */
export function partitionOfKey(
  bytes: Uint8Array,
  start: number,
  end: number,
  partitions: number,
): number {
  return (murmur2(bytes, start, end) & 0x7fffffff) % partitions
}

/** 32-bit MurmurHash2 with the seed that Kafka uses. */
function murmur2(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length)
  const whole = length & ~3
  let hash = SEED ^ length
  for (let index = 0; index < whole; index += 4) {
    let word = Math.imul(view.getInt32(index, true), MULTIPLIER)
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ word
  }
  if (length > whole) {
    for (let index = length - 1; index >= whole; index--) {
      hash ^= view.getUint8(index) << ((index - whole) * 8)
    }
    hash = Math.imul(hash, MULTIPLIER)
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return hash ^ (hash >>> 15)
}
