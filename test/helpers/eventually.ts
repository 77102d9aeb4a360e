import { systemClock } from '../../src/base/clock.ts'

/**
 * Asks again and again until `holds` gives true; errors count as not yet.
 * @param what Named in the error when the time is over.
 */
export async function eventually(
  what: string,
  timeoutMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadlineMs = systemClock.elapsed() + timeoutMs
  let last: unknown
  for (;;) {
    // Once more when the time is over: a busy machine may have let it pass unused.
    const isLast = systemClock.elapsed() >= deadlineMs
    try {
      if (await holds()) return
      last = undefined
    } catch (error) {
      last = error
    }
    if (isLast) throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause: last })
    await systemClock.sleep(50)
  }
}
