import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Consumer, PartitionOffset, TopicPartition } from '../kafka/client.ts'
import type { SinkProgress, SinkTaskMetrics } from '../metrics/sink-task-metrics.ts'
import type { SinkTask } from '../sdk/sink-task.ts'
import type { TaskControl } from './task-control.ts'
import { hasPartition, TopicPartitionMap, toOffsets } from './topic-partition-map.ts'

export interface SinkCommitsDeps {
  readonly task: SinkTask
  readonly consumer: Consumer
  readonly control: TaskControl
  /** Resolves when all records of these partitions that were reported are in the dead letter queue. */
  readonly reported: (partitions: readonly TopicPartition[]) => Promise<void>
  /** `offset.flush.timeout.ms` */
  readonly timeoutMs: number
  readonly metrics: SinkTaskMetrics
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Commits of one sink task: which offsets the task has, which are committed, and the commit that is
 * under way, if any. A commit that fails is logged and made good by the next one.
 */
export class SinkCommits {
  readonly #deps: SinkCommitsDeps
  /** Next offset after the records that were put. */
  readonly #current = new TopicPartitionMap<number>()
  readonly #committed = new TopicPartitionMap<number>()
  /** Numbers commits, so that the end of an older one is told apart. */
  #sequence = 0
  #startMs: number | null = null

  constructor(deps: SinkCommitsDeps) {
    this.#deps = deps
  }

  get committing(): boolean {
    return this.#startMs !== null
  }

  /** Partitions that the task has open. */
  get partitions(): readonly TopicPartition[] {
    return this.#current.partitions()
  }

