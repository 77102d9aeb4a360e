import type { CompactionPlan } from './cleaner.ts'
import type { Segment } from './segment.ts'

/** What of a topic's settings says when and how it is compacted. */
export interface CompactionSettings {
  readonly isCompacted: boolean
  readonly deleteRetentionMs: number
  readonly minCleanableRatio: number
  readonly minCompactionLagMs: number
  readonly maxCompactionLagMs: number
}

/** Up to where the log was cleaned, and when. */
export interface CleanPass {
  readonly offset: number
  readonly timeMs: number
}

/** The log and the time. */
export interface CompactionState extends CompactionSettings {
  readonly nowMs: number
  readonly startOffset: number
  /** Nothing from here on is decided: transactions are open. */
  readonly lastStableOffset: number
}

interface State extends CompactionState {
  /** Earlier passes, in order. */
  readonly passes: readonly CleanPass[]
}

/**
 * Which segments are to be cleaned; null when it isn't worth while yet.
 * @param segments Of the log; the last one, which is being written, never is.
 */
export function compactionPlan(segments: readonly Segment[], state: State): CompactionPlan | null {
  const dirtyOffset = Math.max(state.passes.at(-1)?.offset ?? 0, state.startOffset)
  const candidates = cleanable(segments, state)
  const dirty = candidates.filter((segment) => endOf(segment, segments) > dirtyOffset)
  if (dirty.length === 0) return null
  const ratio = sizeOf(dirty) / sizeOf(candidates)
  const oldestMs = dirty[0]?.firstTimestamp ?? state.nowMs
  const isDue =
    ratio >= state.minCleanableRatio || state.nowMs - oldestMs > state.maxCompactionLagMs
  if (!isDue) return null
  return {
    segments: candidates,
    dirtyOffset,
    tombstoneOffset: tombstoneOffset(state),
  }
}

/** Passes that still matter, with a new one. */
export function withPass(
  passes: readonly CleanPass[],
  pass: CleanPass,
  deleteRetentionMs: number,
): readonly CleanPass[] {
  const isOld = ({ timeMs }: CleanPass) => timeMs <= pass.timeMs - deleteRetentionMs
  return [...passes.filter(isOld).slice(-1), ...passes.filter((one) => !isOld(one)), pass]
}

/** Before it everything was cleaned once, long enough ago. */
function tombstoneOffset({ passes, nowMs, deleteRetentionMs }: State): number {
  return passes.findLast(({ timeMs }) => timeMs <= nowMs - deleteRetentionMs)?.offset ?? 0
}

function cleanable(segments: readonly Segment[], state: State): readonly Segment[] {
  const { nowMs, minCompactionLagMs, lastStableOffset } = state
  const closed = segments.slice(0, -1)
  const end = closed.findIndex(
    (segment) =>
      endOf(segment, segments) > lastStableOffset ||
      (minCompactionLagMs > 0 && segment.index.largestTimestamp > nowMs - minCompactionLagMs),
  )
  return end === -1 ? closed : closed.slice(0, end)
}

function endOf(segment: Segment, segments: readonly Segment[]): number {
  return segments[segments.indexOf(segment) + 1]?.baseOffset ?? Number.POSITIVE_INFINITY
}

function sizeOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}
