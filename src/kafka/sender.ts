import { type Clock, TIMER_MS_MAX } from '../base/clock.ts'
import { ConnectError, isRetriable, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { ProducerMetrics } from '../metrics/producer-metrics.ts'
import type { Codec } from '../protocol/compression.ts'
import { errorCode } from '../protocol/error-codes.ts'
import type { Accumulator } from './accumulator.ts'
import { produce, produceJoining } from './apis.ts'
import type { Broker } from './broker.ts'
import type { Cluster } from './cluster.ts'
import type { OutgoingBatch } from './outgoing-batch.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { answerOf, produceBody, type Shipment, type ShipmentAnswer } from './produce-request.ts'
import type { ProducerConfig } from './producer-config.ts'
import type { ProducerIdentity } from './producer-identity.ts'
import { Settlement } from './settlement.ts'
import type { Transactions } from './transactions.ts'

export interface SenderOptions {
  readonly config: ProducerConfig
  readonly cluster: Cluster
  readonly accumulator: Accumulator
  /** null without idempotence. */
  readonly identity: ProducerIdentity | null
  /** null without `transactional.id`; its identity is that of the producer. */
  readonly transactions: Transactions | null
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: ProducerMetrics | null
}

const NO_IDENTITY = { producerId: -1, producerEpoch: -1 }
/** With `acks=0` nobody knows the offset. */
const DONE = { errorCode: 0, errorMessage: null, baseOffset: -1, logAppendTimeMs: -1 }
const NO_ANSWER = { ...DONE, errorCode: errorCode.UNKNOWN_SERVER_ERROR }

/**
 * Sends batches to the leaders of their partitions.
 *
 * A partition's batches keep their order when it has one request under way at a time
 * (`max.in.flight.requests.per.connection=1`) or its batches are numbered (idempotence). While one
 * is under way the records that follow pile up into the next batch.
 */
export class Sender {
  readonly #options: SenderOptions
  readonly #inFlight = new Map<Broker, number>()
  readonly #closing = new AbortController()
  readonly #settlement: Settlement
  #inFlightTotal = 0
  #scheduled: NodeJS.Immediate | null = null
  #timer: NodeJS.Timeout | null = null
  #wakeAt = Number.POSITIVE_INFINITY
  #preparing: Promise<void> | null = null
  #refreshAt = 0

  constructor(options: SenderOptions) {
    this.#options = options
    this.#settlement = new Settlement(options, this.#closing.signal)
  }

  /** Sends what can be sent at the end of this turn of the event loop. */
  wake(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null
      this.#drain()
    })
  }

  /** Fails what is not on its way. */
  drop(error: ConnectError): void {
    this.#settlement.failAll(error)
  }

  /** Stops; what is left fails with `error`. */
  close(error: ConnectError): void {
    this.#closing.abort()
    if (this.#scheduled !== null) clearImmediate(this.#scheduled)
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#settlement.failAll(error)
  }

  #drain(): void {
    if (this.#closing.signal.aborted) return
    try {
      this.#sendDue()
    } catch (cause) {
      // A bug must fail the records that it concerns, not the whole process.
      this.#settlement.failAll(
        new ConnectError(`sending failed: ${messageOf(cause)}`, { code: 'KAFKA', cause }),
      )
    }
  }

  #sendDue(): void {
    const now = this.#options.clock.elapsed()
    this.#wakeAt = Number.POSITIVE_INFINITY
    this.#wakeBy(this.#settlement.expire(now))
    if (this.#options.cluster.isStale) this.#refreshLeaders(now)
    if (this.#maySend()) {
      while (this.#sendRound(now)) {
        // A round sends one request to each broker that may take another.
      }
    }
    this.#setTimer(now)
  }

  /** False while the producer's identity is missing; then it is asked for. */
  #maySend(): boolean {
    const { identity, accumulator, transactions } = this.#options
    if (transactions !== null) return this.#mayAddToTransaction(transactions)
    if (identity === null || identity.current !== null) return true
    if (this.#inFlightTotal > 0 || accumulator.active.size === 0) return false
    this.#prepare(() => identity.obtain())
    return false
  }

  /** Partitions get into the transaction before their first batch is sent. */
  #mayAddToTransaction(transactions: Transactions): boolean {
    const { failure } = transactions
    if (failure !== null) {
      this.#settlement.failAll(failure)
      return false
    }
    const missing = [...this.#options.accumulator.active].filter(
      (queue) => !transactions.has(queue),
    )
    if (transactions.joinsByRecords) transactions.join(missing)
    else if (missing.length > 0) this.#prepare(() => transactions.add(missing))
    return true
  }

  #refreshLeaders(now: number): void {
    if (now < this.#refreshAt) {
      this.#wakeBy(this.#refreshAt)
      return
    }
    const { cluster, accumulator, config } = this.#options
    this.#refreshAt = now + config['retry.backoff.ms']
    this.#prepare(async () => {
      await cluster.refresh()
      accumulator.updateLeaders()
    })
  }

  /** Runs a step that sending waits for; it is tried again as long as there is something to send. */
  #prepare(step: () => Promise<void>): void {
    const { config, clock, accumulator } = this.#options
    this.#preparing ??= step()
      .catch((error: ConnectError) => {
        this.#settlement.lastError = error.message
        if (!isRetriable(error)) this.#settlement.failAll(error)
        return clock.sleep(config['retry.backoff.ms'], this.#closing.signal)
      })
      .finally(() => {
        this.#preparing = null
        if (accumulator.active.size > 0 && !this.#closing.signal.aborted) this.wake()
      })
  }

  #sendRound(now: number): boolean {
    const { accumulator, cluster, config } = this.#options
    const requests = new Map<Broker, PartitionQueue[]>()
    for (const queue of accumulator.active) {
      const broker = cluster.leaderOf(queue.topic, queue.partition)
      if (broker === null) {
        this.#refreshLeaders(now)
        continue
      }
      const inFlight = this.#inFlight.get(broker) ?? 0
      if (inFlight >= config['max.in.flight.requests.per.connection']) continue
      if (!this.#isSendable(queue, now)) continue
      const queues = requests.get(broker)
      if (queues === undefined) requests.set(broker, [queue])
      else queues.push(queue)
    }
    for (const [broker, queues] of requests) this.#send(broker, this.#load(queues))
    return requests.size > 0
  }

  #isSendable(queue: PartitionQueue, now: number): boolean {
    const { config, identity, transactions } = this.#options
    if (transactions?.has(queue) === false) return false
    if (queue.head === null && queue.open !== null && queue.inFlight === 0) {
      const dueAt = queue.open.createdAt + config['linger.ms']
      if (now < dueAt) this.#wakeBy(dueAt)
      else queue.close()
    }
    const { head } = queue
    if (head === null) return false
    if (now < head.retryAt) {
      this.#wakeBy(head.retryAt)
      return false
    }
    if (queue.inFlight === 0) return true
    if (identity === null) return config['max.in.flight.requests.per.connection'] > 1
    // With an epoch of its own each transaction begins with sequence 0, and the broker sees to it.
    const isOrderSure = queue.isNumberingKnown || transactions?.joinsByRecords === true
    return isOrderSure && head.sequence < 0
  }

  /** Takes a batch of each partition until the request is full. */
  #load(queues: readonly PartitionQueue[]): Shipment[] {
    const { config, accumulator } = this.#options
    const shipments: Shipment[] = []
    let leftBytes = config['max.request.size']
    for (const queue of queues) {
      const sizeBytes = queue.head?.sizeBytes ?? 0
      if (shipments.length > 0 && sizeBytes > leftBytes) continue
      leftBytes -= sizeBytes
      const batch = queue.take()
      if (batch === null) continue
      queue.inFlight++
      shipments.push({ queue, batch, encoded: this.#encode(queue, batch) })
      // Behind the others, so that each gets its turn.
      accumulator.active.delete(queue)
      if (!queue.isEmpty) accumulator.active.add(queue)
    }
    return shipments
  }

  #encode(queue: PartitionQueue, batch: OutgoingBatch): Buffer {
    const { config, identity, transactions } = this.#options
    if (identity !== null && batch.sequence < 0) {
      batch.sequence = queue.sequenceNext
      queue.sequenceNext = (batch.sequence + batch.count) & 0x7fffffff
    }
    return batch.encode(config['compression.type'] as Codec, {
      ...(identity?.current ?? NO_IDENTITY),
      baseSequence: batch.sequence,
      isTransactional: transactions !== null,
    })
  }

  #send(broker: Broker, shipments: readonly Shipment[]): void {
    this.#countInFlight(broker, 1)
    this.#exchange(broker, shipments)
      .then(
        (answers) =>
          this.#refreshIfAny(
            shipments.map((shipment, index) =>
              this.#settlement.settle(broker, shipment, answers[index] ?? NO_ANSWER),
            ),
          ),
        (error: ConnectError) =>
          this.#refreshIfAny(
            shipments.map((shipment) => this.#settlement.retryOrFail(shipment, error)),
          ),
      )
      .finally(() => {
        this.#countInFlight(broker, -1)
        if (this.#options.accumulator.active.size > 0) this.#drain()
      })
  }

  #refreshIfAny(retried: readonly boolean[]): void {
    if (retried.includes(true)) this.#refreshLeaders(this.#options.clock.elapsed())
  }

  async #exchange(
    broker: Broker,
    shipments: readonly Shipment[],
  ): Promise<readonly (ShipmentAnswer | undefined)[]> {
    const { config, transactions } = this.#options
    const acks = config.acks === 'all' ? -1 : Number(config.acks)
    const body = produceBody(shipments, {
      acks,
      timeoutMs: config['request.timeout.ms'],
      transactionalId: transactions?.id ?? null,
    })
    if (acks === 0) {
      await broker.post(produce, body)
      return shipments.map(() => DONE)
    }
    const api = transactions?.joinsByRecords === true ? produceJoining : produce
    const response = await broker.send(api, body)
    return shipments.map((shipment) => answerOf(shipment, response))
  }

  #countInFlight(broker: Broker, change: number): void {
    this.#inFlightTotal += change
    this.#inFlight.set(broker, (this.#inFlight.get(broker) ?? 0) + change)
  }

  #wakeBy(time: number): void {
    this.#wakeAt = Math.min(this.#wakeAt, time)
  }

  #setTimer(now: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#wakeAt === Number.POSITIVE_INFINITY) return
    const delayMs = Math.min(Math.max(0, this.#wakeAt - now), TIMER_MS_MAX)
    this.#timer = setTimeout(() => this.#drain(), delayMs)
  }
}
