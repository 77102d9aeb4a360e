import type { Clock } from '../base/clock.ts'
import { ConnectError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { ClientMetrics } from '../metrics/client-metrics.ts'
import { ProducerMetrics } from '../metrics/producer-metrics.ts'
import { type Codec, loadCodec } from '../protocol/compression.ts'
import { errorCode } from '../protocol/error-codes.ts'
import { Accumulator } from './accumulator.ts'
import { initProducerId } from './apis.ts'
import { brokerError } from './broker-error.ts'
import type { OutgoingRecord, SentBatch, TransactionalProducer } from './client.ts'
import { Cluster } from './cluster.ts'
import type { ProducerConfig } from './producer-config.ts'
import { type Identity, ProducerIdentity } from './producer-identity.ts'
import { retrying } from './retry.ts'
import { Sender } from './sender.ts'
import { closedError } from './settlement.ts'
import { Transactions } from './transactions.ts'

export interface ProducerOptions {
  readonly config: ProducerConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: ClientMetrics | null
}

/** Attempts to find a topic before it is said to be missing. */
const PATIENCE = 4

/** Collects records into batches and sends them; see the ports for what it promises. */
export class BatchProducer implements TransactionalProducer {
  readonly #options: ProducerOptions
  readonly #cluster: Cluster
  readonly #accumulator: Accumulator
  readonly #sender: Sender
  readonly #transactions: Transactions | null
  readonly #prepared = new Set<string>()
  readonly #closing = new AbortController()

  constructor(options: ProducerOptions) {
    const { config, clock, logger, metrics } = options
    this.#options = options
    const autoCreateTopics = config['allow.auto.create.topics']
    const cluster = new Cluster({ config, clock, autoCreateTopics, metrics })
    this.#cluster = cluster
    this.#accumulator = new Accumulator({
      batchBytesMax: config['batch.size'],
      requestBytesMax: config['max.request.size'],
      bufferBytesMax: config['buffer.memory'],
      clock,
      leadersOf: (topic) => {
        const leaders = cluster.topic(topic)?.leaders ?? []
        return leaders.length === 0 ? null : leaders
      },
    })
    const transactionalId = config['transactional.id']
    const resetSequences = () => {
      for (const queue of this.#accumulator.queues()) queue.resetSequences()
    }
    this.#transactions =
      transactionalId === null
        ? null
        : new Transactions({
            ...{ transactionalId, config, cluster, clock, logger },
            onIdentityChanged: resetSequences,
          })
    const identity = config['enable.idempotence']
      ? new ProducerIdentity(() => newIdentity(cluster), resetSequences)
      : null
    this.#sender = new Sender({
      ...{ config, cluster, clock, logger },
      accumulator: this.#accumulator,
      identity: this.#transactions?.identity ?? identity,
      transactions: this.#transactions,
      metrics: metrics === null ? null : new ProducerMetrics(metrics),
    })
  }

  initTransactions(): Promise<void> {
    return this.#transactional().init()
  }

  beginTransaction(): void {
    this.#transactional().begin()
  }

  async commitTransaction(): Promise<void> {
    await this.flush()
    await this.#transactional().commit()
  }

  async abortTransaction(): Promise<void> {
    this.#sender.drop(
      new ConnectError('the transaction of the records was aborted', { code: 'KAFKA' }),
    )
    await this.flush()
    await this.#transactional().abort()
  }

  isPrepared(topic: string): boolean {
    return this.#prepared.has(topic)
  }

  async prepare(topic: string): Promise<void> {
    if (this.#prepared.has(topic)) return
    const { config, clock, logger } = this.#options
    this.#cluster.watch(topic)
    await loadCodec(config['compression.type'] as Codec)
    let attempts = 0
    const retry = { config, clock, signal: this.#closing.signal }
    await retrying(`metadata of topic ${topic}`, config['max.block.ms'], retry, async () => {
      await this.#cluster.refresh()
      const known = this.#cluster.topic(topic)
      const code = known?.errorCode ?? errorCode.UNKNOWN_TOPIC_OR_PARTITION
      if (known !== undefined && code === errorCode.NONE) return
      const error = topicError(topic, code)
      // A broker that creates topics first answers that there is none.
      if (++attempts === PATIENCE) logger.warn(`${error.message}; waiting for it`)
      throw error
    })
    this.#prepared.add(topic)
  }

  append(record: OutgoingRecord): SentBatch {
    if (this.#closing.signal.aborted) throw closedError()
    this.#transactions?.ensureOpen()
    const batch = this.#accumulator.append(record)
    if (batch.count === 1) this.#sender.wake()
    return batch
  }

  room(): Promise<void> | null {
    return this.#accumulator.room()
  }

  async flush(): Promise<void> {
    this.#accumulator.closeAll()
    this.#sender.wake()
    await Promise.allSettled(Array.from(this.#accumulator.pending, ({ acked }) => acked))
  }

  async close(timeoutMs: number): Promise<void> {
    const { clock } = this.#options
    const flushed = new AbortController()
    if (timeoutMs > 0) {
      const finish = this.#finish().finally(() => flushed.abort())
      await Promise.race([finish, clock.sleep(timeoutMs, flushed.signal)])
    }
    this.#closing.abort()
    this.#sender.close(closedError())
    this.#transactions?.close()
    this.#cluster.close()
  }

  /** An open transaction is aborted, so that nobody has to wait for its time-out. */
  async #finish(): Promise<void> {
    if (this.#transactions?.isOpen !== true) return this.flush()
    // Readers are the better for it, but nothing is lost without.
    await this.abortTransaction().catch(() => {})
  }

  #transactional(): Transactions {
    if (this.#transactions !== null) return this.#transactions
    throw new TypeError('the producer has no transactional.id')
  }
}

/** @throws ConnectError KAFKA_UNAVAILABLE, or KAFKA when the broker refuses. */
async function newIdentity(cluster: Cluster): Promise<Identity> {
  const { errorCode: code, ...identity } = await cluster.send(initProducerId, {
    transactionalId: null,
    transactionTimeoutMs: 0x7fffffff,
  })
  if (code !== errorCode.NONE) throw brokerError('getting a producer id', code)
  return identity
}

function topicError(topic: string, code: number): ConnectError {
  if (code !== errorCode.UNKNOWN_TOPIC_OR_PARTITION) return brokerError(`topic ${topic}`, code)
  return new ConnectError(
    `topic ${topic} does not exist and the broker does not create it (auto.create.topics.enable): create it`,
    { code: 'KAFKA_UNAVAILABLE' },
  )
}
