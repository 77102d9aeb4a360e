import { readBatchHeader } from '../protocol/record-batch.ts'
import {
  type AbortedTransaction,
  type DecodedRecords,
  decodeRecords,
} from '../protocol/record-batch-decoder.ts'
import { type RecordColumns, sliceColumns } from '../protocol/record-columns.ts'
import type { FetchedRecords, TopicPartition } from './client.ts'

/** What was fetched in one answer and is not decoded yet. */
interface Chunk {
  readonly bytes: Buffer
  readonly offsetMin: number
  readonly abortedTransactions: readonly AbortedTransaction[]
}

/** Chunks that are held: one is being consumed while the next is on its way. */
const CHUNKS_MAX = 2

const NOTHING: DecodedRecords = { records: [], markers: [], offsetNext: 0 }

/** Where one assigned partition stands, and what was fetched of it ahead of the caller. */
export class PartitionState implements TopicPartition {
  readonly topic: string
  readonly partition: number
  /** Set by the caller. */
  isPaused: boolean
  /** Not fetched before this time, after an error. */
  retryAt = 0
  /** The log did not have the offset: a committed one does not help. */
  isOutOfRange: boolean
  #position: number | null = null
  #offsetNext = 0
  #chunks: Chunk[] = []
  #decoded: DecodedRecords = NOTHING
  /** Of `#decoded`: the columns being read, and the record in them. */
  #columnsAt = 0
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

  /** Offset to ask the broker for next. */
  get offsetNext(): number {
    return this.#offsetNext
  }

  get bufferedBytes(): number {
    return this.#chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  get isFull(): boolean {
    const decoded = this.#columnsAt < this.#decoded.records.length ? 1 : 0
    return this.#chunks.length + decoded >= CHUNKS_MAX
  }

  /** Goes on from `position`; what was fetched is dropped. null: it has to be found out. */
  seek(position: number | null): void {
    this.#position = position
    this.#offsetNext = position ?? 0
    this.#chunks = []
    this.#use(NOTHING)
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
   * @throws ConnectError RECORD_CORRUPT; the position stays before the batch.
   */
  take(countMax: number, checkCrcs: boolean): FetchedRecords[] {
    const taken: FetchedRecords[] = []
    let left = countMax
    while (left > 0) {
      const columns = this.#decoded.records[this.#columnsAt]
      if (columns === undefined) {
        if (!this.#decodeNext(checkCrcs)) break
        continue
      }
      const end = Math.min(columns.count, this.#recordAt + left)
      const { topic, partition } = this
      taken.push({ topic, partition, ...sliceColumns(columns, this.#recordAt, end) })
      left -= end - this.#recordAt
      this.#advance(columns, end)
    }
    return taken
  }

  #decodeNext(checkCrcs: boolean): boolean {
    const [chunk] = this.#chunks
    if (chunk === undefined) return false
    this.#use(decodeRecords(chunk.bytes, { ...chunk, checkCrcs }))
    this.#chunks.shift()
    if (this.#decoded.records.length === 0) this.#position = this.#decoded.offsetNext
    return true
  }

  #use(decoded: DecodedRecords): void {
    this.#decoded = decoded
    this.#columnsAt = 0
    this.#recordAt = 0
  }

  #advance(columns: RecordColumns, recordAt: number): void {
    this.#recordAt = recordAt
    if (recordAt === columns.count) {
      this.#columnsAt++
      this.#recordAt = 0
    }
    const next = this.#decoded.records[this.#columnsAt]
    this.#position = next?.offsets[this.#recordAt] ?? this.#decoded.offsetNext
    if (next === undefined) this.#use(NOTHING)
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
