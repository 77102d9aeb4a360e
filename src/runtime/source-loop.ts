import type { Clock } from '../base/clock.ts'
import { isRetriable, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { SourceRecord } from '../data/record.ts'
import type { SourceTaskMetrics } from '../metrics/source-task-metrics.ts'
import type { SourceTask } from '../sdk/source-task.ts'
import type { SourceDelivery } from './source-delivery.ts'
import type { SourceSender } from './source-sender.ts'
import { aborted, type TaskControl } from './task-control.ts'

export interface SourceLoop {
  readonly task: SourceTask
  readonly sender: SourceSender
  readonly delivery: SourceDelivery
  /** All records of a poll were sent, or there were none. */
  readonly onBatch: () => Promise<void> | null
  readonly control: TaskControl
  readonly onPaused: () => void | Promise<void>
  readonly onResumed: () => void
  readonly metrics: SourceTaskMetrics
  readonly clock: Clock
  readonly logger: Logger
}

/** A poll that has nothing must have waited for something; else the loop waits in its place. */
const EMPTY_POLL_MIN_MS = 5
const EMPTY_POLL_PAUSE_MS = 10

/**
 * Moves records from a started source task to Kafka until the task shall stop.
 * @throws what the task threw, or ConnectError when a record could not be processed or sent.
 */
export async function runSourceLoop(loop: SourceLoop): Promise<void> {
  const { control, delivery, onBatch } = loop
  while (!control.stopping) {
    if (control.paused) {
      await pause(loop)
      continue
    }
    delivery.throwIfFailed()
    if (await moveBatch(loop)) await onBatch()
  }
}

/** @returns false when the task stops before all of it is sent. */
async function moveBatch(loop: SourceLoop): Promise<boolean> {
  const records = await poll(loop)
  if (records !== null) return loop.sender.send(records)
  // A poll need not have waited for anything.
  await new Promise(setImmediate)
  return true
}

async function pause(loop: SourceLoop): Promise<void> {
  const { control, onPaused, onResumed } = loop
  await onPaused()
  while (control.paused && !control.stopping) await aborted(control.changeSignal)
  if (!control.stopping) onResumed()
}

async function poll(loop: SourceLoop): Promise<readonly SourceRecord[] | null> {
  const { task, control, metrics, clock, logger } = loop
  const startMs = performance.now()
  const signal = control.changeSignal
  try {
    const records = await task.poll(signal)
    if (records !== null) metrics.polled(records.length, performance.now() - startMs)
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
