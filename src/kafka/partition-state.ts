import { readBatchHeader } from '../protocol/record-batch.ts'
import {
  type AbortedTransaction,
  type DecodedBatches,
  decodeRecords,
} from '../protocol/record-batch-decoder.ts'
import { sliceColumns } from '../protocol/record-columns.ts'
import type { FetchedRecords, TopicPartition } from './client.ts'

/** What was fetched in one answer and is not decoded yet. */
interface Chunk {
  readonly bytes: Buffer
  readonly offsetMin: number
  readonly abortedTransactions: readonly AbortedTransaction[]
}

/** A broker that reads may come from instead of the leader. */
interface Replica {
  readonly nodeId: number
  /** By `Clock.elapsed`: then the leader is asked for one again. */
  readonly untilMs: number
}

/** Chunks that are held: one is being consumed while the next is on its way. */
const CHUNKS_MAX = 2

/** Where one assigned partition stands, and what was fetched of it ahead of the caller. */
export class PartitionState implements TopicPartition {
  readonly topic: string
  readonly partition: number
  /** Set by the caller. */
  isPaused: boolean
  /** Not fetched before this time, after an error. */
  retryAt = 0
  /** Near this client (`client.rack`), as the leader said; null to ask the leader. */
  replica: Replica | null = null
  /** The log did not have the offset: a committed one does not help. */
  isOutOfRange: boolean
  /** Where the partition ended when it was last asked for; null before. */
  end: number | null = null
  #position: number | null = null
  #offsetNext = 0
  #chunks: Chunk[] = []
  /** The chunk that is being decoded, as far as the caller needs it. */
  #decoding: Iterator<DecodedBatches, void> | null = null
  /** What of it is being read, and the next record of that. */
  #decoded: DecodedBatches | null = null
  #recordAt = 0

  constructor({ topic, partition }: TopicPartition) {
    this.topic = topic
    this.partition = partition
    this.isPaused = false
    this.isOutOfRange = false
  }

  /** Offset of the next record for the caller; null until it is known where to start. */
  get position(): number | null {
    return this.#position
  }

  /** Records between the position and the end; null while one of both is not known. */
  get lag(): number | null {
    const { position, end } = this
    return position === null || end === null ? null : Math.max(0, end - position)
  }

  /** Offset to ask the broker for next. */
  get offsetNext(): number {
    return this.#offsetNext
  }

  get bufferedBytes(): number {
    return this.#chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  get isFull(): boolean {
    return this.#chunks.length + (this.#decoding === null ? 0 : 1) >= CHUNKS_MAX
  }

  /** Goes on from `position`; what was fetched is dropped. null: it has to be found out. */
  seek(position: number | null): void {
    this.#position = position
    this.#offsetNext = position ?? 0
    this.#chunks = []
    this.#decoding = null
    this.#decoded = null
    this.#recordAt = 0
    this.isOutOfRange = false
  }

  /** The log does not have `offsetNext`. */
  outOfRange(): void {
    this.seek(null)
    this.isOutOfRange = true
  }

  /**
   * Takes what the broker answered to a request at `offset`; nothing when that is out of date.
   * @throws ConnectError RECORD_CORRUPT
   */
  add(offset: number, bytes: Buffer, abortedTransactions: readonly AbortedTransaction[]): void {
    if (this.#position === null || offset !== this.#offsetNext) return
    const end = endOf(bytes, offset)
    if (end === offset) return
    this.#chunks.push({ bytes, offsetMin: offset, abortedTransactions })
    this.#offsetNext = end
  }

  /**
   * Up to `countMax` records, and moves the position behind them.
   * @throws ConnectError RECORD_CORRUPT; the position stays before the batch, which is fetched
   *   again. Records in front of it are returned first.
   */
  take(countMax: number, checkCrcs: boolean): FetchedRecords[] {
    const taken: FetchedRecords[] = []
    try {
      for (let left = countMax; left > 0; ) {
        const decoded = this.#decoded ?? this.#decodeNext(checkCrcs)
        if (decoded === null) break
        left -= this.#takeFrom(decoded, left, taken)
      }
    } catch (error) {
      this.seek(this.#position)
      if (taken.length === 0) throw error
    }
    return taken
  }

  #takeFrom(decoded: DecodedBatches, countMax: number, taken: FetchedRecords[]): number {
    const { records, offsetNext } = decoded
    const start = this.#recordAt
    const end = Math.min(records.count, start + countMax)
    const { topic, partition } = this
    if (end > start) taken.push({ topic, partition, ...sliceColumns(records, start, end) })
    const isRead = end === records.count
    this.#decoded = isRead ? null : decoded
    this.#recordAt = isRead ? 0 : end
    this.#position = records.offsets[end] ?? offsetNext
    return end - start
  }

  #decodeNext(checkCrcs: boolean): DecodedBatches | null {
    for (;;) {
      const chunk = this.#decoding === null ? this.#chunks.shift() : undefined
      if (chunk !== undefined) this.#decoding = decodeRecords(chunk.bytes, { ...chunk, checkCrcs })
      if (this.#decoding === null) return null
      const { done, value } = this.#decoding.next()
      if (done !== true) return value
      this.#decoding = null
    }
  }
}

/** Offset behind the whole batches in `bytes`; `offset` when there is none. */
function endOf(bytes: Buffer, offset: number): number {
  let end = offset
  for (let header = readBatchHeader(bytes, 0); header !== null; ) {
    end = Math.max(end, header.lastOffset + 1)
    header = readBatchHeader(bytes, header.end)
  }
  return end
}
