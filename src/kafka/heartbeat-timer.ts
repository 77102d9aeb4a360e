import type { Clock } from '../base/clock.ts'

export interface HeartbeatTimerOptions {
  /**
   * Time to the first sign of life after a rebalance, which doubles up to the interval: one
   * rebalance often leads to another, and only the answer to such a sign tells of it.
   */
  readonly firstMs: number
  readonly intervalMs: number
  readonly clock: Clock
  beat(): void
}

/** Time that a sign of life of another member may take to the broker. */
const WAY_MS = 100

/**
 * Interval of at most `intervalMs` with which a sign of life follows right after the session of
 * another member has ended whose signs were given at the same times: that is when the broker tells
 * that it has died.
 */
export function heartbeatInterval(intervalMs: number, sessionMs: number): number {
  const periodMs = sessionMs + WAY_MS
  return periodMs / Math.ceil(periodMs / intervalMs)
}

/**
 * When a member of a group gives its next sign of life. The times count from the rebalance, which
 * ends for all members at once: so they give their signs together, and learn together of the next.
 */
export class HeartbeatTimer {
  readonly #options: HeartbeatTimerOptions
  #timer: NodeJS.Timeout | null = null
  #delayMs: number
  #dueMs = 0

  constructor(options: HeartbeatTimerOptions) {
    this.#options = options
    this.#delayMs = options.intervalMs
  }

  /** From a rebalance on. */
  restart(): void {
    const { firstMs, clock } = this.#options
    this.#delayMs = firstMs
    this.#dueMs = clock.elapsed() + firstMs
    this.beatIn(firstMs)
  }

  /** The group will probably rebalance: soon, unless the next one is. */
  hasten(): void {
    if (this.#delayMs > this.#options.firstMs) this.restart()
  }

  /** After one. */
  next(): void {
    const { intervalMs, clock } = this.#options
    this.#delayMs = Math.min(this.#delayMs * 2, intervalMs)
    const nowMs = clock.elapsed()
    const dueMs = this.#dueMs + this.#delayMs
    // It may have been held up for longer than that.
    this.#dueMs = dueMs > nowMs ? dueMs : nowMs + this.#delayMs
    this.beatIn(this.#dueMs - nowMs)
  }

  beatIn(delayMs: number): void {
    this.stop()
    this.#timer = setTimeout(() => this.#options.beat(), delayMs)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
