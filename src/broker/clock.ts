import { TIMER_MS_MAX } from '../base/clock.ts'

/** Takes back what was planned; nothing happens when it has run already. */
export type Cancel = () => void

/** Time of a broker, as tests can drive it. */
export interface BrokerClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once, `delayMs` from now; soon for what is overdue. */
  after(delayMs: number, callback: () => void): Cancel
}

export const systemClock: BrokerClock = {
  now: Date.now,
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), TIMER_MS_MAX))
    return () => clearTimeout(timer)
  },
}

interface Planned {
  readonly atMs: number
  readonly callback: () => void
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements BrokerClock {
  #nowMs: number
  readonly #planned = new Set<Planned>()

  constructor(nowMs = Date.now()) {
    this.#nowMs = nowMs
  }

  now(): number {
    return this.#nowMs
  }

  after(delayMs: number, callback: () => void): Cancel {
    const planned = { atMs: this.#nowMs + delayMs, callback }
    this.#planned.add(planned)
    return () => this.#planned.delete(planned)
  }

  /** Moves on and calls back whoever is due on the way, in the order of their times. */
  advance(durationMs: number): void {
    const untilMs = this.#nowMs + durationMs
    for (;;) {
      let next: Planned | null = null
      for (const planned of this.#planned) {
        if (planned.atMs <= untilMs && (next === null || planned.atMs < next.atMs)) next = planned
      }
      if (next === null) break
      this.#planned.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.callback()
    }
    this.#nowMs = untilMs
  }
}
