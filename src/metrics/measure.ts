/** How long ago values still count, and the clock that says so. */
export interface Timing {
  /** `metrics.num.samples` */
  readonly samples: number
  /** `metrics.sample.window.ms` */
  readonly windowMs: number
  /** As `Clock.elapsed`. */
  elapsed(): number
}

/** A window in one array, as numbers: objects would be memory of every task. */
const START = 0
const SUM = 1
const COUNT = 2
const MAX = 3
const MIN = 4
const SIZE = 5

/**
 * What happened in the last windows, and in total. Recording costs some additions and no memory;
 * the statistics are made when they are asked for, with the meaning that they have in Kafka.
 */
export class Measure {
  readonly #timing: Timing
  readonly #windows: number[] = []
  #current = 0
  #total = 0
  #count = 0

  constructor(timing: Timing) {
    this.#timing = timing
  }

  record(value: number): void {
    const at = this.#window(this.#timing.elapsed())
    const windows = this.#windows
    windows[at + SUM] = (windows[at + SUM] as number) + value
    windows[at + COUNT] = (windows[at + COUNT] as number) + 1
    if (value > (windows[at + MAX] as number)) windows[at + MAX] = value
    if (value < (windows[at + MIN] as number)) windows[at + MIN] = value
    this.#total += value
    this.#count++
  }

  /** Sum of everything since the start. */
  get total(): number {
    return this.#total
  }

  /** How many values there were since the start. */
  get count(): number {
    return this.#count
  }

  /** NaN without values, as the next two. */
  get avg(): number {
    let sum = 0
    let count = 0
    for (const at of this.#recent()) {
      sum += this.#windows[at + SUM] as number
      count += this.#windows[at + COUNT] as number
    }
    return sum / count
  }

  get max(): number {
    const all = this.#recent().map((at) => this.#windows[at + MAX] as number)
    return all.length === 0 ? Number.NaN : Math.max(...all)
  }

  get min(): number {
    const all = this.#recent().map((at) => this.#windows[at + MIN] as number)
    return all.length === 0 ? Number.NaN : Math.min(...all)
  }

  /** Sum per second. Windows that have yet to pass count as if nothing had happened in them. */
  get rate(): number {
    return this.#perSecond(SUM)
  }

  /** Values per second, likewise. */
  get countRate(): number {
    return this.#perSecond(COUNT)
  }

  #perSecond(field: number): number {
    const { samples, windowMs, elapsed } = this.#timing
    const nowMs = elapsed()
    let sum = 0
    let oldestMs = nowMs
    for (const at of this.#recent()) {
      sum += this.#windows[at + field] as number
      oldestMs = Math.min(oldestMs, this.#windows[at + START] as number)
    }
    const elapsedMs = nowMs - oldestMs
    const missing = Math.max(0, samples - 1 - Math.floor(elapsedMs / windowMs))
    return sum / (Math.max(elapsedMs + missing * windowMs, windowMs) / 1000)
  }

  /** Where the window of this moment begins. */
  #window(nowMs: number): number {
    const { samples, windowMs } = this.#timing
    const windows = this.#windows
    if (windows.length > 0) {
      if (nowMs - (windows[this.#current + START] as number) < windowMs) return this.#current
      this.#current = (this.#current + SIZE) % (samples * SIZE)
    }
    const at = this.#current
    windows[at + START] = nowMs
    windows[at + SUM] = 0
    windows[at + COUNT] = 0
    windows[at + MAX] = Number.NEGATIVE_INFINITY
    windows[at + MIN] = Number.POSITIVE_INFINITY
    return at
  }

  #recent(): readonly number[] {
    const { samples, windowMs, elapsed } = this.#timing
    const sinceMs = elapsed() - samples * windowMs
    const recent: number[] = []
    for (let at = 0; at < this.#windows.length; at += SIZE) {
      if ((this.#windows[at + START] as number) > sinceMs) recent.push(at)
    }
    return recent
  }
}
