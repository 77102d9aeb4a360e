import { errorCode } from '../../protocol/error-codes.ts'
import {
  type BatchHeader,
  placeBatch,
  readBatchHeader,
  setLogAppendTime,
} from '../../protocol/record-batch.ts'
import type { Cancel } from '../clock.ts'
import { checkBatches, RefusedRecords } from './append-check.ts'
import type { ByteStore } from './byte-store.ts'
import { encodeTransactionEnd, type TransactionEnd } from './control-batch.ts'
import { findRecord } from './find-record.ts'
import { type LogWaiter, LogWaiters } from './log-waiters.ts'
import { type AbortedRange, ProducerState } from './producer-state.ts'
import { Segment } from './segment.ts'
import type { TimestampOffset } from './segment-index.ts'

/** The one epoch that a partition's only leader ever has. */
export const LEADER_EPOCH = 0

/** What a client gets that knows of another leader epoch; `NONE` for this one and for -1, any. */
export function leaderEpochError(epoch: number): number {
  if (epoch < 0 || epoch === LEADER_EPOCH) return errorCode.NONE
  return errorCode.UNKNOWN_LEADER_EPOCH
}

/** What of a topic's settings a log needs; looked up at every use, as they may change. */
export interface LogSettings {
  readonly batchBytesMax: number
  readonly segmentBytes: number
  readonly isLogAppendTime: boolean
}

export interface PartitionLogOptions {
  readonly topic: string
  readonly partition: number
  readonly settings: () => LogSettings
  readonly now: () => number
  /** Makes the bytes of a new segment. */
  openStore(baseOffset: number): ByteStore
}

export interface Appended {
  readonly baseOffset: number
  /** -1 where records keep the time that their producer gave them. */
  readonly logAppendTimeMs: number
}

export type Isolation = 'uncommitted' | 'committed'

export interface ReadRange {
  /** Whole batches; the first one contains the offset that was asked for. */
  readonly records: Buffer
  /** Aborted transactions with records in the range; empty unless committed records are asked for. */
  readonly aborted: readonly AbortedRange[]
}

/** Records of one partition, in order; every call but `flush` takes effect at once. */
export class PartitionLog {
  readonly topic: string
  readonly partition: number
  readonly producers = new ProducerState()
  readonly #options: PartitionLogOptions
  readonly #segments: Segment[] = []
  readonly #waiters = new LogWaiters()
  #startOffset = 0
  #endOffset = 0

  constructor(options: PartitionLogOptions) {
    this.topic = options.topic
    this.partition = options.partition
    this.#options = options
  }

  /** Offset of the first record that can be read. */
  get startOffset(): number {
    return this.#startOffset
  }

  /** Offset of the next record to be appended; the high watermark too. */
  get endOffset(): number {
    return this.#endOffset
  }

  /** `read_committed` sees what is before it. */
  get lastStableOffset(): number {
    return this.producers.firstOpenOffset ?? this.#endOffset
  }

