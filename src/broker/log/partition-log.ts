import { type BatchHeader, readBatchHeader } from '../../protocol/record-batch.ts'
import type { FlushMode } from '../broker-config.ts'
import type { Cancel } from '../clock.ts'
import type { LogStorage } from '../storage/log-storage.ts'
import { StorageError } from '../storage/storage-error.ts'
import type { Admission } from '../transactions/admission.ts'
import {
  checkBatches,
  checkKeys,
  checkTimes,
  RefusedRecords,
  type TimeLimits,
} from './append-check.ts'
import { Compaction } from './compaction.ts'
import type { CompactionSettings } from './compaction-plan.ts'
import { encodeTransactionEnd, type TransactionEnd } from './control-batch.ts'
import { findLargestTimestamp, findTimestamp, type TimestampOffset } from './find-timestamp.ts'
import { Flusher } from './flusher.ts'
import { type LogWaiter, LogWaiters } from './log-waiters.ts'
import { offsetAfter, placeBatches } from './place-batches.ts'
import type { AbortedRange, AppendedBatch, ProducerState } from './producer-state.ts'
import { recoverLog } from './recovery.ts'
import { expiredSegments, type RetentionSettings } from './retention.ts'
import type { Segment } from './segment.ts'
import type { SegmentList } from './segment-list.ts'

/** What of a topic's settings a log needs. */
export interface LogSettings extends RetentionSettings, CompactionSettings, TimeLimits {
  readonly batchBytesMax: number
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly isLogAppendTime: boolean
}

export interface PartitionLogOptions {
  readonly topic: string
  readonly partition: number
  readonly storage: LogStorage
  readonly flush: FlushMode
  /** Asked at every use, as settings may change. */
  settings(): LogSettings
  now(): number
  /** Told what is wrong with the storage. */
  report(message: string): void
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

/** Records of one partition, in order. */
export class PartitionLog {
  readonly topic: string
  readonly partition: number
  readonly producers: ProducerState
  readonly #options: PartitionLogOptions
  readonly #segments: SegmentList
  readonly #waiters = new LogWaiters()
  readonly #flusher = new Flusher(() => this.#flush())
  /** Closed segments that are not on the disk yet. */
  readonly #unsealed = new Set<Segment>()
  readonly #compaction: Compaction
  #startOffset: number
  #endOffset: number
  #highWatermark: number
  /** Up to where everything is on the disk. */
  #flushedOffset: number
  /** What clients don't see yet: bytes, and whether a transaction ended. */
  #unseenBytes = 0
  #hasUnseenEnd: boolean
  #isClosed: boolean

