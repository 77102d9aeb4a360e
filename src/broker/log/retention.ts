import type { Segment } from './segment.ts'

/** What of a topic's settings says how long records are kept; -1 for no limit. */
export interface RetentionSettings {
  /** False where only compaction takes records away. */
  readonly isDeleted: boolean
  readonly retentionMs: number
  readonly retentionBytes: number
}

interface Retained extends RetentionSettings {
  readonly nowMs: number
  readonly startOffset: number
  readonly endOffset: number
}

/** The oldest segments, which nobody is to have any longer. */
export function expiredSegments(segments: readonly Segment[], log: Retained): readonly Segment[] {
  let totalBytes = segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let count = 0
  for (const [nth, segment] of segments.entries()) {
    const offsetNext = segments[nth + 1]?.baseOffset ?? log.endOffset
    const isExpired =
      (nth < segments.length - 1 && offsetNext <= log.startOffset) ||
      (log.isDeleted && (isTooOld(segment, log) || isTooMuch(segment, totalBytes, log)))
    if (!isExpired) break
    totalBytes -= segment.sizeBytes
    count++
  }
  return segments.slice(0, count)
}

function isTooOld({ index }: Segment, { retentionMs, nowMs }: Retained): boolean {
  const { largestTimestamp } = index
  return retentionMs >= 0 && largestTimestamp >= 0 && nowMs - largestTimestamp > retentionMs
}

function isTooMuch({ sizeBytes }: Segment, totalBytes: number, { retentionBytes }: Retained) {
  return retentionBytes >= 0 && sizeBytes > 0 && totalBytes - retentionBytes >= sizeBytes
}
