import type { Logger } from '../base/logger.ts'
import type { SinkRecord } from '../data/record.ts'
import type { PluginMetrics } from './plugin-metrics.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** An offset to consume next, so one more than that of the last record. */
export interface PartitionOffset extends TopicPartition {
  readonly offset: number
}

/** Takes records that the sink could not write, where the connector's `errors.*` settings allow. */
export interface ErrantRecordReporter {
  /** Resolves once the record is in the dead letter queue; offsets wait for that. */
  report(record: SinkRecord, error: Error): Promise<void>
}

export interface SinkTaskContext {
  /** The task's properties, with the newest values of config providers. */
  configs(): Promise<Readonly<Record<string, string>>>
  /** Names connector and task in each line. */
  readonly log: Logger
  /** Metrics of one's own, which go when it stops. */
  pluginMetrics(): PluginMetrics
  /** Consume from these offsets, before the next `put`. */
  seek(offsets: readonly PartitionOffset[]): void
  /** Next `put` after this many milliseconds at the most, once. */
  timeout(timeoutMs: number): void
  assignment(): readonly TopicPartition[]
  /** @throws ConnectError WORKER_STATE for a partition that is not assigned. */
  pause(partitions: readonly TopicPartition[]): void
  resume(partitions: readonly TopicPartition[]): void
  /** Commit soon rather than at the next `offset.flush.interval.ms`. */
  requestCommit(): void
  /** null unless a dead letter queue or error log is configured. */
  readonly errantRecordReporter: ErrantRecordReporter | null
}

/**
 * Writes records to another system.
 *
 * Lifecycle: 1 `initialize`, 2 `start`, 3 `open` with newly assigned partitions, 4 `put` again and
 * again, also with no records, and `preCommit` in between, 5 `close` for partitions that go away
 * (right after `preCommit`, unless they were lost), 6 `stop`. Calls never overlap.
 */
export abstract class SinkTask<C = unknown> {
  #context: SinkTaskContext | undefined

  protected get context(): SinkTaskContext {
    if (this.#context === undefined) throw new TypeError('the task is not initialized')
    return this.#context
  }

  initialize(context: SinkTaskContext): void | Promise<void> {
    this.#context = context
  }

  abstract start(config: C): void | Promise<void>

  open(_partitions: readonly TopicPartition[]): void | Promise<void> {}

  /** A RetriableError brings the same records again; any other error fails the task. */
  abstract put(records: readonly SinkRecord[]): void | Promise<void>

  /** Make everything that was `put` durable. */
  flush(_offsets: readonly PartitionOffset[]): void | Promise<void> {}

  /**
   * @param offsets Of everything that was `put`, by original topic and partition.
   * @returns What may be committed; none means nothing yet. By default flushes and returns all.
   */
  async preCommit(offsets: readonly PartitionOffset[]): Promise<readonly PartitionOffset[]> {
    await this.flush(offsets)
    return offsets
  }

  close(_partitions: readonly TopicPartition[]): void | Promise<void> {}

  stop(): void | Promise<void> {}
}
