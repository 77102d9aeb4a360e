import type { Clock } from '../base/clock.ts'

/** @returns false when `work` has not settled after `timeoutMs`. Rejects as `work` does. */
export async function settlesWithin(
  work: Promise<unknown>,
  timeoutMs: number,
  clock: Clock,
): Promise<boolean> {
  const settled = new AbortController()
  try {
    return await Promise.race([
      work.then(() => true),
      clock.sleep(Math.max(timeoutMs, 0), settled.signal).then(() => false),
    ])
  } finally {
    settled.abort()
  }
}
