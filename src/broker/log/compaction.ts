import { type CompactedLog, compact } from './cleaner.ts'
import {
  type CleanPass,
  type CompactionState,
  compactionPlan,
  withPass,
} from './compaction-plan.ts'

/** Compaction of one log: knows how far earlier passes came. */
export class Compaction {
  readonly #log: CompactedLog
  #passes: readonly CleanPass[] | null = null
  #isRunning: boolean

  constructor(log: CompactedLog) {
    this.#log = log
    this.#isRunning = false
  }

  /** Makes a pass where it is worth while and none is under way. @throws StorageError */
  async run(state: CompactionState): Promise<void> {
    if (this.#isRunning) return
    const passes = this.#passes ?? parsePasses(this.#log.storage.cleaningNote())
    const plan = compactionPlan(this.#log.segments.all, { ...state, passes })
    if (plan === null) return
    this.#isRunning = true
    try {
      const offset = await compact(this.#log, plan)
      if (offset === null) return
      const pass = { offset, timeMs: state.nowMs }
      this.#passes = withPass(passes, pass, state.deleteRetentionMs)
      this.#log.storage.writeCleaningNote(JSON.stringify(this.#passes))
    } finally {
      this.#isRunning = false
    }
  }
}

/** None for a note that a crash has spoiled: the log is cleaned from its start. */
function parsePasses(note: string | null): readonly CleanPass[] {
  try {
    return note === null ? [] : (JSON.parse(note) as CleanPass[])
  } catch {
    return []
  }
}
