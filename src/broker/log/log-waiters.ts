import type { Cancel } from '../clock.ts'

/** Somebody who waits until a log has more to read. */
export interface LogWaiter {
  /** Waits for what `read_committed` may see. */
  readonly isCommittedOnly: boolean
  /** There are `sizeBytes` more to read. */
  more(sizeBytes: number): void
  /** Something else happened: a transaction ended, the log was cut or is gone. */
  changed(): void
}

/** Who waits for one partition. */
export class LogWaiters {
  readonly #waiters = new Set<LogWaiter>()

  add(waiter: LogWaiter): Cancel {
    this.#waiters.add(waiter)
    return () => this.#waiters.delete(waiter)
  }

  /** @param isStable Whether `read_committed` sees it too. */
  more(sizeBytes: number, isStable: boolean): void {
    for (const waiter of this.#waiters) {
      if (isStable || !waiter.isCommittedOnly) waiter.more(sizeBytes)
    }
  }

  changed(): void {
    for (const waiter of this.#waiters) waiter.changed()
  }
}
