import type { Logger } from '../../base/logger.ts'
import type { BrokerClock, Cancel } from '../clock.ts'
import type { GroupCoordinator } from '../groups/coordinator.ts'
import type { InternalLog } from '../log/internal-log.ts'
import { numberSetting, type Settings } from '../own-settings.ts'
import type { TopicCatalog } from '../topics/catalog.ts'
import { offsetsTopic } from '../topics/topic.ts'
import { readTransactionRecord, transactionRecord, transactionTombstone } from './records.ts'
import { completed, fenced, isEnding, isOver, type Transaction } from './transaction.ts'

export interface LedgerDependencies {
  readonly clock: BrokerClock
  readonly logger: Logger | null
  readonly settings: Settings
  /** `__transaction_state` */
  readonly log: InternalLog
  /** Where markers are appended. */
  readonly topics: TopicCatalog
  /** Learns of ended transactions that hold offsets. */
  readonly groups: GroupCoordinator
}

/** The one epoch that the only coordinator ever has. */
const COORDINATOR_EPOCH = 0
const RETRY_MS = 1000

/** Transactions by their ids, as they are in the log; ends them, also those nobody ends in time. */
export class TransactionLedger {
  readonly #dependencies: LedgerDependencies
  readonly #transactions = new Map<string, Transaction>()
  /** What is planned for a transaction: its time-out, or another attempt to end it. */
  readonly #planned = new Map<string, Cancel>()
  #cancelExpiry: Cancel = () => {}
  #isClosed: boolean

  /** Reads the log and finishes transactions whose end was decided before the restart. */
  constructor(dependencies: LedgerDependencies) {
    this.#dependencies = dependencies
    this.#isClosed = false
    dependencies.log.replay({
      record: (record) => {
        const read = readTransactionRecord(record)
        if (read?.transaction === null) this.#transactions.delete(read.id)
        else if (read !== null) this.#transactions.set(read.id, read.transaction)
      },
      end() {},
    })
    for (const transaction of this.#transactions.values()) {
      if (isEnding(transaction)) void this.#finish(transaction)
      else this.#planTimeout(transaction)
    }
    this.#planExpiry()
  }

  /** Stops all timers. */
  close(): void {
    this.#isClosed = true
    this.#cancelExpiry()
    for (const cancel of this.#planned.values()) cancel()
  }

  all(): Iterable<Transaction> {
    return this.#transactions.values()
  }

  get(id: string): Transaction | null {
    return this.#transactions.get(id) ?? null
  }

  /** @returns Whether the transaction is kept as it is now. */
  async put(transaction: Transaction): Promise<boolean> {
    const { log, logger } = this.#dependencies
    try {
      const kept = log.append([transactionRecord(transaction)])
      this.#transactions.set(transaction.id, transaction)
      this.#planTimeout(transaction)
      await kept
      return true
    } catch (error) {
      logger?.error(`transaction ${transaction.id} can not be written`, error)
      return false
    }
  }

  /**
   * Ends a transaction in two steps, so that a crash between them leaves no doubt about the end.
   *
   * @param transaction Decided, see `prepared` and `fenced`.
   * @returns Whether it has ended.
   */
  async end(transaction: Transaction): Promise<boolean> {
    if (await this.put(transaction)) return await this.#finish(transaction)
    const isDecided = this.get(transaction.id) === transaction
    if (isDecided) this.#plan(transaction, RETRY_MS, () => this.#finish(transaction))
    return false
  }

  async #finish(transaction: Transaction): Promise<boolean> {
    const { clock, logger } = this.#dependencies
    try {
      await Promise.all(this.#writeMarkers(transaction))
      if (await this.put(completed(transaction, clock.now()))) return true
    } catch (error) {
      logger?.error(`the end of transaction ${transaction.id} can not be written`, error)
    }
    this.#plan(transaction, RETRY_MS, () => this.#finish(transaction))
    return false
  }

  /** @throws StorageError */
  #writeMarkers({ producerId, producerEpoch, state, partitions }: Transaction) {
    const { topics, groups } = this.#dependencies
    const isCommit = state === 'PrepareCommit'
    const end = { producerId, producerEpoch, isCommit, coordinatorEpoch: COORDINATOR_EPOCH }
    const kept: (Promise<void> | null)[] = []
    for (const [topic, numbers] of partitions) {
      for (const number of numbers) {
        const log = topics.partition(topic, number)
        log?.appendTransactionEnd(end)
        kept.push(log?.kept() ?? null)
      }
    }
    if (partitions.has(offsetsTopic)) groups.completeTransaction(producerId, isCommit)
    return kept
  }

  #planTimeout(transaction: Transaction): void {
    const { clock } = this.#dependencies
    const { id, state, startMs, timeoutMs } = transaction
    this.#planned.get(id)?.()
    this.#planned.delete(id)
    if (state !== 'Ongoing') return
    const delayMs = Math.max(0, startMs + timeoutMs - clock.now())
    this.#plan(transaction, delayMs, () => this.#timeOut(id))
  }

  async #timeOut(id: string): Promise<void> {
    const { clock, logger } = this.#dependencies
    const transaction = this.get(id)
    if (transaction?.state !== 'Ongoing') return
    logger?.info(`transaction ${id} took more than ${transaction.timeoutMs} ms and is aborted`)
    await this.end(fenced(transaction, clock.now()))
    if (this.get(id)?.state === 'Ongoing') {
      this.#plan(transaction, RETRY_MS, () => this.#timeOut(id))
    }
  }

  #planExpiry(): void {
    const { clock, settings } = this.#dependencies
    const name = 'transaction.remove.expired.transaction.cleanup.interval.ms'
    this.#cancelExpiry = clock.after(numberSetting(settings, name), () => {
      this.#planExpiry()
      const expiryMs = numberSetting(settings, 'transactional.id.expiration.ms')
      const expired = [...this.#transactions.values()].filter(
        (one) => isOver(one) && one.lastUpdateMs + expiryMs <= clock.now(),
      )
      void this.#forget(expired.map(({ id }) => id))
    })
  }

  async #forget(ids: readonly string[]): Promise<void> {
    const { log, logger } = this.#dependencies
    if (ids.length === 0) return
    try {
      const kept = log.append(ids.map(transactionTombstone))
      for (const id of ids) this.#transactions.delete(id)
      await kept
    } catch (error) {
      logger?.error('transactional ids that nobody uses can not be forgotten', error)
    }
  }

  #plan({ id }: Transaction, delayMs: number, act: () => Promise<unknown>): void {
    if (this.#isClosed) return
    this.#planned.get(id)?.()
    this.#planned.set(
      id,
      this.#dependencies.clock.after(delayMs, () => void act()),
    )
  }
}
