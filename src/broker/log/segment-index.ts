/** A batch of at least this size may lie between two entries. */
const INTERVAL_BYTES = 4096

export interface TimestampOffset {
  readonly timestamp: number
  readonly offset: number
}

/** Sparse index of a segment: where batches are, by offset and by time; as in Apache Kafka. */
export class SegmentIndex {
  /** Last offset of a batch, and where it begins. */
  readonly offsets: number[] = []
  readonly positions: number[] = []
  /** Largest timestamp so far, and the last offset of the batch that has it. */
  readonly times: TimestampOffset[] = []
  #sinceEntryBytes = 0
  #largest: TimestampOffset = { timestamp: -1, offset: -1 }

  get largest(): TimestampOffset {
    return this.#largest
  }

  add(lastOffset: number, position: number, sizeBytes: number, maxTimestamp: number): void {
    if (maxTimestamp > this.#largest.timestamp) {
      this.#largest = { timestamp: maxTimestamp, offset: lastOffset }
    }
    if (this.#sinceEntryBytes > INTERVAL_BYTES) {
      this.offsets.push(lastOffset)
      this.positions.push(position)
      this.addTime()
      this.#sinceEntryBytes = 0
    }
    this.#sinceEntryBytes += sizeBytes
  }

  /** Adds the largest timestamp so far, unless the last entry has it. */
  addTime(): void {
    const last = this.times.at(-1)
    if (this.#largest.timestamp > (last?.timestamp ?? -1)) this.times.push(this.#largest)
  }

  /** A place at or before the batch with `offset`. */
  positionBefore(offset: number): number {
    const index = countUpTo(this.offsets, offset) - 1
    return this.positions[index] ?? 0
  }

  /** The last place known to be the beginning of a batch at or before `position`. */
  boundaryBefore(position: number): number {
    return this.positions[countUpTo(this.positions, position) - 1] ?? 0
  }

  /** An offset before which nothing has a timestamp of at least `timestamp`; -1 for none known. */
  offsetBefore(timestamp: number): number {
    let found = -1
    for (const entry of this.times) {
      if (entry.timestamp >= timestamp) break
      found = entry.offset
    }
    return found
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
