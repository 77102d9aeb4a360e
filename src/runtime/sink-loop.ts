import type { Clock } from '../base/clock.ts'
import { ConnectError, isRetriable, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { SinkRecord } from '../data/record.ts'
import type {
  Consumer,
  FetchedRecords,
  RebalanceListener,
  TopicPartition,
} from '../kafka/client.ts'
import type { SinkTaskMetrics } from '../metrics/sink-task-metrics.ts'
import type { SinkTask } from '../sdk/sink-task.ts'
import type { ErrorOperator } from './errors/operator.ts'
import type { SinkCommits } from './sink-commits.ts'
import type { SinkContext } from './sink-context.ts'
import type { SinkConversion } from './sink-conversion.ts'
import type { TaskControl } from './task-control.ts'
import { hasPartition, TopicPartitionMap } from './topic-partition-map.ts'

export interface SinkLoopDeps {
  readonly task: SinkTask
  readonly consumer: Consumer
  readonly conversion: SinkConversion
  readonly commits: SinkCommits
  readonly context: SinkContext
  readonly errors: ErrorOperator
  /** @throws when a record was reported that may not be lost. */
  readonly throwIfReportFailed: () => void
  /** Forgets reports of partitions that belong to somebody else. */
  readonly onLost: (partitions: readonly TopicPartition[]) => void
  readonly onTopicUsed: (topic: string) => void
  readonly control: TaskControl
  readonly onPaused: () => void
  readonly onResumed: () => void
  readonly metrics: SinkTaskMetrics
  /** `offset.flush.interval.ms` */
  readonly commitIntervalMs: number
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Moves records from Kafka to one started sink task until it shall stop; then commits and closes.
 *
 * At least once: only offsets of records that were `put`, and that the task's `preCommit` returned,
 * are committed. Before partitions go to another member, theirs are.
 */
export class SinkLoop {
  readonly listener: RebalanceListener = {
    onAssigned: (partitions) => this.#inRebalance(() => this.#assigned(partitions)),
    onRevoked: (partitions) => this.#inRebalance(() => this.#revoked(partitions)),
    onLost: (partitions) => this.#inRebalance(() => this.#lost(partitions)),
  }
  readonly #deps: SinkLoopDeps
  #batch: SinkRecord[] = []
  /** Offsets after the records of the batch, those that were dropped included. */
  readonly #batchOffsets = new TopicPartitionMap<number>()
  /** Why nothing is consumed at the moment, beside partitions that the task itself paused. */
  readonly #halts = new Set<'pause' | 'redelivery'>()
  #rebalanceError: unknown = null
  #nextCommitMs = 0

  constructor(deps: SinkLoopDeps) {
    this.#deps = deps
  }

  /** @throws what the task threw, or ConnectError when a record could not be processed. */
  async run(): Promise<void> {
    const { control, commits, clock, commitIntervalMs, logger } = this.#deps
    this.#nextCommitMs = clock.elapsed() + commitIntervalMs
    const onChange = () => {
      this.#deps.consumer.wakeup()
      if (!control.stopping) control.changeSignal.addEventListener('abort', onChange)
    }
    control.changeSignal.addEventListener('abort', onChange)
    try {
      while (!control.stopping) await this.#iterate()
    } catch (error) {
      await commits.commitAndClose(commits.partitions).catch((closing: unknown) => {
        logger.error(`Closing after a failure failed too: ${messageOf(closing)}`, closing)
      })
      throw error
    }
    await commits.commitAndClose(commits.partitions)
  }

  async #iterate(): Promise<void> {
    const { commits, context, clock, commitIntervalMs } = this.#deps
    const nowMs = clock.elapsed()
    if (!commits.committing && (context.commitRequested || nowMs >= this.#nextCommitMs)) {
      context.commitBegun()
      this.#nextCommitMs = nowMs + commitIntervalMs
      await commits.commit()
    }
    commits.checkTimeout()
    await this.#poll(Math.max(this.#nextCommitMs - clock.elapsed(), 0))
    // Lets sockets and other tasks have their turn, also while there is always something to do.
    await new Promise(setImmediate)
  }

  async #poll(limitMs: number): Promise<void> {
    const { consumer, context, control } = this.#deps
    this.#seek()
    const timeoutMs = Math.min(context.takeTimeoutMs() ?? limitMs, limitMs)
    const fetched = await consumer.poll(timeoutMs)
    this.#throwRebalanceError()
    if (control.stopping) return
    if (control.paused !== this.#halts.has('pause')) this.#changePaused(control.paused)
    for (const records of fetched) {
      if (!(await this.#convert(records))) return
    }
    await this.#deliver()
  }

  #seek(): void {
    const { consumer, context, commits } = this.#deps
    for (const offset of context.takeSeeks()) {
      consumer.seek(offset)
      commits.reset(offset)
    }
  }

  #throwRebalanceError(): void {
    if (this.#rebalanceError === null) return
    const error = this.#rebalanceError
    this.#rebalanceError = null
    throw error
  }

  #changePaused(paused: boolean): void {
    const { consumer, context, onPaused, onResumed } = this.#deps
    if (paused) {
      this.#halts.add('pause')
      consumer.pause(consumer.assignment())
      onPaused()
      context.requestCommit()
    } else {
      this.#goOn('pause')
      onResumed()
    }
  }

  /** @returns false when the task stops meanwhile. */
  async #convert(records: FetchedRecords): Promise<boolean> {
    const { conversion, errors, onTopicUsed } = this.#deps
    if (records.count === 0) return true
    this.#deps.metrics.consumed(records.count)
    for (let next = 0; next < records.count; ) {
      try {
        conversion.convert(records, next, this.#batch)
        next = records.count
      } catch (error) {
        const { index, stage, className } = conversion
        this.#noteConverted(records.topic, next)
        const origin = { kind: 'sink', records, index } as const
        const verdict = await errors.decide({ stage, className, error, origin })
        if (verdict === 'stop') return false
        next = verdict === 'skip' ? index + 1 : index
      }
    }
    this.#batchOffsets.set(records, (records.offsets[records.count - 1] as number) + 1)
    onTopicUsed(records.topic)
    return true
  }

  /** A topic is used once a record of it was converted, even if a transformation fails then. */
  #noteConverted(topic: string, from: number): void {
    const { conversion, onTopicUsed } = this.#deps
    if (conversion.index > from || conversion.stage === 'TRANSFORMATION') onTopicUsed(topic)
  }

  async #deliver(): Promise<void> {
    const { task, commits, throwIfReportFailed, metrics, logger } = this.#deps
    const startMs = performance.now()
    try {
      await task.put(this.#batch)
    } catch (error) {
      if (isRetriable(error)) return this.#redeliver(error)
      logger.error(`put() failed and so does the task, until it is restarted: ${messageOf(error)}`)
      throw new ConnectError('Exiting WorkerSinkTask due to unrecoverable exception.', {
        code: 'CONNECT_FAILED',
        cause: error,
      })
    }
    throwIfReportFailed()
    commits.delivered(this.#batchOffsets)
    metrics.put(this.#batch.length, performance.now() - startMs)
    this.#batch = []
    this.#batchOffsets.clear()
    if (this.#halts.has('redelivery')) this.#goOn('redelivery')
  }

  /** The same batch is put again after the next poll, which brings nothing new until then. */
  #redeliver(error: unknown): void {
    const { consumer, logger } = this.#deps
    logger.warn(`put() failed and is called again: ${messageOf(error)}`, error)
    if (this.#halts.has('redelivery')) return
    this.#halts.add('redelivery')
    consumer.pause(consumer.assignment())
  }

  #goOn(after: 'pause' | 'redelivery'): void {
    const { consumer, context } = this.#deps
    this.#halts.delete(after)
    if (this.#halts.size > 0) return
    consumer.resume(
      consumer.assignment().filter((partition) => !hasPartition(context.paused, partition)),
    )
  }

  /** Errors are kept for the loop: a rebalance goes on whatever the task does. */
  async #inRebalance(work: () => Promise<void>): Promise<void> {
    if (this.#deps.control.stopping) return
    try {
      await work()
    } catch (error) {
      this.#rebalanceError ??= error
    }
  }

  async #assigned(partitions: readonly TopicPartition[]): Promise<void> {
    const { task, consumer, commits } = this.#deps
    if (partitions.length === 0) return
    for (const partition of partitions) {
      commits.reset({ ...partition, offset: await consumer.position(partition) })
    }
    this.#pauseAgain()
    if (this.#rebalanceError !== null) return
    await task.open(partitions)
    this.#seek()
  }

  /** New partitions come unpaused. */
  #pauseAgain(): void {
    const { consumer, context } = this.#deps
    if (this.#halts.has('redelivery') && this.#batch.length === 0) this.#goOn('redelivery')
    if (this.#halts.size > 0) consumer.pause(consumer.assignment())
    else if (context.paused.length > 0) consumer.pause(context.paused)
  }

  async #revoked(partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return
    try {
      await this.#deps.commits.commitAndClose(partitions)
    } finally {
      this.#forget(partitions)
    }
  }

  async #lost(partitions: readonly TopicPartition[]): Promise<void> {
    const { task, onLost } = this.#deps
    if (partitions.length === 0) return
    try {
      onLost(partitions)
      await task.close(partitions)
    } finally {
      this.#forget(partitions)
    }
  }

  #forget(partitions: readonly TopicPartition[]): void {
    const { commits, context } = this.#deps
    commits.forget(partitions)
    context.unassigned(partitions)
    for (const partition of partitions) this.#batchOffsets.delete(partition)
    this.#batch = this.#batch.filter(
      ({ originalTopic: topic, originalPartition: partition }) =>
        !hasPartition(partitions, { topic, partition }),
    )
  }
}
