import { endianness } from 'node:os'

const buffer = new ArrayBuffer(8)
const halves = new Int32Array(buffer)
const whole = new BigInt64Array(buffer)
const LOW = endianness() === 'LE' ? 0 : 1
const HIGH = 1 - LOW

/** The integer of 64 bits with these halves; steps with bigints would take several times as long. */
export function joinWords(low: number, high: number): bigint {
  halves[LOW] = low
  halves[HIGH] = high
  return whole[0] as bigint
}

/** The halves of the integer that `splitWords` was given last. */
export const words = { low: 0, high: 0 }

export function splitWords(value: bigint): void {
  whole[0] = value
  words.low = halves[LOW] as number
  words.high = halves[HIGH] as number
}
