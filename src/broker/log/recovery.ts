import { messageOf } from '../../base/errors.ts'
import {
  type BatchHeader,
  checkCrc,
  readBatchHeader,
  readCutBatchHeader,
} from '../../protocol/record-batch.ts'
import type { LogStorage } from '../storage/log-storage.ts'
import { decodeTransactionEnd } from './control-batch.ts'
import { ProducerState } from './producer-state.ts'
import { Segment } from './segment.ts'
import { SegmentList } from './segment-list.ts'

const WINDOW_BYTES = 1024 * 1024

export interface RecoveredLog {
  readonly segments: SegmentList
  readonly producers: ProducerState
  readonly startOffset: number
  readonly endOffset: number
}

/**
 * Opens what the storage has of a log. Sealed segments are trusted; every other one is read, and
 * the log ends before the first batch that is torn or corrupt.
 *
 * @param report Told what was cut off.
 */
export function recoverLog(storage: LogStorage, report: (message: string) => void): RecoveredLog {
  const bases = storage.segments()
  const segments: Segment[] = []
  let endOffset = bases[0] ?? 0
  let isLastSealed = false
  for (const [nth, baseOffset] of bases.entries()) {
    const columns = storage.index(baseOffset)
    const segment = new Segment(baseOffset, storage.open(baseOffset), columns ?? undefined)
    segments.push(segment)
    isLastSealed = columns !== null
    const scanned = isLastSealed ? null : scan(segment)
    endOffset = scanned?.endOffset ?? lastOffsetNext(segment)
    if (scanned === null || scanned.problem === null) continue
    const cutBytes = cut(storage, segment, scanned.position, bases.slice(nth + 1))
    report(
      `${storage.name}: ${cutBytes} bytes from offset ${endOffset} on are cut off: ${scanned.problem}`,
    )
    break
  }
  const list = new SegmentList(storage, segments, isLastSealed)
  const producers = recoverProducers(storage, list, endOffset)
  return { segments: list, producers, startOffset: bases[0] ?? 0, endOffset }
}

interface Scanned {
  readonly endOffset: number
  /** Where the good part ends. */
  readonly position: number
  readonly problem: string | null
}

/** Reads all of a segment and makes its index. */
function scan(segment: Segment): Scanned {
  let window: Buffer = Buffer.alloc(0)
  let windowAt = 0
  let endOffset = segment.baseOffset
  let position = 0
  const stop = (problem: string | null): Scanned => ({ endOffset, position, problem })
  while (position < segment.sizeBytes) {
    try {
      let batch = readBatchHeader(window, position - windowAt)
      if (batch === null) {
        windowAt = position
        window = windowAround(segment, position)
        batch = readBatchHeader(window, 0)
      }
      if (batch === null) return stop('the last batch is torn')
      checkCrc(window, batch)
      if (batch.baseOffset < endOffset || batch.lastOffset < batch.baseOffset) {
        return stop(`offset ${batch.baseOffset} comes after ${endOffset - 1}`)
      }
      segment.note(batch, position, batch.lastOffset)
      endOffset = batch.lastOffset + 1
      position += batch.end - batch.start
    } catch (error) {
      return stop(messageOf(error))
    }
  }
  return stop(null)
}

/** Bytes from `position` on, with all of its batch where the segment has it. */
function windowAround({ store }: Segment, position: number): Buffer {
  const window = store.read(position, WINDOW_BYTES)
  const batch = readCutBatchHeader(window, 0)
  const isWhole = batch === null || batch.end <= window.length
  return isWhole || position + batch.end > store.sizeBytes
    ? window
    : store.read(position, batch.end)
}

/** @returns How many bytes were cut off. */
function cut(
  storage: LogStorage,
  segment: Segment,
  position: number,
  later: readonly number[],
): number {
  let cutBytes = segment.sizeBytes - position
  segment.store.truncate(position)
  for (const baseOffset of later) {
    cutBytes += storage.open(baseOffset).sizeBytes
    storage.remove(baseOffset)
  }
  return cutBytes
}

function lastOffsetNext(segment: Segment): number {
  const from = segment.index.columns.positions.at(-1) ?? 0
  let offsetNext = segment.baseOffset
  for (const { header } of segment.batches(from)) offsetNext = header.lastOffset + 1
  return offsetNext
}

/** The state as the last good snapshot has it, and what happened since. */
function recoverProducers(
  storage: LogStorage,
  segments: SegmentList,
  endOffset: number,
): ProducerState {
  let from = 0
  let producers = new ProducerState()
  for (const { offset, text } of storage.snapshots()) {
    const state = offset <= endOffset ? ProducerState.parse(text) : null
    if (state !== null) {
      from = offset
      producers = state
      break
    }
    storage.removeSnapshot(offset)
  }
  for (const segment of segments.from(from)) {
    for (const { header, position } of segment.batches(segment.positionOf(from))) {
      follow(producers, segment, header, position)
    }
  }
  return producers
}

function follow(
  producers: ProducerState,
  segment: Segment,
  header: BatchHeader,
  position: number,
): void {
  if (!header.isControl) {
    producers.append(header, header.baseOffset)
    return
  }
  const bytes = segment.store.read(position, header.end - header.start)
  const end = decodeTransactionEnd(bytes, header)
  if (end !== null) {
    producers.end(header, header.baseOffset, end.isCommit, end.coordinatorEpoch)
  }
}
