import {
  BATCH_HEADER_BYTES,
  BATCH_PREFIX_BYTES,
  type BatchHeader,
  readCutBatchHeader,
} from '../../protocol/record-batch.ts'
import type { ByteStore } from '../storage/byte-store.ts'
import type { IndexColumns } from '../storage/log-storage.ts'
import { SegmentIndex } from './segment-index.ts'

/** What is read at once to step from batch to batch: mostly two entries of the index. */
const WINDOW_BYTES = 8192
/** Where a batch says how much follows its prefix. */
const LENGTH_AT = 8

/** Offsets and positions in an index have 32 bits. */
const RELATIVE_MAX = 2 ** 31 - 1

/** A batch and where it is in its segment. */
export interface PlacedBatch {
  readonly header: BatchHeader
  readonly position: number
}

/** A stretch of a log: whole batches from `baseOffset` on. */
export class Segment {
  readonly baseOffset: number
  readonly store: ByteStore
  #index: SegmentIndex
  #firstTimestamp: number | null = null
  /** The batch that was appended last: consumers that keep up ask for it. */
  #newest: { readonly offset: number; readonly position: number } | null = null

  constructor(baseOffset: number, store: ByteStore, columns?: IndexColumns) {
    this.baseOffset = baseOffset
    this.store = store
    this.#index = new SegmentIndex(columns)
  }

  get sizeBytes(): number {
    return this.store.sizeBytes
  }

  get index(): SegmentIndex {
    return this.#index
  }

  /** Timestamp of its first batch; -1 while it is empty. */
  get firstTimestamp(): number {
    if (this.#firstTimestamp === null) {
      for (const { header } of this.batches(0)) {
        this.#firstTimestamp = header.maxTimestamp
        break
      }
    }
    return this.#firstTimestamp ?? -1
  }

  /** Whether its index can name a batch at its end. */
  hasRoomFor(lastOffset: number): boolean {
    return lastOffset - this.baseOffset <= RELATIVE_MAX && this.sizeBytes <= RELATIVE_MAX
  }

  /** Takes a batch that is at `position` into the index. */
  note(batch: BatchHeader, position: number, lastOffset: number): void {
    const { start, end, baseOffset, maxTimestamp } = batch
    this.#index.add(lastOffset, position, end - start, maxTimestamp)
    this.#newest = { offset: lastOffset - (batch.lastOffset - baseOffset), position }
  }

  /** Where the batch that has `offset`, or the first one behind it, begins; the size for none. */
  positionOf(offset: number): number {
    if (this.#newest?.offset === offset) return this.#newest.position
    for (const { header, position } of this.batches(this.#index.positionBefore(offset))) {
      if (header.lastOffset >= offset) return position
    }
    return this.sizeBytes
  }

  /**
   * Whole batches from `position` up to `end`, at least one where there is one.
   * @param sizeBytesMax Limit for all but the first.
   */
  read(position: number, end: number, sizeBytesMax: number): Buffer {
    const limit = Math.min(end, position + sizeBytesMax)
    const bytes = this.store.read(position, Math.max(limit - position, BATCH_HEADER_BYTES))
    const wholeBytes = this.#wholeBytes(bytes, position, limit - position)
    if (wholeBytes > 0 || bytes.length < BATCH_HEADER_BYTES) return bytes.subarray(0, wholeBytes)
    return this.store.read(position, batchBytes(bytes, 0))
  }

  /** Headers of the batches from the one at `from` on; stops before one that is cut off. */
  *batches(from: number): Generator<PlacedBatch, void> {
    let window: Buffer = Buffer.alloc(0)
    let windowAt = from
    for (let position = from; position < this.sizeBytes; ) {
      if (position + BATCH_HEADER_BYTES > windowAt + window.length) {
        window = this.store.read(position, WINDOW_BYTES)
        windowAt = position
      }
      const header = readCutBatchHeader(window, position - windowAt)
      if (header === null) return
      yield { header, position }
      position += header.end - header.start
    }
  }

  /** Size of the whole batches at the beginning of `bytes`, which are those at `position`. */
  #wholeBytes(bytes: Buffer, position: number, sizeBytesMax: number): number {
    const limit = Math.min(bytes.length, sizeBytesMax)
    let at = Math.max(0, this.#index.boundaryBefore(position + limit) - position)
    while (at + BATCH_HEADER_BYTES <= limit) {
      const end = at + batchBytes(bytes, at)
      if (end > limit) break
      at = end
    }
    return at
  }
}

function batchBytes(bytes: Buffer, start: number): number {
  return BATCH_PREFIX_BYTES + bytes.readInt32BE(start + LENGTH_AT)
}
