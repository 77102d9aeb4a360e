import { backoffMs } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import { ConnectError, isRetriable, messageOf } from '../base/errors.ts'
import type { ConnectionConfig } from './connection-config.ts'

export interface Retrying {
  readonly config: ConnectionConfig
  readonly clock: Clock
  /** Ends the waiting with the error that was last seen. */
  readonly signal: AbortSignal
}

/**
 * Tries until it succeeds, fails for good, or `timeoutMs` are over.
 * @param what Names the call in the error: `createTopics orders`.
 * @throws ConnectError KAFKA_TIMEOUT with the addresses that were asked and the last error.
 */
export async function retrying<T>(
  what: string,
  timeoutMs: number,
  { config, clock, signal }: Retrying,
  attempt: () => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  let last: unknown = null
  const expired = clock.sleep(timeoutMs, AbortSignal.any([over.signal, signal])).then(() => {
    const asked = config['bootstrap.servers'].join(', ')
    const reason = last === null ? 'no answer yet' : messageOf(last)
    throw new ConnectError(
      signal.aborted
        ? `${what}: the client was closed`
        : `${what}: not within ${timeoutMs} ms from ${asked}; last error: ${reason}`,
      { code: 'KAFKA_TIMEOUT', cause: last },
    )
  })
  const attempts = async (): Promise<T> => {
    for (let count = 0; ; count++) {
      try {
        return await attempt()
      } catch (error) {
        if (!isRetriable(error)) throw error
        last = error
      }
      if (over.signal.aborted) throw last
      const delayMs = backoffMs(count, config['retry.backoff.ms'], config['retry.backoff.max.ms'])
      await clock.sleep(delayMs, over.signal)
    }
  }
  try {
    return await Promise.race([attempts(), expired])
  } finally {
    over.abort()
    expired.catch(() => {})
  }
}
