import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Producer } from '../../kafka/client.ts'
import { keyedRecord } from '../../kafka/keyed-record.ts'
import type { SourceOffset } from './offset-store.ts'
import { offsetRecords } from './offset-table.ts'

export interface TransactionOffsetsDeps {
  readonly connector: string
  /** Where the transaction writes them. */
  readonly topic: string
  /** Writes them to the worker's topic as well; null when that is where they are. */
  readonly copy: ((offsets: readonly SourceOffset[]) => Promise<void>) | null
  readonly logger: Logger
}

/** Offsets of one source task as they go into its transactions, and into the worker's topic. */
export class TransactionOffsets {
  readonly topic: string
  readonly #deps: TransactionOffsetsDeps

  constructor(deps: TransactionOffsetsDeps) {
    this.topic = deps.topic
    this.#deps = deps
  }

  /** Removed ones first leave the second place: it must not bring them back. */
  async beforeCommit(offsets: readonly SourceOffset[]): Promise<void> {
    const removed = offsets.filter(([, offset]) => offset === null)
    if (removed.length > 0) await this.#deps.copy?.(removed)
  }

  async append(producer: Producer, offsets: readonly SourceOffset[]): Promise<void> {
    const { topic, connector } = this.#deps
    await producer.prepare(topic)
    for (const record of offsetRecords(connector, offsets)) {
      await producer.room()
      producer.append(keyedRecord(topic, record))
    }
  }

  /** Does not wait: the second place only helps when the first is lost. */
  afterCommit(offsets: readonly SourceOffset[]): void {
    const { copy, logger } = this.#deps
    const set = offsets.filter(([, offset]) => offset !== null)
    if (copy === null || set.length === 0) return
    copy(set).catch((error: unknown) => {
      logger.warn(
        `The offsets are committed, but could not be copied to offset.storage.topic: ${messageOf(error)}`,
      )
    })
  }
}
