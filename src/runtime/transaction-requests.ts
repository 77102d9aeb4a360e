import { ConnectError } from '../base/errors.ts'
import type { SourceRecord } from '../data/record.ts'
import type { TransactionContext } from '../sdk/source-task.ts'
import type { TransactionEnd } from './transaction-boundary.ts'

/** Ends of transactions that a source task has asked for and that have not come yet. */
export class TransactionRequests implements TransactionContext {
  readonly #records = new Map<SourceRecord, TransactionEnd>()
  #batch: TransactionEnd | null = null

  commitTransaction(record?: SourceRecord): void {
    this.#ask('commit', record)
  }

  abortTransaction(record?: SourceRecord): void {
    this.#ask('abort', record)
  }

  takeFor(record: SourceRecord): TransactionEnd | null {
    // Few records are named, if any.
    if (this.#records.size === 0) return null
    const end = this.#records.get(record) ?? null
    this.#records.delete(record)
    return end
  }

  takeForBatch(): TransactionEnd | null {
    const end = this.#batch
    this.#batch = null
    return end
  }

  #ask(end: TransactionEnd, record: SourceRecord | undefined): void {
    const former = record === undefined ? this.#batch : this.#records.get(record)
    if (former != null && former !== end) {
      const what = record === undefined ? 'the same batch' : 'the same record'
      throw new ConnectError(
        `The task asked for both a commit and an abort of the transaction after ${what}`,
        { code: 'WORKER_STATE' },
      )
    }
    if (record === undefined) this.#batch = end
    else this.#records.set(record, end)
  }
}
