import { ConnectError } from '../base/errors.ts'

/** Largest distance from the epoch that a JavaScript Date holds. */
const DATE_MS_MAX = 8_640_000_000_000_000n

/**
 * A point in time too far away for a Date (beyond the year 275760), which 64-bit milliseconds
 * and 32-bit days can still name. Only `getTime` and `valueOf` answer, rounded to a double.
 */
class FarDate extends Date {
  readonly epochMs: bigint

  constructor(epochMs: bigint) {
    super(Number.NaN)
    this.epochMs = epochMs
  }

  override getTime(): number {
    return Number(this.epochMs)
  }

  override valueOf(): number {
    return this.getTime()
  }
}

/** @param epochMs Milliseconds since the epoch, any 64-bit integer. */
export function dateOf(epochMs: bigint): Date {
  const distance = epochMs < 0n ? -epochMs : epochMs
  return distance > DATE_MS_MAX ? new FarDate(epochMs) : new Date(Number(epochMs))
}

/**
 * Milliseconds since the epoch.
 * @throws ConnectError DATA_INVALID for a Date that holds no time.
 */
export function epochMsOf(date: Date): bigint {
  if (date instanceof FarDate) return date.epochMs
  const epochMs = date.getTime()
  if (Number.isNaN(epochMs)) {
    throw new ConnectError('Invalid value: a Date that holds no time', { code: 'DATA_INVALID' })
  }
  return BigInt(epochMs)
}
