/** Time as tests can drive it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds since some moment: nobody sets this clock, so spans are measured by it. */
  elapsed(): number
  /** Resolves after `durationMs`, or at once when `signal` aborts. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>
}

/** Node fires a longer timer at once. */
const TIMER_MAX_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  sleep(durationMs, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const wait = (leftMs: number) => {
        timer = setTimeout(
          () => {
            if (leftMs > TIMER_MAX_MS) wait(leftMs - TIMER_MAX_MS)
            else done()
          },
          Math.min(leftMs, TIMER_MAX_MS),
        )
      }
      let timer: NodeJS.Timeout
      wait(durationMs)
      signal?.addEventListener('abort', done, { once: true })
    })
  },
}
