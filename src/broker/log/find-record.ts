import { decodeRecords, prepareDecoding } from '../../protocol/record-batch-decoder.ts'
import type { Segment } from './segment.ts'

export interface TimestampOffset {
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly offset: number
}

/** The first record from `offset` on whose timestamp matches; null for none in the segment. */
export async function findRecord(
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