  /** @param startOffset Where the log begins, unless its first segment begins later. */
  constructor(options: PartitionLogOptions, startOffset = 0) {
    this.topic = options.topic
    this.partition = options.partition
    this.#options = options
    const found = recoverLog(options.storage, options.report)
    this.#segments = found.segments
    this.producers = found.producers
    this.#compaction = new Compaction({
      storage: options.storage,
      segments: found.segments,
      producers: found.producers,
      isOpen: () => !this.#isClosed,
    })
    this.#startOffset = Math.max(startOffset, found.startOffset)
    this.#endOffset = Math.max(found.endOffset, this.#startOffset)
    this.#highWatermark = this.#endOffset
    this.#flushedOffset = this.#endOffset
    this.#hasUnseenEnd = false
    this.#isClosed = false
  }

  /** Offset of the first record that can be read. */
  get startOffset(): number {
    return this.#startOffset
  }

  /** Offset of the next record to be appended. */
  get endOffset(): number {
    return this.#endOffset
  }

  /** Clients see what is before it: all, or what is on the disk where that is asked for. */
  get highWatermark(): number {
    return this.#highWatermark
  }

  /** `read_committed` sees what is before it. */
  get lastStableOffset(): number {
    return Math.min(this.producers.firstOpenOffset ?? this.#highWatermark, this.#highWatermark)
  }

  get sizeBytes(): number {
    return this.#segments.sizeBytes
  }

  /**
   * Appends what a client sent; sets offsets and times in `records` itself.
   *
   * @param admit Asked about batches of transactions.
   * @throws RefusedRecords where a client's records can't be taken.
   * @throws StorageError; the log is as it was.
   */
  append(records: Buffer, admit: Admission | null = null): Appended {
    const settings = this.#options.settings()
    const { isLogAppendTime } = settings
    const batches = checkBatches(records, settings.batchBytesMax)
    if (settings.isCompacted) checkKeys(records, batches)
    if (!isLogAppendTime) checkTimes(batches, this.#options.now(), settings)
    for (const batch of batches) {
      const earlier = this.#find(batch, admit)
      if (earlier === null) continue
      const { baseOffset, timestamp } = earlier
      return { baseOffset, logAppendTimeMs: isLogAppendTime ? timestamp : -1 }
    }
    const logAppendTimeMs = isLogAppendTime ? this.#options.now() : -1
    const baseOffset = this.#endOffset
    this.#appendBatches(records, batches, logAppendTimeMs)
    return { baseOffset, logAppendTimeMs }
  }

  /** Appends one batch that the broker made itself. @throws StorageError */
  appendOwn(batch: Buffer): void {
    this.#appendBatches(batch, [ownHeader(batch)], -1)
  }

  /** Ends a producer's transaction. @returns The offset of the marker. @throws StorageError */
  appendTransactionEnd(end: TransactionEnd): number {
    const marker = encodeTransactionEnd(end, this.#options.now())
    const batch = ownHeader(marker)
    const offset = this.#endOffset
    placeBatches(marker, [batch], offset, -1)
    this.#write(marker, [batch])
    this.producers.end(batch, offset, end.isCommit, end.coordinatorEpoch)
    this.#hasUnseenEnd = true
    this.#show()
    return offset
  }

  /**
   * Whole batches from the one with `offset` on, at least one if there is any.
   * @param sizeBytesMax Limit for all but the first batch.
   */
  read(offset: number, sizeBytesMax: number, isolation: Isolation): ReadRange {
    const limit = isolation === 'committed' ? this.lastStableOffset : this.#highWatermark
    if (offset >= limit) return nothing
    for (const segment of this.#segments.from(offset)) {
      if (segment.baseOffset >= limit) break
      const position = segment.positionOf(offset)
      const isWhole = this.#segments.offsetNext(segment, this.#endOffset) <= limit
      const end = isWhole ? segment.sizeBytes : segment.positionOf(limit)
      if (position >= end) continue
      const records = segment.read(position, end, sizeBytesMax)
      return { records, aborted: this.#abortedIn(offset, records, isolation) }
    }
    return nothing
  }

  /** The first record with at least `timestamp`; both -1 for none. */
  findTimestamp(timestamp: number): Promise<TimestampOffset> {
    return findTimestamp(this.#segments, this.#startOffset, timestamp)
  }

  /** The first of the records with the largest timestamp; both -1 for none. */
  findLargestTimestamp(): Promise<TimestampOffset> {
    return findLargestTimestamp(this.#segments, this.#startOffset)
  }

  /**
   * Resolves when everything appended so far is kept as the broker's flush mode asks; null when it
   * is already.
   */
  kept(): Promise<void> | null {
    if (this.#options.flush !== 'always' || this.#flushedOffset >= this.#endOffset) return null
    return this.#flusher.request()
  }

  /** Resolves when everything appended so far is on the disk. */
  async flush(): Promise<void> {
    const isFlushed = this.#flushedOffset >= this.#endOffset && this.#unsealed.size === 0
    if (!isFlushed) await this.#flusher.request()
  }

  /** Lets the log begin at `startOffset`, if it begins before. */
  deleteBefore(startOffset: number): void {
    if (startOffset <= this.#startOffset) return
    this.#startOffset = Math.min(startOffset, this.#endOffset)
    this.producers.forgetBefore(this.#startOffset)
  }

  /** Takes away the segments that nobody is to have any longer. @throws StorageError */
  applyRetention(): void {
    const limits = { ...this.#options.settings(), nowMs: this.#options.now() }
    const offsets = { startOffset: this.#startOffset, endOffset: this.#endOffset }
    for (const segment of expiredSegments(this.#segments.all, { ...limits, ...offsets })) {
      if (segment === this.#segments.last) {
        if (segment.sizeBytes === 0) break
        this.#roll(segment)
      }
      this.#unsealed.delete(segment)
      this.#segments.remove(segment)
    }
    this.deleteBefore(this.#segments.all[0]?.baseOffset ?? 0)
  }

  /** Compacts the log where its topic asks for it and it is worth while. @throws StorageError */
  async compact(): Promise<void> {
    if (this.#isClosed || !this.#options.settings().isCompacted) return
    await this.#compaction.run({
      ...this.#options.settings(),
      nowMs: this.#options.now(),
      startOffset: this.#startOffset,
      lastStableOffset: this.lastStableOffset,
    })
  }

  wait(waiter: LogWaiter): Cancel {
    return this.#waiters.add(waiter)
  }

  /** Puts everything on the disk, with what makes the next start quick. */
  async close(): Promise<void> {
    await this.flush()
    this.#isClosed = true
    const { last } = this.#segments
    if (last !== undefined) {
      this.#tryToKeep(() => {
        this.#writeSnapshot()
        this.#segments.seal(last)
      })
    }
    this.#segments.close()
    this.#waiters.changed()
  }

  /** Takes the log away. */
  remove(): void {
    this.#isClosed = true
    this.#segments.close()
    this.#options.storage.removeAll()
    this.#waiters.changed()
  }

  /** The batch, where it was appended before; null for a new one. @throws RefusedRecords */
  #find(batch: BatchHeader, admit: Admission | null): AppendedBatch | null {
    if (batch.isTransactional) admit?.(batch, this)
    const verdict = this.producers.check(batch)
    if (verdict.kind === 'refused') {
      throw new RefusedRecords(verdict.message, { errorCode: verdict.errorCode })
    }
    return verdict.kind === 'duplicate' ? verdict.of : null
  }

  #appendBatches(records: Buffer, sent: readonly BatchHeader[], logAppendTimeMs: number): void {
    let offset = this.#endOffset
    const batches = placeBatches(records, sent, offset, logAppendTimeMs)
    this.#write(records, batches)
    for (const batch of batches) {
      this.producers.append(batch, offset)
      offset += batch.lastOffset - batch.baseOffset + 1
    }
    this.#unseenBytes += records.length
    this.#show()
  }

  #abortedIn(offset: number, records: Buffer, isolation: Isolation): readonly AbortedRange[] {
    if (isolation !== 'committed' || this.producers.aborted.length === 0) return []
    return this.producers.abortedBetween(offset, offsetAfter(records, offset))
  }

  #write(records: Buffer, batches: readonly BatchHeader[]): void {
    const { last } = this.#segments
    if (last !== undefined && this.#isFull(last, records, batches)) this.#roll(last)
    this.#segments.append(records, batches, this.#endOffset)
    for (const batch of batches) this.#endOffset += batch.lastOffset - batch.baseOffset + 1
  }

  #isFull(segment: Segment, records: Buffer, batches: readonly BatchHeader[]): boolean {
    if (segment.sizeBytes === 0) return false
    const { segmentBytes, segmentMs } = this.#options.settings()
    const count = batches.reduce((sum, batch) => sum + batch.count, 0)
    const newest = batches.at(-1)?.maxTimestamp ?? -1
    return (
      segment.sizeBytes + records.length > segmentBytes ||
      newest - segment.firstTimestamp > segmentMs ||
      !segment.hasRoomFor(this.#endOffset + count)
    )
  }

  #roll(last: Segment): void {
    this.#writeSnapshot()
    this.#segments.roll(this.#endOffset)
    this.#unsealed.add(last)
    this.flush().catch((error: unknown) => this.#options.report(String(error)))
  }

  #writeSnapshot(): void {
    this.#options.storage.writeSnapshot({
      offset: this.#endOffset,
      text: this.producers.toText(),
    })
  }

  /** For what makes the next start quick and isn't needed for more. */
  #tryToKeep(act: () => void): void {
    try {
      act()
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.#options.report(error.message)
    }
  }

  async #flush(): Promise<void> {
    const endOffset = this.#endOffset
    const { last } = this.#segments
    const closed = [...this.#unsealed]
    try {
      await Promise.all([...closed, last].map((segment) => segment?.store.flush()))
    } catch (cause) {
      throw new StorageError(`${this.#options.storage.name} can't be flushed`, { cause })
    }
    if (this.#isClosed) return
    for (const segment of closed) {
      if (this.#unsealed.delete(segment)) this.#tryToKeep(() => this.#segments.seal(segment))
    }
    this.#flushedOffset = endOffset
    this.#show()
  }

  /** Lets clients see what they may see now. */
  #show(): void {
    const next = this.#options.flush === 'always' ? this.#flushedOffset : this.#endOffset
    if (next === this.#highWatermark) return
    this.#highWatermark = next
    if (this.#hasUnseenEnd) this.#waiters.changed()
    else this.#waiters.more(this.#unseenBytes, this.lastStableOffset === next)
    this.#hasUnseenEnd = false
    this.#unseenBytes = 0
  }
}

const nothing: ReadRange = { records: Buffer.alloc(0), aborted: [] }

function ownHeader(bytes: Buffer): BatchHeader {
  const batch = readBatchHeader(bytes, 0)
  if (batch === null) throw new TypeError('the batch is cut off')
  return batch
}
