/** By their numbers in the log. */
export const transactionStates = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
] as const

export type TransactionState = (typeof transactionStates)[number]

export function isTransactionState(name: string): name is TransactionState {
  return transactionStates.some((state) => state === name)
}

/** Partitions by their topics. */
export type Partitions = ReadonlyMap<string, ReadonlySet<number>>

export const noPartitions: Partitions = new Map()

/** What is known of a transactional id. */
export interface Transaction {
  readonly id: string
  readonly producerId: number
  /** -1 for a new one, until its first producer has it. */
  readonly producerEpoch: number
  /** The epoch before, for a producer that asks again; -1 for none. */
  readonly lastEpoch: number
  /** The producer id before, whose epochs were used up; -1 for none. */
  readonly previousProducerId: number
  /** The producer id after this end, as the epochs are used up; -1 for none. */
  readonly nextProducerId: number
  readonly timeoutMs: number
  readonly state: TransactionState
  readonly partitions: Partitions
  readonly lastUpdateMs: number
  /** -1 for none. */
  readonly startMs: number
}

/** The largest epoch is left for the abort of a producer that has the one before. */
export const EPOCH_MAX = 2 ** 15 - 1

export function isEpochExhausted({ producerEpoch }: Pick<Transaction, 'producerEpoch'>): boolean {
  return producerEpoch >= EPOCH_MAX - 1
}

/** Whether the end is decided but not yet in all partitions. */
export function isEnding({ state }: Transaction): boolean {
  return state === 'PrepareCommit' || state === 'PrepareAbort'
}

/** Whether nothing is open, so that it may be forgotten when it is old. */
export function isOver({ state }: Transaction): boolean {
  return state === 'Empty' || state === 'CompleteCommit' || state === 'CompleteAbort'
}

export function hasAll(transaction: Transaction, partitions: Partitions): boolean {
  for (const [topic, numbers] of partitions) {
    const known = transaction.partitions.get(topic)
    for (const number of numbers) if (known?.has(number) !== true) return false
  }
  return true
}

/** The transaction with more partitions; it begins when there is none yet. */
export function withPartitions(
  transaction: Transaction,
  partitions: Partitions,
  nowMs: number,
): Transaction {
  const isOngoing = transaction.state === 'Ongoing'
  const all = new Map(isOngoing ? transaction.partitions : noPartitions)
  for (const [topic, numbers] of partitions) {
    all.set(topic, new Set([...(all.get(topic) ?? []), ...numbers]))
  }
  const startMs = isOngoing ? transaction.startMs : nowMs
  return { ...transaction, state: 'Ongoing', partitions: all, startMs, lastUpdateMs: nowMs }
}

export function prepared(transaction: Transaction, isCommit: boolean, nowMs: number): Transaction {
  const state = isCommit ? 'PrepareCommit' : 'PrepareAbort'
  return { ...transaction, state, lastUpdateMs: nowMs }
}

/**
 * Decides the end as `prepared` does; the producer goes on with the next epoch, so that nothing of
 * what it sent before can come later.
 * @param nextProducerId See there.
 */
export function renewed(
  transaction: Transaction,
  isCommit: boolean,
  nextProducerId: number,
  nowMs: number,
): Transaction {
  const { producerEpoch: lastEpoch } = transaction
  const producerEpoch = lastEpoch + 1
  return prepared({ ...transaction, producerEpoch, lastEpoch, nextProducerId }, isCommit, nowMs)
}

/** Whether the end was decided for a producer as it was before it: then it asks again. */
export function isRenewedFrom(
  known: Transaction,
  { producerId, producerEpoch }: Pick<Transaction, 'producerId' | 'producerEpoch'>,
): boolean {
  if (known.state === 'Empty' || known.state === 'Ongoing') return false
  const isRotated = known.producerEpoch === 0 && isEpochExhausted({ producerEpoch })
  return isRotated
    ? producerId === known.previousProducerId
    : producerId === known.producerId && producerEpoch === known.producerEpoch - 1
}

/** To give up a transaction whose producer must not go on. */
export function fenced(transaction: Transaction, nowMs: number): Transaction {
  const producerEpoch = Math.min(transaction.producerEpoch + 1, EPOCH_MAX)
  return prepared({ ...transaction, producerEpoch, lastEpoch: -1 }, false, nowMs)
}

export function completed(transaction: Transaction, nowMs: number): Transaction {
  const state = transaction.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort'
  const over = { ...transaction, state, partitions: noPartitions, lastUpdateMs: nowMs } as const
  const { producerId: previousProducerId, nextProducerId: producerId } = transaction
  if (producerId < 0) return over
  return { ...over, producerId, producerEpoch: 0, previousProducerId, nextProducerId: -1 }
}
