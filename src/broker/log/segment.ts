import {
  BATCH_HEADER_BYTES,
  BATCH_PREFIX_BYTES,
  type BatchHeader,
  readCutBatchHeader,
} from '../../protocol/record-batch.ts'
import type { ByteStore } from './byte-store.ts'
import { SegmentIndex } from './segment-index.ts'

/** What is read at once to step from batch to batch: mostly two entries of the index. */
const WINDOW_BYTES = 8192
/** Where a batch says how much follows its prefix. */
const LENGTH_AT = 8

/** A stretch of a log: whole batches from `baseOffset` on. */
export class Segment {
  readonly baseOffset: number
  readonly store: ByteStore
  readonly index = new SegmentIndex()
  /** Timestamp of its first batch; null while it is empty. */
  firstTimestamp: number | null = null
  /** Behind its last record. */
  offsetNext: number

  constructor(baseOffset: number, store: ByteStore) {
    this.baseOffset = baseOffset
    this.store = store
    this.offsetNext = baseOffset
  }

  get sizeBytes(): number {
    return this.store.sizeBytes
  }

  /** @throws Error when the store can't take it; the segment is as it was. */
  append(bytes: Buffer, batches: readonly BatchHeader[], baseOffset: number): void {
    const position = this.store.sizeBytes
    this.store.append(bytes)
    let offset = baseOffset
    for (const batch of batches) {
      const lastOffset = offset + batch.lastOffset - batch.baseOffset
      this.note(batch, position + batch.start, lastOffset)
      offset = lastOffset + 1
    }
  }

  /** Takes a batch that is in the store into the index. */
  note(batch: BatchHeader, position: number, lastOffset: number): void {
    this.firstTimestamp ??= batch.maxTimestamp
    this.index.add(lastOffset, position, batch.end - batch.start, batch.maxTimestamp)
    this.offsetNext = lastOffset + 1
  }

  /** Where the batch that has `offset`, or the first one behind it, begins; the size for none. */
  positionOf(offset: number): number {
    const from = this.index.positionBefore(offset)
    for (const { header, position } of this.batches(from)) {
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
    const whole = this.#wholeBytes(bytes, position, limit - position)
    if (whole > 0 || bytes.length < BATCH_HEADER_BYTES) return bytes.subarray(0, whole)
    return this.store.read(position, batchBytes(bytes, 0))
  }

  /** Size of the whole batches at the beginning of `bytes`. */
  #wholeBytes(bytes: Buffer, position: number, sizeBytesMax: number): number {
    const limit = Math.min(bytes.length, sizeBytesMax)
    const boundary = this.index.boundaryBefore(position + limit)
    let at = Math.max(0, boundary - position)
    while (at + BATCH_HEADER_BYTES <= limit) {
      const end = at + batchBytes(bytes, at)
      if (end > limit) break
      at = end
    }
    return at
  }

  /** Headers of the batches from the one at `position` on. */
  *batches(from: number): Generator<{ header: BatchHeader; position: number }, void> {
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
}

function batchBytes(bytes: Buffer, start: number): number {
  return BATCH_PREFIX_BYTES + bytes.readInt32BE(start + LENGTH_AT)
}
