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
  const deadline = Date.now() + timeoutMs
  let last: unknown
  while (Date.now() < deadline) {
    try {
      if (await holds()) return
      last = undefined
    } catch (error) {
      last = error
    }
    await systemClock.sleep(50)
  }
  throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause: last })
}
