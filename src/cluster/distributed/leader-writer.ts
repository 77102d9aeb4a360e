import type { Clock } from '../../base/clock.ts'
import { ConnectError, RetriableError } from '../../base/errors.ts'
import type { TransactionalProducer } from '../../kafka/client.ts'
import { keyedRecord } from '../../kafka/keyed-record.ts'
import { settlesWithin } from '../../runtime/time-limit.ts'
import type { LogRecord } from './record-log.ts'

/** Writes what only the leader may write; never two workers at the same time. */
export interface LeaderWriter {
  readonly isClaimed: boolean
  /** From now on this worker writes: whatever a former leader still writes fails. */
  claim(): Promise<void>
  release(): Promise<void>
  /**
   * Resolves when the records are durable, all of them or none.
   * @throws RetriableError when they are not; then `claim` has to be called again.
   */
  append(records: readonly LogRecord[], timeoutMs: number): Promise<void>
}

export interface TransactionalWriterDependencies {
  readonly topic: string
  readonly clock: Clock
  createProducer(): TransactionalProducer
}

const CLOSE_TIMEOUT_MS = 5000

/** Writes in transactions of one id for all leaders, so that each ends the producer before it. */
export class TransactionalWriter implements LeaderWriter {
  readonly #deps: TransactionalWriterDependencies
  #producer: TransactionalProducer | null = null
  /** Transactions are one after the other. */
  #last: Promise<void> = Promise.resolve()

  constructor(deps: TransactionalWriterDependencies) {
    this.#deps = deps
  }

  get isClaimed(): boolean {
    return this.#producer !== null
  }

  async claim(): Promise<void> {
    if (this.#producer !== null) return
    const producer = this.#deps.createProducer()
    try {
      await producer.initTransactions()
      await producer.prepare(this.#deps.topic)
    } catch (error) {
      await producer.close(0)
      throw error
    }
    this.#producer = producer
  }

  async release(): Promise<void> {
    const producer = this.#producer
    this.#producer = null
    await producer?.close(CLOSE_TIMEOUT_MS)
  }

  append(records: readonly LogRecord[], timeoutMs: number): Promise<void> {
    const written = this.#last.then(() => this.#write(records, timeoutMs))
    this.#last = written.catch(() => {})
    return written
  }

  async #write(records: readonly LogRecord[], timeoutMs: number): Promise<void> {
    const producer = this.#producer
    try {
      if (producer === null) {
        throw new ConnectError('another worker may be the leader by now', { code: 'WORKER_STATE' })
      }
      const written = this.#transaction(producer, records)
      if (await settlesWithin(written, timeoutMs, this.#deps.clock)) return
      throw new ConnectError(`no answer within ${timeoutMs} ms`, { code: 'KAFKA_TIMEOUT' })
    } catch (cause) {
      this.#producer = null
      await producer?.close(0)
      throw new RetriableError(
        'Failed to write to config topic; this may be due to a transient error and the request can be safely retried',
        { cause },
      )
    }
  }

  async #transaction(
    producer: TransactionalProducer,
    records: readonly LogRecord[],
  ): Promise<void> {
    producer.beginTransaction()
    for (const record of records) {
      const room = producer.room()
      if (room !== null) await room
      producer.append(keyedRecord(this.#deps.topic, record))
    }
    await producer.commitTransaction()
  }
}
