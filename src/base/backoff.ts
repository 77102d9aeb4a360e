/**
 * Delay before another attempt: doubles from `minMs` to `maxMs`, a fifth more or less at random,
 * so that many clients do not come back in step.
 *
 * @param attempt 0 for the first retry.
 * @param random Uniform in [0, 1); injected so that tests are exact.
 */
export function backoffMs(
  attempt: number,
  minMs: number,
  maxMs: number,
  random: () => number = Math.random,
): number {
  const delayMs = Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30))
  return Math.round(delayMs * (0.8 + 0.4 * random()))
}
