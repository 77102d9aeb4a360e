import type { Clock } from '../base/clock.ts'
import { ConnectError, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { errorCode } from '../protocol/error-codes.ts'
import { addPartitionsToTxn, endTxn, endTxnRenewing, initProducerId } from './apis.ts'
import { brokerError } from './broker-error.ts'
import type { TopicPartition } from './client.ts'
import type { Cluster } from './cluster.ts'
import { Coordinator } from './coordinator.ts'
import type { ProducerConfig } from './producer-config.ts'
import { type Identity, ProducerIdentity } from './producer-identity.ts'
import { retrying } from './retry.ts'

export interface TransactionsOptions {
  readonly transactionalId: string
  readonly config: ProducerConfig
  readonly cluster: Cluster
  readonly clock: Clock
  readonly logger: Logger
  /** The numbering of batches begins anew. */
  readonly onIdentityChanged: () => void
}

const NOBODY: Identity = { producerId: -1, producerEpoch: -1 }
/** The broker ends the transaction before in a moment. */
const CONCURRENT_DELAY_MS = 5
/** Level of `transaction.version` from which on records take their partition into a transaction. */
const JOINING_SINCE = 2
/** Attempts at a call before the log tells that it takes long. */
const PATIENCE = 4

/**
 * The transactions of one transactional id, one after the other. A batch that is lost fails the
 * open one, which can then only be aborted; a newer producer of the same id ends them all.
 *
 * Where the cluster knows KIP-890, its first batch takes a partition into a transaction, and each
 * end brings a new epoch, so that nothing that arrives late can get into the next one. Elsewhere
 * partitions are taken in by a request of their own.
 */
export class Transactions {
  readonly id: string
  readonly identity: ProducerIdentity
  readonly #options: TransactionsOptions
  readonly #coordinator: Coordinator
  readonly #closing = new AbortController()
  /** Partitions that are in the open transaction; the same object each time, their queue. */
  readonly #joined = new Set<TopicPartition>()
  /** Partitions that were asked to be taken in, as long as it is not known whether they are. */
  #asked: readonly TopicPartition[] | null = null
  #adding: Promise<void> = Promise.resolve()
  #last: Identity = NOBODY
  #isOpen: boolean
  /** Decided with each identity that is asked for. */
  #joinsByRecords: boolean
  #failure: ConnectError | null = null

  constructor(options: TransactionsOptions) {
    this.id = options.transactionalId
    this.#options = options
    this.#isOpen = false
    this.#joinsByRecords = false
    this.#coordinator = new Coordinator(options.cluster, this.id, 'transaction')
    this.identity = new ProducerIdentity(() => this.#requestIdentity(), options.onIdentityChanged)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Whether the first batch takes its partition in: then `join` has to be told of it. */
  get joinsByRecords(): boolean {
    return this.#joinsByRecords
  }

  /** Why the open transaction can't be committed. */
  get failure(): ConnectError | null {
    return this.#failure
  }

  /** Fences older producers of the id; what they left open is aborted. */
  async init(): Promise<void> {
    if (this.identity.current !== null) {
      throw new TypeError(`transactional id ${this.id} is in use by this producer already`)
    }
    await this.#call('taking over', () => this.identity.obtain())
    this.#failure = null
  }

  begin(): void {
    if (this.#failure !== null) throw this.#failed(this.#failure)
    if (this.#isOpen || this.identity.current === null) {
      throw new TypeError(
        this.#isOpen ? 'a transaction is open already' : 'transactions were not initialized',
      )
    }
    this.#isOpen = true
  }

  /** @throws ConnectError when nothing more can be sent in the open transaction. */
  ensureOpen(): void {
    if (this.#failure !== null) throw this.#failed(this.#failure)
    if (!this.#isOpen) throw new TypeError('records are sent outside of a transaction')
  }

  has(partition: TopicPartition): boolean {
    return this.#joined.has(partition)
  }

  /** Batches of these partitions will be sent. */
  join(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#joined.add(partition)
  }

  /** Takes partitions into the open transaction: before their first batch is sent. */
  add(partitions: readonly TopicPartition[]): Promise<void> {
    this.#asked = partitions
    this.#adding = this.#add(partitions)
    return this.#adding
  }

  async #add(partitions: readonly TopicPartition[]): Promise<void> {
    const what = `taking partitions into transaction ${this.id}`
    const topics = Array.from(
      Map.groupBy(partitions, ({ topic }) => topic),
      ([name, of]) => ({ name, partitions: of.map(({ partition }) => partition) }),
    )
    let code: number = errorCode.CONCURRENT_TRANSACTIONS
    while (code === errorCode.CONCURRENT_TRANSACTIONS) {
      const answer = await this.#coordinator.send(addPartitionsToTxn, {
        v3AndBelowTransactionalId: this.id,
        v3AndBelowProducerId: this.#last.producerId,
        v3AndBelowProducerEpoch: this.#last.producerEpoch,
        v3AndBelowTopics: topics,
        transactions: [],
      })
      code = firstCode(answer.resultsByTopicV3AndBelow)
      if (code === errorCode.CONCURRENT_TRANSACTIONS) {
        await this.#options.clock.sleep(CONCURRENT_DELAY_MS, this.#closing.signal)
        if (this.#closing.signal.aborted) throw brokerError(what, code)
      }
    }
    this.#asked = null
    this.#coordinator.check('taking partitions into it', code)
    this.join(partitions)
  }

  /**
   * A batch of the open transaction is lost, or the broker refuses the producer.
   * @param isNumbered Whether what follows needs a new numbering.
   */
  fail(error: ConnectError, isNumbered: boolean): void {
    this.#failure ??= error
    if (isNumbered) this.identity.invalidate()
  }

  /** Call it when all batches are settled. */
  async commit(): Promise<void> {
    this.ensureOpen()
    await this.#end(true)
  }

  /** Call it when all batches are settled. */
  async abort(): Promise<void> {
    if (!this.#isOpen) throw new TypeError('there is no transaction to abort')
    if (this.#failure?.code === 'KAFKA_FENCED') throw this.#failure
    this.#failure = null
    await this.#settleAdding()
    await this.#end(false)
    if (this.identity.current === null) await this.#call('renewing', () => this.identity.obtain())
  }

  close(): void {
    this.#closing.abort()
    this.#coordinator.close()
  }

  /** Only a transaction that has partitions can be ended, and only then it has to be. */
  async #settleAdding(): Promise<void> {
    await this.#adding.catch(() => {})
    const asked = this.#asked
    if (asked === null || this.#joined.size > 0) return
    await this.#call('aborting', () => this.add(asked))
  }

  async #end(committed: boolean): Promise<void> {
    const what = committed ? 'committing' : 'aborting'
    if (this.#joined.size > 0) await this.#call(what, () => this.#requestEnd(what, committed))
    this.#joined.clear()
    this.#asked = null
    this.#isOpen = false
  }

  async #requestEnd(what: string, committed: boolean): Promise<void> {
    const {
      errorCode: code,
      producerId,
      producerEpoch,
    } = await this.#coordinator.send(this.#joinsByRecords ? endTxnRenewing : endTxn, {
      transactionalId: this.id,
      ...this.#last,
      committed,
    })
    // The broker has aborted it. Without new epochs it says so itself.
    const isTooLate = this.#joinsByRecords && code === errorCode.INVALID_TXN_STATE
    this.#coordinator.check(what, isTooLate ? errorCode.INVALID_PRODUCER_EPOCH : code)
    if (producerId < 0) return
    this.#last = { producerId, producerEpoch }
    this.identity.renew(this.#last)
  }

  /** The first time as anybody, later as the one it was: then only the epoch grows. */
  async #requestIdentity(): Promise<Identity> {
    const {
      errorCode: code,
      producerId,
      producerEpoch,
    } = await this.#coordinator.send(initProducerId, {
      transactionalId: this.id,
      transactionTimeoutMs: this.#options.config['transaction.timeout.ms'],
      ...this.#last,
    })
    this.#coordinator.check('getting a producer id', code)
    this.#last = { producerId, producerEpoch }
    this.#joinsByRecords = this.#coordinator.transactionVersion >= JOINING_SINCE
    return this.#last
  }

  async #call(what: string, attempt: () => Promise<void>): Promise<void> {
    const { config, clock, logger } = this.#options
    const retry = { config, clock, signal: this.#closing.signal }
    const named = `${what} transaction ${this.id}`
    let attempts = 0
    const tell = (error: unknown) => {
      if (++attempts === PATIENCE) logger.warn(`${named} takes long: ${messageOf(error)}`)
      throw error
    }
    try {
      await retrying(named, config['max.block.ms'], retry, () => attempt().catch(tell))
    } catch (error) {
      if (error instanceof ConnectError) this.fail(error, true)
      throw error
    }
  }

  #failed(cause: ConnectError): ConnectError {
    if (cause.code === 'KAFKA_FENCED') return cause
    return new ConnectError(
      `transaction ${this.id} has failed and can only be aborted: ${cause.message}`,
      { code: 'KAFKA_TRANSACTION_FAILED', cause },
    )
  }
}

/** The first that is not NONE; those that were not tried for another's sake tell nothing. */
function firstCode(
  topics: ReadonlyArray<{
    readonly resultsByPartition: ReadonlyArray<{ readonly partitionErrorCode: number }>
  }>,
): number {
  const codes = topics.flatMap(({ resultsByPartition }) =>
    resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode),
  )
  return (
    codes.find((code) => code !== errorCode.NONE && code !== errorCode.OPERATION_NOT_ATTEMPTED) ??
    errorCode.NONE
  )
}