  get sizeBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.sizeBytes, 0)
  }

  /**
   * Appends what a client sent; sets offsets and times in `records` itself.
   *
   * @throws RefusedRecords where a client's records can't be taken.
   * @throws Error of the file system; the log is as it was.
   */
  append(records: Buffer): Appended {
    const { batchBytesMax, isLogAppendTime } = this.#options.settings()
    const batches = checkBatches(records, batchBytesMax)
    for (const batch of batches) {
      const verdict = this.producers.check(batch)
      if (verdict.kind === 'refused') {
        throw new RefusedRecords(verdict.message, { errorCode: verdict.errorCode })
      }
      if (verdict.kind === 'duplicate') {
        const { baseOffset, timestamp } = verdict.of
        return { baseOffset, logAppendTimeMs: isLogAppendTime ? timestamp : -1 }
      }
    }
    const logAppendTimeMs = isLogAppendTime ? this.#options.now() : -1
    const baseOffset = this.#endOffset
    this.#appendBatches(records, batches, logAppendTimeMs)
    return { baseOffset, logAppendTimeMs }
  }

  /** Appends one batch that the broker made itself. @throws Error of the file system. */
  appendOwn(batch: Buffer): void {
    this.#appendBatches(batch, [ownHeader(batch)], -1)
  }

  /** Ends a producer's transaction. @returns The offset of the marker. */
  appendTransactionEnd(end: TransactionEnd): number {
    const marker = encodeTransactionEnd(end, this.#options.now())
    const batch = ownHeader(marker)
    const offset = this.#endOffset
    this.#place(marker, [batch], -1)
    this.#write(marker, [batch])
    this.producers.end(batch, offset, end.isCommit, end.coordinatorEpoch)
    this.#waiters.changed()
    return offset
  }

  /**
   * Whole batches from the one with `offset` on, at least one if there is any.
   * @param sizeBytesMax Limit for all but the first batch.
   */
  read(offset: number, sizeBytesMax: number, isolation: Isolation): ReadRange {
    const limit = isolation === 'committed' ? this.lastStableOffset : this.#endOffset
    if (offset >= limit) return nothing
    for (let index = this.#segmentIndexOf(offset); index < this.#segments.length; index++) {
      const segment = this.#segments[index]
      if (segment === undefined || segment.baseOffset >= limit) break
      const position = segment.positionOf(offset)
      const end = segment.offsetNext <= limit ? segment.sizeBytes : segment.positionOf(limit)
      if (position >= end) continue
      const records = segment.read(position, end, sizeBytesMax)
      return { records, aborted: this.#abortedIn(offset, records, isolation) }
    }
    return nothing
  }

  /** The first record with at least `timestamp`; both -1 for none. */
  async findTimestamp(timestamp: number): Promise<TimestampOffset> {
    for (const segment of this.#segments) {
      if (segment.index.largest.timestamp < timestamp) continue
      const from = Math.max(segment.index.offsetBefore(timestamp), this.#startOffset)
      const found = await findRecord(segment, from, (time) => time >= timestamp)
      if (found !== null) return found
    }
    return noRecord
  }

  /** The first of the records with the largest timestamp; both -1 for none. */
  async findLargestTimestamp(): Promise<TimestampOffset> {
    const largest = Math.max(...this.#segments.map(({ index }) => index.largest.timestamp))
    return largest < 0 ? noRecord : await this.findTimestamp(largest)
  }

  /**
   * Resolves when everything appended so far is kept as the broker's flush mode asks; null when it
   * is already.
   */
  kept(): Promise<void> | null {
    return null
  }

  /** Lets the log begin at `startOffset`, if it begins before. */
  deleteBefore(startOffset: number): void {
    if (startOffset <= this.#startOffset) return
    this.#startOffset = Math.min(startOffset, this.#endOffset)
    this.producers.forgetBefore(this.#startOffset)
  }

  wait(waiter: LogWaiter): Cancel {
    return this.#waiters.add(waiter)
  }

  /** Lets go of everything; whoever waits is told. */
  close(): void {
    for (const segment of this.#segments) segment.store.close()
    this.#segments.length = 0
    this.#waiters.changed()
  }

  #appendBatches(records: Buffer, batches: readonly BatchHeader[], logAppendTimeMs: number): void {
    let offset = this.#endOffset
    this.#place(records, batches, logAppendTimeMs)
    this.#write(records, batches)
    for (const batch of batches) {
      this.producers.append(batch, offset)
      offset += batch.lastOffset - batch.baseOffset + 1
    }
    this.#waiters.more(records.length, this.producers.firstOpenOffset === null)
  }

  #abortedIn(offset: number, records: Buffer, isolation: Isolation): readonly AbortedRange[] {
    if (isolation !== 'committed' || this.producers.aborted.length === 0) return []
    let end = offset
    for (let at = 0; at < records.length; ) {
      const batch = readBatchHeader(records, at)
      if (batch === null) break
      end = batch.lastOffset + 1
      at = batch.end
    }
    return this.producers.abortedBetween(offset, end)
  }

  #place(records: Buffer, batches: readonly BatchHeader[], logAppendTimeMs: number): void {
    let offset = this.#endOffset
    for (const batch of batches) {
      placeBatch(records, batch, offset, LEADER_EPOCH)
      if (logAppendTimeMs >= 0) setLogAppendTime(records, batch, logAppendTimeMs)
      offset += batch.lastOffset - batch.baseOffset + 1
    }
  }

  #write(records: Buffer, batches: readonly BatchHeader[]): void {
    const segment = this.#segmentFor(records.length)
    segment.append(records, batches, this.#endOffset)
    this.#endOffset = segment.offsetNext
  }

  #segmentFor(sizeBytes: number): Segment {
    const last = this.#segments.at(-1)
    const { segmentBytes } = this.#options.settings()
    const isRoom =
      last !== undefined && (last.sizeBytes === 0 || last.sizeBytes + sizeBytes <= segmentBytes)
    if (isRoom) return last
    const segment = new Segment(this.#endOffset, this.#options.openStore(this.#endOffset))
    this.#segments.push(segment)
    return segment
  }

  /** Index of the last segment that begins at or before `offset`, 0 for none. */
  #segmentIndexOf(offset: number): number {
    const index = this.#segments.findLastIndex((segment) => segment.baseOffset <= offset)
    return Math.max(0, index)
  }
}

const noRecord: TimestampOffset = { timestamp: -1, offset: -1 }

const nothing: ReadRange = { records: Buffer.alloc(0), aborted: [] }

function ownHeader(bytes: Buffer): BatchHeader {
  const batch = readBatchHeader(bytes, 0)
  if (batch === null) throw new TypeError('the batch is cut off')
  return batch
}
