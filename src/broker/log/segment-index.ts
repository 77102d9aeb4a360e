import type { IndexColumns } from '../storage/log-storage.ts'

/** A batch of at least this size may lie between two entries. */
const INTERVAL_BYTES = 4096

/** Sparse index of a segment: where batches are, by offset and by time; as in Apache Kafka. */
export class SegmentIndex {
  readonly columns: IndexColumns
  #sinceEntryBytes = 0
  #largestTimestamp: number
  #largestOffset: number

  constructor(
    columns: IndexColumns = { offsets: [], positions: [], timestamps: [], timestampOffsets: [] },
  ) {
    this.columns = columns
    this.#largestTimestamp = columns.timestamps.at(-1) ?? -1
    this.#largestOffset = columns.timestampOffsets.at(-1) ?? -1
  }

  /** -1 for none. */
  get largestTimestamp(): number {
    return this.#largestTimestamp
  }

  add(lastOffset: number, position: number, sizeBytes: number, maxTimestamp: number): void {
    if (maxTimestamp > this.#largestTimestamp) {
      this.#largestTimestamp = maxTimestamp
      this.#largestOffset = lastOffset
    }
    if (this.#sinceEntryBytes > INTERVAL_BYTES) {
      this.columns.offsets.push(lastOffset)
      this.columns.positions.push(position)
      this.addTime()
      this.#sinceEntryBytes = 0
    }
    this.#sinceEntryBytes += sizeBytes
  }

  /** Adds the largest timestamp so far, unless the last entry has it. */
  addTime(): void {
    const { timestamps, timestampOffsets } = this.columns
    if (this.#largestTimestamp <= (timestamps.at(-1) ?? -1)) return
    timestamps.push(this.#largestTimestamp)
    timestampOffsets.push(this.#largestOffset)
  }

  /** A place at or before the batch with `offset`. */
  positionBefore(offset: number): number {
    const { offsets, positions } = this.columns
    return positions[countUpTo(offsets, offset) - 1] ?? 0
  }

  /** The last place known to be the beginning of a batch at or before `position`. */
  boundaryBefore(position: number): number {
    const { positions } = this.columns
    return positions[countUpTo(positions, position) - 1] ?? 0
  }

  /** An offset before which nothing has a timestamp of at least `timestamp`; -1 for none known. */
  offsetBefore(timestamp: number): number {
    const { timestamps, timestampOffsets } = this.columns
    return timestampOffsets[countUpTo(timestamps, timestamp - 1) - 1] ?? -1
  }
}

/** How many of the sorted numbers are at most `limit`. */
function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
