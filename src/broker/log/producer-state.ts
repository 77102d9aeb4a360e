import { errorCode } from '../../protocol/error-codes.ts'
import type { BatchHeader } from '../../protocol/record-batch.ts'

/** How many batches of a producer are remembered: as many as it may have in flight. */
const BATCHES_MAX = 5
const SEQUENCE_MAX = 2 ** 31 - 1

/** A batch that the log has. */
export interface AppendedBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  readonly timestamp: number
}

/** What a partition knows of one idempotent or transactional producer. */
export interface ProducerEntry {
  readonly producerId: number
  epoch: number
  /** The newest, oldest first; none after a new epoch began with a marker. */
  batches: AppendedBatch[]
  /** Where its open transaction begins; null for none. */
  transactionStart: number | null
  coordinatorEpoch: number
  lastTimestamp: number
}

/** A transaction that was given up, and where it is in the log. */
export interface AbortedRange {
  readonly producerId: number
  readonly firstOffset: number
  /** Offset of its marker. */
  readonly lastOffset: number
  /** Last stable offset after it. */
  readonly lastStableOffset: number
}

interface ProducerSnapshot {
  readonly entries: readonly ProducerEntry[]
  readonly aborted: AbortedRange[]
}

/** Whether a batch is new, was appended before, or may not be appended. */
export type Verdict =
  | { readonly kind: 'new' }
  | { readonly kind: 'duplicate'; readonly of: AppendedBatch }
  | { readonly kind: 'refused'; readonly errorCode: number; readonly message: string }

const isNew: Verdict = { kind: 'new' }

/**
 * Producers of one partition: sequences, open transactions, and transactions that were given up.
 * Follows the log, batch by batch.
 */
export class ProducerState {
  readonly entries = new Map<number, ProducerEntry>()
  /** Producer ids with an open transaction, in the order in which these began. */
  readonly #open = new Map<number, number>()
  /** In the order of their markers. */
  #aborted: AbortedRange[] = []

  /** @param text What `toText` gave. @returns null for something else. */
  static parse(text: string): ProducerState | null {
    try {
      const { entries, aborted } = JSON.parse(text) as ProducerSnapshot
      const state = new ProducerState()
      for (const entry of entries) state.entries.set(entry.producerId, entry)
      state.#aborted = aborted
      const open = entries.flatMap(({ producerId, transactionStart: start }) =>
        start === null ? [] : [{ producerId, start }],
      )
      for (const { producerId, start } of open.sort((a, b) => a.start - b.start)) {
        state.#open.set(producerId, start)
      }
      return state
    } catch {
      return null
    }
  }

  /** All of the state, to go on with after a restart. */
  toText(): string {
    const snapshot: ProducerSnapshot = {
      entries: [...this.entries.values()],
      aborted: this.#aborted,
    }
    return JSON.stringify(snapshot)
  }

