import type { Clock } from '../base/clock.ts'
import type { SourceRecord } from '../data/record.ts'
import { TransactionRequests } from './transaction-requests.ts'

/** How a transaction ends; the offsets are committed after an abort too. */
export type TransactionEnd = 'commit' | 'abort'

/** Where the transactions of a source task end. */
export interface TransactionBoundary {
  /** null: the transaction goes on after this record. */
  afterRecord(record: SourceRecord): TransactionEnd | null
  afterBatch(): TransactionEnd | null
  /** When the task pauses or ends without a failure. */
  atEnd(): TransactionEnd | null
  /** The task begins to send, or goes on after a pause. */
  begin(): void
  /** What the task is given to set boundaries itself; null unless it may. */
  readonly requests: TransactionRequests | null
}

export interface BoundarySettings {
  /** `transaction.boundary` */
  readonly kind: string
  /** For `interval`. */
  readonly intervalMs: number
}

export function transactionBoundary(
  { kind, intervalMs }: BoundarySettings,
  clock: Clock,
): TransactionBoundary {
  switch (kind.toLowerCase()) {
    case 'interval':
      return intervalBoundary(intervalMs, clock)
    case 'connector':
      return connectorBoundary(new TransactionRequests())
    default:
      return {
        afterRecord: () => null,
        afterBatch: () => 'commit',
        atEnd: () => 'commit',
        begin() {},
        requests: null,
      }
  }
}

function intervalBoundary(intervalMs: number, clock: Clock): TransactionBoundary {
  let endsAt = 0
  const begin = () => {
    endsAt = clock.elapsed() + intervalMs
  }
  return {
    afterRecord: () => null,
    afterBatch() {
      if (clock.elapsed() < endsAt) return null
      begin()
      return 'commit'
    },
    atEnd: () => 'commit',
    begin,
    requests: null,
  }
}

function connectorBoundary(requests: TransactionRequests): TransactionBoundary {
  return {
    afterRecord: (record) => requests.takeFor(record),
    afterBatch: () => requests.takeForBatch(),
    atEnd: () => requests.takeForBatch(),
    begin() {},
    requests,
  }
}
