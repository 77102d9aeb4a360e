/** First delay of the error-handling operator, as in Apache Kafka Connect. */
const DELAY_MIN_MS = 300

/**
 * How long to wait before a stage (convert, transform) is tried again.
 *
 * @param attempt 1 for the first retry.
 * @param delayMaxMs `errors.retry.delay.max.ms`, at least 1.
 * @param random Uniform in [0, 1).
 * @returns Milliseconds: 300, 600, 1200, … up to the limit. Past it, a uniform part of
 *   `delayMaxMs`, so that many failing tasks do not retry in step.
 */
export function retryDelayMs(attempt: number, delayMaxMs: number, random: () => number): number {
  const delayMs = DELAY_MIN_MS * 2 ** (attempt - 1)
  return delayMs <= delayMaxMs ? delayMs : Math.floor(random() * delayMaxMs)
}