  /** For the metrics. */
  get progress(): SinkProgress {
    const { consumer } = this.#deps
    let uncommitted = 0
    let lagMax: number | null = null
    for (const [partition, offset] of this.#current.entries()) {
      uncommitted += Math.max(0, offset - (this.#committed.get(partition) ?? offset))
      const end = consumer.knownEnd(partition)
      if (end !== null) lagMax = Math.max(lagMax ?? 0, end - offset)
    }
    return { partitions: this.#current.size, uncommitted, lagMax }
  }

  /** The task is, or shall be, at this offset and everything before it is done with. */
  reset({ topic, partition, offset }: PartitionOffset): void {
    this.#current.set({ topic, partition }, offset)
    this.#committed.set({ topic, partition }, offset)
  }

  /** Everything before these offsets was put. */
  delivered(offsets: TopicPartitionMap<number>): void {
    for (const [partition, offset] of offsets.entries()) this.#current.set(partition, offset)
  }

  forget(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      this.#current.delete(partition)
      this.#committed.delete(partition)
    }
  }

  /** Gives up a commit that takes too long. */
  checkTimeout(): void {
    const { clock, timeoutMs, logger } = this.#deps
    if (this.#startMs === null || clock.elapsed() - this.#startMs < timeoutMs) return
    logger.warn(`Commit ${this.#sequence} of offsets timed out after ${timeoutMs} ms`)
    this.#startMs = null
  }

  /** Begins a commit of everything; its end is not awaited, that of `preCommit` is. */
  async commit(): Promise<void> {
    const offsets = await this.#preCommit(this.partitions, false)
    if (offsets === null) return
    const sequence = this.#sequence
    this.#deps.consumer.commit(offsets).then(
      () => this.#completed(sequence, offsets, null),
      (error: unknown) => this.#completed(sequence, offsets, error),
    )
  }

  /** Commits these partitions for the last time and closes them in the task. */
  async commitAndClose(partitions: readonly TopicPartition[]): Promise<void> {
    const { task, consumer } = this.#deps
    if (partitions.length === 0) return
    let offsets: readonly PartitionOffset[] | null = null
    try {
      offsets = await this.#preCommit(partitions, true)
    } finally {
      await task.close(partitions)
    }
    if (offsets === null) return
    const sequence = this.#sequence
    try {
      await consumer.commit(offsets)
      this.#completed(sequence, offsets, null)
    } catch (error) {
      this.#completed(sequence, offsets, error)
    }
  }

  /** @returns null when there is nothing to commit. */
  async #preCommit(
    partitions: readonly TopicPartition[],
    closing: boolean,
  ): Promise<readonly PartitionOffset[] | null> {
    const { task, control, reported, metrics, clock, logger } = this.#deps
    await reported(partitions)
    const current = toOffsets(this.#current).filter((offset) => hasPartition(partitions, offset))
    if (current.length === 0 || control.cancelled) return null
    metrics.commitBegan(++this.#sequence)
    this.#startMs = clock.elapsed()
    let wanted: readonly PartitionOffset[]
    try {
      wanted = await task.preCommit(current)
    } catch (error) {
      if (closing) {
        logger.warn(`Offsets can't be committed before closing: ${messageOf(error)}`, error)
      } else {
        logger.error(
          `preCommit() failed, going back to the offsets committed last: ${messageOf(error)}`,
          error,
        )
        this.#rewind(current)
      }
      this.#startMs = null
      metrics.commitFailed()
      return null
    }
    const changed = this.#committable(wanted, current)
    if (changed.length > 0) return closing ? changed : this.#withUnchanged(changed, current)
    metrics.committed(clock.elapsed() - this.#startMs)
    this.#startMs = null
    return null
  }

  /** Of what the task wants committed, that which may be and is not yet. */
  #committable(
    wanted: readonly PartitionOffset[],
    current: readonly PartitionOffset[],
  ): readonly PartitionOffset[] {
    const { consumer, logger } = this.#deps
    const assignment = consumer.assignment()
    return wanted.filter((offset) => {
      const name = `${offset.topic}-${offset.partition}`
      const limit = current.find((one) => hasPartition([one], offset))
      if (limit === undefined) {
        if (!hasPartition(assignment, offset)) {
          logger.warn(`Ignoring the offset ${offset.offset} of ${name}, which is not assigned`)
        }
        return false
      }
      if (offset.offset > limit.offset) {
        logger.warn(
          `Ignoring the offset ${offset.offset} of ${name}: records were put up to ${limit.offset}`,
        )
        return false
      }
      return this.#committed.get(offset) !== offset.offset
    })
  }

  /**
   * Partitions in which nothing came are committed along with the others: a task that starts later
   * would find them wherever `auto.offset.reset` has it begin.
   */
  #withUnchanged(
    changed: readonly PartitionOffset[],
    current: readonly PartitionOffset[],
  ): readonly PartitionOffset[] {
    const all = new TopicPartitionMap<number>()
    for (const partition of current) {
      const offset = this.#committed.get(partition)
      if (offset !== undefined) all.set(partition, offset)
    }
    for (const partition of changed) all.set(partition, partition.offset)
    return toOffsets(all)
  }

  #rewind(current: readonly PartitionOffset[]): void {
    for (const partition of current) {
      const offset = this.#committed.get(partition)
      if (offset === undefined) continue
      this.#deps.consumer.seek({ ...partition, offset })
      this.#current.set(partition, offset)
    }
  }

  #completed(sequence: number, offsets: readonly PartitionOffset[], error: unknown): void {
    const { metrics, clock, logger } = this.#deps
    if (sequence !== this.#sequence) {
      logger.debug(`Commit ${sequence} ended after commit ${this.#sequence} had begun`)
      metrics.commitSkipped()
      return
    }
    const elapsedMs = this.#startMs === null ? 0 : clock.elapsed() - this.#startMs
    this.#startMs = null
    if (error !== null) {
      metrics.commitFailed()
      logger.error(`Failed to commit offsets, trying again later: ${messageOf(error)}`, error)
      return
    }
    for (const offset of offsets) {
      if (this.#current.has(offset)) this.#committed.set(offset, offset.offset)
    }
    metrics.committed(elapsedMs)
  }
}
