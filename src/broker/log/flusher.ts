import { setImmediate } from 'node:timers/promises'

/**
 * Group commit: everybody who asks while a flush is under way waits for the next one, which is for
 * all of them.
 */
export class Flusher {
  readonly #flush: () => Promise<void>
  #running: Promise<void> | null = null
  #next: Promise<void> | null = null

  constructor(flush: () => Promise<void>) {
    this.#flush = flush
  }

  /** Resolves when all that was done before the call is on the disk. */
  request(): Promise<void> {
    this.#next ??= this.#start(this.#running)
    return this.#next
  }

  async #start(previous: Promise<void> | null): Promise<void> {
    // What other connections have sent already goes with the same flush.
    if (previous === null) await setImmediate()
    else await previous.catch(() => {})
    this.#running = this.#next
    this.#next = null
    const mine = this.#running
    try {
      await this.#flush()
    } finally {
      if (this.#running === mine) this.#running = null
    }
  }
}
