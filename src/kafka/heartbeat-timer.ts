export interface HeartbeatTimerOptions {
  /**
   * Time to the first sign of life after a rebalance, which doubles up to the interval: one
   * rebalance often leads to another, and only the answer to such a sign tells of it.
   */
  readonly firstMs: number
  readonly intervalMs: number
  beat(): void
}

/** When a member of a group gives its next sign of life. */
export class HeartbeatTimer {
  readonly #options: HeartbeatTimerOptions
  #timer: NodeJS.Timeout | null = null
  #delayMs: number

  constructor(options: HeartbeatTimerOptions) {
    this.#options = options
    this.#delayMs = options.intervalMs
  }

  /** From a rebalance on. */
  restart(): void {
    this.#delayMs = this.#options.firstMs
    this.beatIn(this.#delayMs)
  }

  /** The group will probably rebalance: soon, unless the next one is. */
  hasten(): void {
    if (this.#delayMs > this.#options.firstMs) this.restart()
  }

  /** After one. */
  next(): void {
    this.#delayMs = Math.min(this.#delayMs * 2, this.#options.intervalMs)
    this.beatIn(this.#delayMs)
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
