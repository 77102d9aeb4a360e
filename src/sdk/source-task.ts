import type { Logger } from '../base/logger.ts'
import type { SourceMap, SourceRecord } from '../data/record.ts'
import type { PluginMetrics } from './plugin-metrics.ts'

/** Reads the offsets that were committed for a connector. */
export interface OffsetReader {
  /** @returns One answer for each partition, in order; null where nothing was committed. */
  offsets(partitions: readonly SourceMap[]): Promise<ReadonlyArray<SourceMap | null>>
  offset(partition: SourceMap): Promise<SourceMap | null>
}

/**
 * Lets a task say where its transactions end. Offsets of aborted records are committed, so that
 * they are not read again.
 */
export interface TransactionContext {
  /** After this record, or else after the batch that `poll` returns next. */
  commitTransaction(record?: SourceRecord): void
  /** As for a commit. Records of the transaction are dropped. */
  abortTransaction(record?: SourceRecord): void
}

export interface SourceTaskContext {
  readonly offsets: OffsetReader
  /** null unless the task runs exactly once with `transaction.boundary=connector`. */
  readonly transactions: TransactionContext | null
  /** The task's properties, with the newest values of config providers. */
  configs(): Promise<Readonly<Record<string, string>>>
  /** Names connector and task in each line. */
  readonly log: Logger
  /** Metrics of one's own, which go when it stops. */
  pluginMetrics(): PluginMetrics
}

/** Where the broker put a record. */
export interface RecordMetadata {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
}

/**
 * Reads records from another system.
 *
 * Lifecycle: 1 `initialize`, 2 `start`, 3 `poll` until the task ends, 4 `stop`. Calls never overlap
 * but for `commit` and `commitRecord`, which may come while `poll` waits.
 */
export abstract class SourceTask<C = unknown> {
  #context: SourceTaskContext | undefined

  protected get context(): SourceTaskContext {
    if (this.#context === undefined) throw new TypeError('the task is not initialized')
    return this.#context
  }

  initialize(context: SourceTaskContext): void | Promise<void> {
    this.#context = context
  }

  abstract start(config: C): void | Promise<void>

  /**
   * Returns the next records; null or none when there are none for about a second. A
   * RetriableError counts as null, any other error fails the task.
   * @param signal Aborts when the task shall stop or pause: return soon, with what there is.
   */
  abstract poll(
    signal: AbortSignal,
  ): readonly SourceRecord[] | null | Promise<readonly SourceRecord[] | null>

  /** After each commit of offsets. Errors are logged. */
  commit?(): void | Promise<void>

  /**
   * Once for each record, as `poll` returned it: after the broker has it, or with null when a
   * transform or `errors.tolerance` dropped it. Errors are logged. Costs nothing if absent.
   */
  commitRecord?(record: SourceRecord, metadata: RecordMetadata | null): void

  stop(): void | Promise<void> {}
}