  /** Where the oldest open transaction begins; null for none. */
  get firstOpenOffset(): number | null {
    for (const offset of this.#open.values()) return offset
    return null
  }

  /** Whether a batch is part of a transaction that has begun here. */
  isOpen({ producerId, producerEpoch }: BatchHeader): boolean {
    const entry = this.entries.get(producerId)
    return entry?.epoch === producerEpoch && entry.transactionStart !== null
  }

  get aborted(): readonly AbortedRange[] {
    return this.#aborted
  }

  /** Whether a batch from a client may be appended. */
  check(batch: BatchHeader): Verdict {
    if (batch.producerId < 0) return isNew
    const entry = this.entries.get(batch.producerId)
    if (entry === undefined) return isNew
    if (batch.producerEpoch < entry.epoch) {
      return refused(
        errorCode.INVALID_PRODUCER_EPOCH,
        `epoch ${batch.producerEpoch} of producer ${batch.producerId} is older than ${entry.epoch}`,
      )
    }
    const lastSequence = sequenceAfter(batch.baseSequence, batch.lastOffset - batch.baseOffset)
    const known = duplicateOf(entry, batch, lastSequence)
    if (known !== undefined) return { kind: 'duplicate', of: known }
    const expected = expectedSequence(entry, batch)
    if (expected !== null && batch.baseSequence !== expected) {
      return refused(
        errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        `producer ${batch.producerId} sent sequence ${batch.baseSequence} instead of ${expected}`,
      )
    }
    if (entry.transactionStart !== null && !batch.isTransactional) {
      return refused(
        errorCode.INVALID_TXN_STATE,
        `producer ${batch.producerId} has an open transaction and wrote outside of it`,
      )
    }
    return isNew
  }

  /** Takes a batch of records, now in the log at `baseOffset`, into account. */
  append(batch: BatchHeader, baseOffset: number): void {
    if (batch.producerId < 0) return
    const entry = this.#entry(batch.producerId, batch.producerEpoch)
    // The broker's own batches in a transaction, offsets of a group, have no sequence.
    if (batch.baseSequence >= 0) remember(entry, batch, baseOffset)
    entry.lastTimestamp = batch.maxTimestamp
    if (batch.isTransactional && entry.transactionStart === null) {
      entry.transactionStart = baseOffset
      this.#open.set(batch.producerId, baseOffset)
    }
  }

  /** Takes the end of a transaction, now in the log at `offset`, into account. */
  end(batch: BatchHeader, offset: number, isCommit: boolean, coordinatorEpoch: number): void {
    const entry = this.#entry(batch.producerId, batch.producerEpoch)
    const firstOffset = entry.transactionStart
    entry.transactionStart = null
    entry.coordinatorEpoch = coordinatorEpoch
    entry.lastTimestamp = batch.maxTimestamp
    this.#open.delete(batch.producerId)
    if (firstOffset === null || isCommit) return
    const lastStableOffset = this.firstOpenOffset ?? offset + 1
    const { producerId } = batch
    this.#aborted.push({ producerId, firstOffset, lastOffset: offset, lastStableOffset })
  }

  /** Aborted transactions that have records from `start` up to before `end`. */
  abortedBetween(start: number, end: number): AbortedRange[] {
    return this.#aborted.filter((range) => range.lastOffset >= start && range.firstOffset < end)
  }

  /** Whether a batch in the log is part of a transaction that was given up. */
  isAborted({ producerId, baseOffset, isTransactional }: BatchHeader): boolean {
    return (
      isTransactional &&
      this.#aborted.some(
        (range) =>
          range.producerId === producerId &&
          range.firstOffset <= baseOffset &&
          baseOffset < range.lastOffset,
      )
    )
  }

  /** Forgets what is only about offsets before `offset`. */
  forgetBefore(offset: number): void {
    this.#aborted = this.#aborted.filter((range) => range.lastOffset >= offset)
  }

  /** Forgets producers without an open transaction that wrote nothing since `timestamp`. */
  expire(timestamp: number): void {
    for (const { producerId, lastTimestamp, transactionStart } of this.entries.values()) {
      if (transactionStart === null && lastTimestamp < timestamp) this.entries.delete(producerId)
    }
  }

  #entry(producerId: number, epoch: number): ProducerEntry {
    const known = this.entries.get(producerId)
    if (known !== undefined) {
      if (known.epoch !== epoch) {
        known.epoch = epoch
        known.batches = []
      }
      return known
    }
    const entry: ProducerEntry = {
      producerId,
      epoch,
      batches: [],
      transactionStart: null,
      coordinatorEpoch: -1,
      lastTimestamp: -1,
    }
    this.entries.set(producerId, entry)
    return entry
  }
}

function refused(code: number, message: string): Verdict {
  return { kind: 'refused', errorCode: code, message }
}

function remember(entry: ProducerEntry, batch: BatchHeader, baseOffset: number): void {
  entry.batches.push({
    firstSequence: batch.baseSequence,
    lastSequence: sequenceAfter(batch.baseSequence, batch.lastOffset - batch.baseOffset),
    baseOffset,
    timestamp: batch.maxTimestamp,
  })
  if (entry.batches.length > BATCHES_MAX) entry.batches.shift()
}

function duplicateOf(
  entry: ProducerEntry,
  batch: BatchHeader,
  lastSequence: number,
): AppendedBatch | undefined {
  if (entry.epoch !== batch.producerEpoch) return undefined
  return entry.batches.find(
    (known) => known.firstSequence === batch.baseSequence && known.lastSequence === lastSequence,
  )
}

/** null when any sequence may come next. */
function expectedSequence(entry: ProducerEntry, batch: BatchHeader): number | null {
  if (entry.epoch !== batch.producerEpoch) return 0
  const last = entry.batches.at(-1)
  return last === undefined ? 0 : sequenceAfter(last.lastSequence, 1)
}

function sequenceAfter(sequence: number, count: number): number {
  const next = sequence + count
  return next > SEQUENCE_MAX ? next - SEQUENCE_MAX - 1 : next
}
