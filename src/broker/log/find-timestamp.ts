import { decodeRecords, prepareDecoding } from '../../protocol/record-batch-decoder.ts'
import type { Segment } from './segment.ts'
import type { SegmentList } from './segment-list.ts'

export interface TimestampOffset {
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly offset: number
}

const noRecord: TimestampOffset = { timestamp: -1, offset: -1 }

/** The first record from `startOffset` on with at least `timestamp`; both -1 for none. */
export async function findTimestamp(
  segments: SegmentList,
  startOffset: number,
  timestamp: number,
): Promise<TimestampOffset> {
  for (const segment of segments.from(startOffset)) {
    if (segment.index.largestTimestamp < timestamp) continue
    const from = Math.max(segment.index.offsetBefore(timestamp), startOffset)
    const found = await findRecord(segment, from, (time) => time >= timestamp)
    if (found !== null) return found
  }
  return noRecord
}

/** The first of the records with the largest timestamp; both -1 for none. */
export async function findLargestTimestamp(
  segments: SegmentList,
  startOffset: number,
): Promise<TimestampOffset> {
  const times = segments.all.map(({ index }) => index.largestTimestamp)
  const largest = Math.max(-1, ...times)
  return largest < 0 ? noRecord : await findTimestamp(segments, startOffset, largest)
}

/** The first record from `offset` on whose timestamp matches; null for none in the segment. */
async function findRecord(
  segment: Segment,
  offset: number,
  isMatch: (timestamp: number) => boolean,
): Promise<TimestampOffset | null> {
  for (const { header, position } of segment.batches(segment.positionOf(offset))) {
    if (!isMatch(header.maxTimestamp)) continue
    const bytes = segment.store.read(position, header.end - header.start)
    await prepareDecoding([bytes])
    const options = { offsetMin: offset, abortedTransactions: [], checkCrcs: false }
    for (const { records } of decodeRecords(bytes, options)) {
      const index = records.timestamps.findIndex(isMatch)
      if (index < 0) continue
      return { timestamp: records.timestamps[index] ?? -1, offset: records.offsets[index] ?? -1 }
    }
  }
  return null
}
