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
export const TIMER_MS_MAX = 2 ** 31 - 1

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
            if (leftMs > TIMER_MS_MAX) wait(leftMs - TIMER_MS_MAX)
            else done()
          },
          Math.min(leftMs, TIMER_MS_MAX),
        )
      }
      let timer: NodeJS.Timeout
      wait(durationMs)
      signal?.addEventListener('abort', done, { once: true })
    })
  },
}
