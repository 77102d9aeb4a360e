import {
  type BatchHeader,
  placeBatch,
  readBatchHeader,
  setLogAppendTime,
} from '../../protocol/record-batch.ts'
import { LEADER_EPOCH } from './leader-epoch.ts'

/**
 * Gives batches their offsets, from `offset` on.
 * @param logAppendTimeMs Time for all records; -1 where they keep their own.
 * @returns The batches with the times that they have now.
 */
export function placeBatches(
  records: Buffer,
  batches: readonly BatchHeader[],
  offset: number,
  logAppendTimeMs: number,
): readonly BatchHeader[] {
  let next = offset
  for (const batch of batches) {
    placeBatch(records, batch, next, LEADER_EPOCH)
    if (logAppendTimeMs >= 0) setLogAppendTime(records, batch, logAppendTimeMs)
    next += batch.lastOffset - batch.baseOffset + 1
  }
  if (logAppendTimeMs < 0) return batches
  return batches.map((batch) => ({ ...batch, maxTimestamp: logAppendTimeMs }))
}

/** The offset behind the last of the whole batches in `records`; `offset` when there is none. */
export function offsetAfter(records: Buffer, offset: number): number {
  let next = offset
  for (let at = 0; at < records.length; ) {
    const batch = readBatchHeader(records, at)
    if (batch === null) break
    next = batch.lastOffset + 1
    at = batch.end
  }
  return next
}
