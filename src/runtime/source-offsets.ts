import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { TaskMetrics } from '../metrics/task-metrics.ts'
import type { SourceOffset } from './offsets/offset-store.ts'
import type { CommittableOffsets, SubmittedRecords } from './submitted-records.ts'
import type { TaskControl } from './task-control.ts'
import { settlesWithin } from './time-limit.ts'

export interface SourceOffsetsDeps {
  readonly submitted: SubmittedRecords
  /** Resolves when the offsets are durable. */
  readonly write: (offsets: readonly SourceOffset[]) => Promise<void>
  /** `commit` of the task. */
  readonly onCommitted: (() => void | Promise<void>) | null
  /** `offset.flush.interval.ms` */
  readonly intervalMs: number
  /** `offset.flush.timeout.ms` */
  readonly timeoutMs: number
  readonly metrics: TaskMetrics
  readonly clock: Clock
  readonly logger: Logger
}

/** Commits the offsets of one source task: at intervals and once at its end. */
export class SourceOffsets {
  readonly #deps: SourceOffsetsDeps
  #committing: Promise<boolean> = Promise.resolve(true)

  constructor(deps: SourceOffsetsDeps) {
    this.#deps = deps
  }

  /**
   * Commits while `moving` goes on, and once more after it: also when it failed, as what it sent
   * before counts, unless the task was cancelled.
   */
  async accompany(moving: Promise<void>, control: TaskControl): Promise<void> {
    const ended = new AbortController()
    const committing = this.#commitAtIntervals(ended.signal)
    let failed = true
    try {
      await moving
      failed = false
    } finally {
      ended.abort()
      await committing
      if (!(failed && control.cancelled)) await this.#commitAtEnd()
    }
  }

  /** @returns false when it failed, which is logged: the offsets wait for the next commit. */
  commit(): Promise<boolean> {
    const previous = this.#committing
    this.#committing = previous.then(() => this.#commitNow())
    return this.#committing
  }

  /** Commits until `signal` aborts; then resolves when no commit is going on. */
  async #commitAtIntervals(signal: AbortSignal): Promise<void> {
    const { clock, intervalMs } = this.#deps
    while (!signal.aborted) {
      await clock.sleep(intervalMs, signal)
      if (!signal.aborted) await this.commit()
    }
  }

  /** Waits for what the broker has not acknowledged yet, then commits all that may be. */
  async #commitAtEnd(): Promise<void> {
    const { submitted, timeoutMs, clock, logger } = this.#deps
    if (!(await settlesWithin(submitted.idle(), timeoutMs, clock))) {
      logger.warn(
        `The broker has not acknowledged all records within offset.flush.timeout.ms=${timeoutMs}; their offsets are not committed, so they are read again.`,
      )
    }
    await this.commit()
  }

  async #commitNow(): Promise<boolean> {
    const { submitted, metrics, clock, logger } = this.#deps
    const startMs = clock.elapsed()
    const offsets = submitted.takeCommittable()
    try {
      if (offsets.size > 0) await this.#write(offsets)
    } catch (error) {
      submitted.giveBack(offsets)
      metrics.commitFailed()
      logger.error(`Failed to commit source offsets: ${messageOf(error)}`, error)
      return false
    }
    metrics.committed(clock.elapsed() - startMs)
    await this.#notify()
    return true
  }

  async #write(offsets: CommittableOffsets): Promise<void> {
    const { write, timeoutMs, clock } = this.#deps
    if (await settlesWithin(write([...offsets.values()]), timeoutMs, clock)) return
    throw new Error(`not durable within offset.flush.timeout.ms=${timeoutMs}`)
  }

  async #notify(): Promise<void> {
    const { onCommitted, logger } = this.#deps
    try {
      await onCommitted?.()
    } catch (error) {
      logger.error(`The task's commit() failed: ${messageOf(error)}`, error)
    }
  }
}
