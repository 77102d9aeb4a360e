import type { Clock } from '../../src/base/clock.ts'

interface Sleeper {
  readonly untilMs: number
  readonly wake: () => void
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs = Date.parse('2026-01-01T00:00:00Z')
  readonly #sleepers = new Set<Sleeper>()

  now(): number {
    return this.#nowMs
  }

  elapsed(): number {
    return this.#nowMs
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const sleeper: Sleeper = { untilMs: this.#nowMs + durationMs, wake: () => wake() }
      const wake = () => {
        this.#sleepers.delete(sleeper)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', wake, { once: true })
    })
  }

  /** Moves on by `durationMs`, wakes whoever is due, and lets them work. */
  async advance(durationMs: number): Promise<void> {
    this.#nowMs += durationMs
    for (const { untilMs, wake } of this.#sleepers) if (untilMs <= this.#nowMs) wake()
    await settle()
  }
}

/** Lets all work go on that waits for no time, file or network. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve))
}
