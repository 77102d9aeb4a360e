import { setImmediate } from 'node:timers/promises'
import { type BatchHeader, readBatchHeader } from '../../protocol/record-batch.ts'
import type { LogStorage } from '../storage/log-storage.ts'
import { filterBatch, recordsOf } from './batch-filter.ts'
import type { ProducerState } from './producer-state.ts'
import { walkRecords } from './record-walk.ts'
import { Segment } from './segment.ts'
import { SegmentIndex } from './segment-index.ts'
import type { SegmentList } from './segment-list.ts'

/** Work between two moments for others. */
const SLICE_BYTES = 1024 * 1024
/** Memory for keys and their last offsets, roughly; the rest has to wait for another pass. */
const KEY_BYTES_MAX = 128 * 1024 * 1024
const KEY_OVERHEAD_BYTES = 64

export interface CompactedLog {
  readonly storage: LogStorage
  readonly segments: SegmentList
  readonly producers: ProducerState
  /** False when the log was closed meanwhile. */
  isOpen(): boolean
}

export interface CompactionPlan {
  /** Segments to be cleaned, in order. */
  readonly segments: readonly Segment[]
  /** Where what was never cleaned begins. */
  readonly dirtyOffset: number
  /** Tombstones before it may go. */
  readonly tombstoneOffset: number
}

/**
 * Takes away records that a later one with the same key replaces, tombstones that were there long
 * enough, and records of aborted transactions. Offsets stay. Gives way to others again and again.
 *
 * @returns Up to where the log is clean now; null when it was closed meanwhile.
 */
export async function compact(log: CompactedLog, plan: CompactionPlan): Promise<number | null> {
  const latest = new Map<string, number>()
  const cleaned: Segment[] = []
  let keyBytes = 0
  for (const segment of plan.segments) {
    if (keyBytes > KEY_BYTES_MAX) break
    cleaned.push(segment)
    const isClean = log.segments.offsetNext(segment, Number.POSITIVE_INFINITY) <= plan.dirtyOffset
    if (!isClean) keyBytes += await noteKeys(log, segment, latest)
  }
  const cleaner: Cleaner = { log, latest, tombstoneOffset: plan.tombstoneOffset, kept: new Set() }
  let offset = plan.dirtyOffset
  for (const segment of cleaned) {
    if (!log.isOpen()) return null
    offset = log.segments.offsetNext(segment, offset)
    await cleanSegment(cleaner, segment)
  }
  return offset
}

interface Cleaner {
  readonly log: CompactedLog
  readonly latest: ReadonlyMap<string, number>
  readonly tombstoneOffset: number
  /** Producers whose transaction, up to the next marker, still has records. */
  readonly kept: Set<number>
}

/** @returns Memory that the keys take. */
async function noteKeys(
  { producers, isOpen }: CompactedLog,
  segment: Segment,
  latest: Map<string, number>,
): Promise<number> {
  let keyBytes = 0
  for await (const { bytes, header } of batchesOf(segment, isOpen)) {
    if (header.isControl || producers.isAborted(header)) continue
    for (const record of walkRecords(await recordsOf(bytes, header), header.count)) {
      if (record.key === null) continue
      latest.set(record.key.toString('latin1'), header.baseOffset + record.offsetDelta)
      keyBytes += record.key.length + KEY_OVERHEAD_BYTES
    }
  }
  return keyBytes
}

async function cleanSegment(cleaner: Cleaner, segment: Segment): Promise<void> {
  const { storage, segments, isOpen } = cleaner.log
  const draft = storage.draft(segment.baseOffset)
  const index = new SegmentIndex()
  try {
    for await (const { bytes, header } of batchesOf(segment, isOpen)) {
      const kept = await cleanBatch(cleaner, bytes, header)
      if (kept === null) continue
      const written = ownHeader(kept)
      const sizeBytes = written.end - written.start
      index.add(written.lastOffset, draft.store.sizeBytes, sizeBytes, written.maxTimestamp)
      draft.store.append(kept)
    }
    await draft.store.flush()
  } catch (error) {
    draft.discard()
    throw error
  }
  const isUnchanged = draft.store.sizeBytes === segment.sizeBytes
  // The first one stays, also without records: the log goes on to begin where it began.
  const isNeeded = draft.store.sizeBytes > 0 || segments.all[0] === segment
  if (isUnchanged || !isOpen() || !segments.has(segment)) draft.discard()
  else if (!isNeeded) {
    draft.discard()
    segments.remove(segment)
  } else segments.replace(new Segment(segment.baseOffset, draft.replace(), index.columns))
}

async function cleanBatch(
  { log, latest, tombstoneOffset, kept }: Cleaner,
  bytes: Buffer,
  header: BatchHeader,
): Promise<Buffer | null> {
  const { producerId, isControl, isTransactional, baseOffset } = header
  if (isControl) {
    const isNeeded = kept.delete(producerId) || baseOffset >= tombstoneOffset
    return isNeeded ? bytes : null
  }
  if (log.producers.isAborted(header)) return null
  const left = await filterBatch(bytes, header, ({ key, offsetDelta, isTombstone }) => {
    if (key === null) return false
    const offset = baseOffset + offsetDelta
    const isLatest = offset >= (latest.get(key.toString('latin1')) ?? 0)
    return isLatest && !(isTombstone && offset < tombstoneOffset)
  })
  if (left !== null && isTransactional) kept.add(producerId)
  return left
}

/** Every batch of a segment, with moments for others between. */
async function* batchesOf(segment: Segment, isOpen: () => boolean) {
  let sliceBytes = 0
  for (const { header, position } of segment.batches(0)) {
    const sizeBytes = header.end - header.start
    yield { header, bytes: segment.store.read(position, sizeBytes) }
    sliceBytes += sizeBytes
    if (sliceBytes < SLICE_BYTES) continue
    sliceBytes = 0
    await setImmediate()
    if (!isOpen()) return
  }
}

function ownHeader(bytes: Buffer): BatchHeader {
  const header = readBatchHeader(bytes, 0)
  if (header === null) throw new TypeError('the batch is cut off')
  return header
}
