import type { Clock } from '../base/clock.ts'
import { ConnectError, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { SourceRecord } from '../data/record.ts'
import type { OutgoingRecord, SentBatch, TransactionalProducer } from '../kafka/client.ts'
import type { SourceTaskMetrics } from '../metrics/source-task-metrics.ts'
import type { TaskMetrics } from '../metrics/task-metrics.ts'
import { metadataOf, type OnRecord } from './commit-record.ts'
import type { SourceOffset } from './offsets/offset-store.ts'
import { PendingOffsets } from './offsets/pending-offsets.ts'
import type { TransactionOffsets } from './offsets/transaction-offsets.ts'
import type { SourceDelivery } from './source-delivery.ts'
import type { TransactionBoundary, TransactionEnd } from './transaction-boundary.ts'

export interface ExactlyOnceDeps {
  readonly producer: TransactionalProducer
  readonly boundary: TransactionBoundary
  readonly offsets: TransactionOffsets
  readonly onRecord: OnRecord | null
  /** `commit` of the task. */
  readonly onCommitted: (() => void | Promise<void>) | null
  readonly onTopicUsed: (topic: string) => void
  readonly metrics: SourceTaskMetrics
  readonly commitMetrics: Pick<TaskMetrics, 'committed' | 'commitFailed'>
  readonly clock: Clock
  readonly logger: Logger
}

/** A record whose transaction is open; without a batch it was dropped. */
interface Delivered {
  readonly record: SourceRecord
  readonly sent: SentBatch | null
  readonly index: number
}

/**
 * Sends the records and the offsets of one source task in transactions: readers of what is
 * committed see both or neither. Any failure fails the task; a restart goes on at the last commit.
 */
export class ExactlyOnceDelivery implements SourceDelivery {
  readonly #deps: ExactlyOnceDeps
  readonly #pending = new PendingOffsets()
  readonly #topics = new Set<string>()
  #delivered: Delivered[] = []
  /** Records of the open transaction. */
  #count = 0
  #isOpen: boolean

  constructor(deps: ExactlyOnceDeps) {
    this.#deps = deps
    this.#isOpen = false
  }

  /** A failure shows at the next record, or at the commit. */
  throwIfFailed(): void {}

  room(): Promise<void> | null {
    return this.#deps.producer.room()
  }

  send(record: SourceRecord, outgoing: OutgoingRecord): Promise<void> | null {
    const { producer, boundary, offsets, onRecord } = this.#deps
    if (outgoing.topic === offsets.topic) throw ownOffsetsTopic(offsets.topic)
    if (!this.#isOpen) this.#open()
    const sent = producer.append(outgoing)
    this.#count++
    this.#pending.note(record.sourcePartition, record.sourceOffset)
    this.#topics.add(outgoing.topic)
    if (onRecord !== null) this.#delivered.push({ record, sent, index: sent.count - 1 })
    return this.#end(boundary.afterRecord(record), 'record')
  }

  drop(record: SourceRecord): Promise<void> | null {
    const { boundary, onRecord, metrics } = this.#deps
    metrics.dropped()
    if (onRecord !== null) this.#delivered.push({ record, sent: null, index: 0 })
    return this.#end(boundary.afterRecord(record), 'record')
  }

  lose(_record: SourceRecord, error: unknown): never {
    throw error
  }

  /** All records of a poll were sent, or there were none. */
  async batchSent(): Promise<void> {
    await this.#end(this.#deps.boundary.afterBatch(), 'batch')
  }

  /** The task pauses or ends, and has not failed. */
  async finish(): Promise<void> {
    await this.#end(this.#deps.boundary.atEnd(), 'batch')
  }

  #open(): void {
    this.#deps.producer.beginTransaction()
    this.#isOpen = true
  }

  #end(end: TransactionEnd | null, after: 'record' | 'batch'): Promise<void> | null {
    if (end === null) return null
    return end === 'commit' ? this.#commit() : this.#abort(after)
  }

  /** Drops the records; their offsets are committed, so that the task does not read them again. */
  async #abort(after: 'record' | 'batch'): Promise<void> {
    const { producer, logger, metrics } = this.#deps
    if (this.#isOpen) {
      logger.info(`Aborting the transaction after a ${after}, as the task asks for it`)
      this.#isOpen = false
      await producer.abortTransaction()
    } else {
      logger.warn('The task asks to abort a transaction in which there is nothing: ignored')
    }
    metrics.dropped(this.#count)
    this.#count = 0
    this.#topics.clear()
    this.#delivered = this.#delivered.map(({ record }) => ({ record, sent: null, index: 0 }))
    await this.#commit()
  }

  async #commit(): Promise<void> {
    const { offsets, commitMetrics, clock } = this.#deps
    const startMs = clock.elapsed()
    const changed = this.#pending.take()
    try {
      if (this.#isOpen || changed.length > 0) await this.#commitTransaction(changed)
    } catch (cause) {
      commitMetrics.commitFailed()
      throw notCommitted(cause)
    }
    commitMetrics.committed(clock.elapsed() - startMs)
    offsets.afterCommit(changed)
    await this.#notify()
  }

  async #commitTransaction(changed: readonly SourceOffset[]): Promise<void> {
    const { offsets, producer, metrics } = this.#deps
    await offsets.beforeCommit(changed)
    if (!this.#isOpen) this.#open()
    await offsets.append(producer, changed)
    await producer.commitTransaction()
    this.#isOpen = false
    metrics.written(this.#count)
    metrics.transactionCommitted(this.#count)
    this.#count = 0
  }

  async #notify(): Promise<void> {
    const { onTopicUsed, onRecord, onCommitted, logger } = this.#deps
    for (const topic of this.#topics) onTopicUsed(topic)
    this.#topics.clear()
    if (onRecord !== null) {
      const delivered = this.#delivered
      this.#delivered = []
      for (const { record, sent, index } of delivered) {
        onRecord(record, sent === null ? null : metadataOf(sent, index, await sent.acked))
      }
    }
    try {
      await onCommitted?.()
    } catch (error) {
      logger.error(`The task's commit() failed: ${messageOf(error)}`, error)
    }
  }
}

function ownOffsetsTopic(topic: string): ConnectError {
  return new ConnectError(
    `Source tasks may not produce to their own offsets topics when exactly-once support is enabled: change the topic of the records or offsets.storage.topic, now both ${topic}`,
    { code: 'CONNECT_FAILED' },
  )
}

function notCommitted(cause: unknown): ConnectError {
  return new ConnectError(`Failed to flush offsets and/or records: ${messageOf(cause)}`, {
    code: 'CONNECT_FAILED',
    cause,
  })
}
