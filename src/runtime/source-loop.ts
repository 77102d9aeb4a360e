import type { Clock } from '../base/clock.ts'
import { isRetriable, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { SourceRecord } from '../data/record.ts'
import type { SourceTask } from '../sdk/source-task.ts'
import type { SourceOffsets } from './source-offsets.ts'
import type { SourceSender } from './source-sender.ts'
import { aborted, type TaskControl } from './task-control.ts'

export interface SourceLoop {
  readonly task: SourceTask
  readonly sender: SourceSender
  readonly offsets: SourceOffsets
  readonly control: TaskControl
  readonly onPaused: () => void
  readonly onResumed: () => void
  readonly clock: Clock
  readonly logger: Logger
}

/** A poll that has nothing must have waited for something; else the loop waits in its place. */
const EMPTY_POLL_MIN_MS = 5
const EMPTY_POLL_PAUSE_MS = 10

/**
 * Moves records from a started source task to Kafka until the task shall stop.
 *
 * An offset becomes committable only after the broker acknowledged its record and every record
 * before it from the same source partition, so a crash repeats records but never loses one.
 * @throws what the task threw, or ConnectError when a record could not be processed or sent.
 */
export async function runSourceLoop(loop: SourceLoop): Promise<void> {
  const { control, offsets } = loop
  const ended = new AbortController()
  const committing = offsets.commitAtIntervals(ended.signal)
  let failed = true
  try {
    await moveRecords(loop)
    failed = false
  } finally {
    ended.abort()
    await committing
    if (!(failed && control.cancelled)) await offsets.commitAtEnd()
  }
}

async function moveRecords(loop: SourceLoop): Promise<void> {
  const { control, sender } = loop
  while (!control.stopping) {
    if (control.paused) {
      await pause(loop)
      continue
    }
    sender.throwIfFailed()
    const records = await poll(loop)
    // A poll need not have waited for anything.
    if (records === null) await new Promise(setImmediate)
    else await sender.send(records)
  }
}

async function pause(loop: SourceLoop): Promise<void> {
  const { control, onPaused, onResumed } = loop
  onPaused()
  while (control.paused && !control.stopping) await aborted(control.changeSignal)
  if (!control.stopping) onResumed()
}

async function poll(loop: SourceLoop): Promise<readonly SourceRecord[] | null> {
  const { task, control, clock, logger } = loop
  const startMs = performance.now()
  const signal = control.changeSignal
  try {
    const records = await task.poll(signal)
    if (records !== null && records.length > 0) return records
  } catch (error) {
    if (!isRetriable(error)) throw error
    logger.warn(`poll() failed and is called again: ${messageOf(error)}`, error)
  }
  if (performance.now() - startMs < EMPTY_POLL_MIN_MS) {
    await clock.sleep(EMPTY_POLL_PAUSE_MS, signal)
  }
  return null
}
