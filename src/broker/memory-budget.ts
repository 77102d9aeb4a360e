/** A connection, as far as its memory is concerned. */
export interface Holder {
  /** Requests that are not complete or not answered, and answers that the client doesn't take. */
  readonly heldBytes: number
  /** When a request was complete, or an answer taken, for the last time. */
  readonly progressMs: number
  /** Gives the memory back, by ending the connection. */
  evict(): void
}

/** A check after so much of the limit went through: it may be exceeded by as much. */
const CHECK_SHARE = 1 / 8

/**
 * Limits the memory of all connections together: of those that hold much, the ones without progress
 * for the longest time are ended. So peers that don't go on make room for those that do.
 */
export class MemoryBudget {
  readonly #limitBytes: number
  readonly #holders: Iterable<Holder>
  #uncheckedBytes = 0
  #isShort: boolean

  /** @param limitBytes Below 0 for no limit. */
  constructor(limitBytes: number, holders: Iterable<Holder>) {
    this.#limitBytes = limitBytes < 0 ? Number.POSITIVE_INFINITY : limitBytes
    this.#holders = holders
    this.#isShort = false
  }

  /** Connections were ended and have not given back their memory. */
  get isShort(): boolean {
    return this.#isShort
  }

  /** A connection has got or is to send so much. */
  add(sizeBytes: number): void {
    this.#uncheckedBytes += sizeBytes
    if (this.#uncheckedBytes < this.#limitBytes * CHECK_SHARE) return
    this.#uncheckedBytes = 0
    this.#check()
  }

  #check(): void {
    const all = Array.from(this.#holders, (holder) => ({ holder, sizeBytes: holder.heldBytes }))
    let totalBytes = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    if (totalBytes <= this.#limitBytes) return
    this.#wait()
    const averageBytes = totalBytes / all.length
    const large = all.filter(({ sizeBytes }) => sizeBytes >= averageBytes)
    for (const { holder, sizeBytes } of large.sort(byProgress)) {
      if (totalBytes <= this.#limitBytes) return
      totalBytes -= sizeBytes
      holder.evict()
    }
  }

  /** Sockets are gone for good one turn of the event loop later. */
  #wait(): void {
    if (this.#isShort) return
    this.#isShort = true
    setImmediate(() =>
      setImmediate(() => {
        this.#isShort = false
      }),
    )
  }
}

interface Held {
  readonly holder: Holder
}

function byProgress(a: Held, b: Held): number {
  return a.holder.progressMs - b.holder.progressMs
}
