import { backoffMs } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import { ConnectError, isRetriable, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Codec } from '../protocol/compression.ts'
import { errorCode } from '../protocol/error-codes.ts'
import type { Accumulator } from './accumulator.ts'
import { produce } from './apis.ts'
import type { Broker } from './broker.ts'
import { brokerError } from './broker-error.ts'
import type { ProducerConfig } from './client-config.ts'
import type { Cluster } from './cluster.ts'
import type { OutgoingBatch } from './outgoing-batch.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { answerOf, produceBody, type Shipment, type ShipmentAnswer } from './produce-request.ts'
import type { ProducerIdentity } from './producer-identity.ts'

export interface SenderOptions {
  readonly config: ProducerConfig
  readonly cluster: Cluster
  readonly accumulator: Accumulator
  /** null without idempotence. */
  readonly identity: ProducerIdentity | null
  readonly clock: Clock
  readonly logger: Logger
}

const TIMER_MS_MAX = 2_147_483_647
const NO_IDENTITY = { producerId: -1, producerEpoch: -1 }
/** With `acks=0` nobody knows the offset. */
const DONE = { errorCode: 0, errorMessage: null, baseOffset: -1, logAppendTimeMs: -1 }
const NO_ANSWER = { ...DONE, errorCode: errorCode.UNKNOWN_SERVER_ERROR }

const tooLargeCodes: ReadonlySet<number> = new Set([
  errorCode.MESSAGE_TOO_LARGE,
  errorCode.RECORD_LIST_TOO_LARGE,
])

/** Not written and never will be with this numbering. */
const identityCodes: ReadonlySet<number> = new Set([
  errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  errorCode.UNKNOWN_PRODUCER_ID,
  errorCode.INVALID_PRODUCER_ID_MAPPING,
  errorCode.INVALID_PRODUCER_EPOCH,
])

/**
 * Sends batches to the leaders of their partitions and settles them.
 *
 * A partition's batches keep their order when it has one request under way at a time
 * (`max.in.flight.requests.per.connection=1`) or its batches are numbered (idempotence). While one
 * is under way the records that follow pile up into the next batch.
 */
export class Sender {
  readonly #options: SenderOptions
  readonly #inFlight = new Map<Broker, number>()
  readonly #closing = new AbortController()
  #inFlightTotal = 0
  #scheduled: NodeJS.Immediate | null = null
  #timer: NodeJS.Timeout | null = null
  #wakeAt = Number.POSITIVE_INFINITY
  #preparing: Promise<void> | null = null
  #refreshAt = 0
  /** Why the last request failed; told when records expire. */
  #lastError = 'no leader is known'

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Sends what can be sent at the end of this turn of the event loop. */
  wake(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null
      this.#drain()
    })
  }

  /** Stops; what is left fails with `error`. */
  close(error: ConnectError): void {
    this.#closing.abort()
    if (this.#scheduled !== null) clearImmediate(this.#scheduled)
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#failAll(error)
  }

  #drain(): void {
    if (this.#closing.signal.aborted) return
    try {
      this.#sendDue()
    } catch (cause) {
      // A bug must fail the records that it concerns, not the whole process.
      this.#failAll(
        new ConnectError(`sending failed: ${messageOf(cause)}`, { code: 'KAFKA', cause }),
      )
    }
  }

  #sendDue(): void {
    const now = this.#options.clock.now()
    this.#wakeAt = Number.POSITIVE_INFINITY
    this.#expire(now)
    if (this.#options.cluster.isStale) this.#refreshLeaders(now)
    if (this.#hasIdentity()) {
      while (this.#sendRound(now)) {
        // A round sends one request to each broker that may take another.
      }
    }
    this.#setTimer(now)
  }

  /** False while the producer's identity is missing; then it is asked for. */
  #hasIdentity(): boolean {
    const { identity, accumulator } = this.#options
    if (identity === null || identity.current !== null) return true
    if (this.#inFlightTotal > 0 || accumulator.active.size === 0) return false
    this.#prepare(async () => {
      await identity.obtain()
      for (const queue of accumulator.queues()) queue.resetSequences()
    })
    return false
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
        this.#lastError = error.message
        if (!isRetriable(error)) this.#failAll(error)
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
    const { config, identity } = this.#options
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
    const oneByOne =
      identity === null ? config['max.in.flight.requests.per.connection'] === 1 : head.sequence >= 0
    return !oneByOne || queue.inFlight === 0
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
    const { config, identity } = this.#options
    if (identity !== null && batch.sequence < 0) {
      batch.sequence = queue.sequenceNext
      queue.sequenceNext = (batch.sequence + batch.count) & 0x7fffffff
    }
    return batch.encode(config['compression.type'] as Codec, {
      ...(identity?.current ?? NO_IDENTITY),
      baseSequence: batch.sequence,
      isTransactional: false,
    })
  }

  #send(broker: Broker, shipments: readonly Shipment[]): void {
    this.#countInFlight(broker, 1)
    this.#exchange(broker, shipments)
      .then(
        (answers) => {
          for (const [index, shipment] of shipments.entries()) {
            this.#settle(broker, shipment, answers[index] ?? NO_ANSWER)
          }
        },
        (error: ConnectError) => {
          for (const shipment of shipments) this.#retryOrFail(shipment, error)
        },
      )
      .finally(() => {
        this.#countInFlight(broker, -1)
        if (this.#options.accumulator.active.size > 0) this.#drain()
      })
  }

  async #exchange(
    broker: Broker,
    shipments: readonly Shipment[],
  ): Promise<readonly (ShipmentAnswer | undefined)[]> {
    const { config } = this.#options
    const acks = config.acks === 'all' ? -1 : Number(config.acks)
    const body = produceBody(shipments, acks, config['request.timeout.ms'])
    if (acks === 0) {
      await broker.post(produce, body)
      return shipments.map(() => DONE)
    }
    const response = await broker.send(produce, body)
    return shipments.map((shipment) => answerOf(shipment, response))
  }

  #settle(broker: Broker, shipment: Shipment, answer: ShipmentAnswer): void {
    const { queue, batch } = shipment
    const code = answer.errorCode
    if (code === errorCode.NONE || code === errorCode.DUPLICATE_SEQUENCE_NUMBER) {
      queue.inFlight--
      batch.succeed(code === errorCode.NONE ? answer.baseOffset : -1, answer.logAppendTimeMs)
      this.#options.accumulator.release(batch)
      return
    }
    if (tooLargeCodes.has(code) && batch.count > 1) {
      this.#split(shipment)
      return
    }
    const what = `${broker.address}: sending to ${batch.topic}-${batch.partition}`
    const error = brokerError(what, code, answer.errorMessage)
    const isMisnumbered = this.#options.identity !== null && identityCodes.has(code)
    // Right behind a batch that has yet to arrive, it only has to wait for that.
    const isFirst = queue.inFlight === 1 && (queue.head === null || queue.head.sequence < 0)
    if (isMisnumbered && isFirst) this.#options.identity?.invalidate()
    this.#retryOrFail(shipment, error, isMisnumbered || isRetriable(error))
  }

  #split({ queue, batch, encoded }: Shipment): void {
    const { accumulator, logger } = this.#options
    logger.warn(
      `${batch.topic}-${batch.partition}: the broker refuses a batch of ${encoded.length} bytes (max.message.bytes); sending it in halves`,
    )
    queue.inFlight--
    accumulator.limitBatches(batch.topic, encoded.length / 2)
    const halves = batch.split()
    accumulator.release(batch)
    for (const half of halves) accumulator.adopt(half)
    this.#putBack(queue, halves)
  }

  #retryOrFail(
    { queue, batch }: Shipment,
    error: ConnectError,
    mayRetry = isRetriable(error),
  ): void {
    const { config, clock, logger } = this.#options
    const now = clock.now()
    queue.inFlight--
    this.#lastError = error.message
    if (!mayRetry || batch.attempts >= config.retries) {
      this.#fail(batch, error)
      return
    }
    if (now - batch.createdAt >= config['delivery.timeout.ms']) {
      this.#fail(batch, this.#expired(batch))
      return
    }
    if (batch.attempts === 0) {
      logger.warn(
        `${batch.count} records for ${batch.topic}-${batch.partition} are sent again: ${error.message}`,
      )
    }
    const [minMs, maxMs] = [config['retry.backoff.ms'], config['retry.backoff.max.ms']]
    batch.retryAt = now + backoffMs(batch.attempts++, minMs, maxMs)
    this.#putBack(queue, [batch])
    this.#refreshLeaders(now)
  }

  #putBack(queue: PartitionQueue, batches: readonly OutgoingBatch[]): void {
    if (this.#closing.signal.aborted) {
      for (const batch of batches) this.#fail(batch, closedError())
      return
    }
    queue.putBack(batches)
    this.#options.accumulator.active.add(queue)
  }

  #fail(batch: OutgoingBatch, error: ConnectError): void {
    const { accumulator, identity } = this.#options
    batch.fail(error)
    accumulator.release(batch)
    // The batches behind it are numbered as if it had arrived.
    if (batch.sequence >= 0) identity?.invalidate()
  }

  #failAll(error: ConnectError): void {
    const { accumulator } = this.#options
    for (const queue of accumulator.active) {
      for (const batch of queue.removeIf(() => true)) this.#fail(batch, error)
    }
    accumulator.active.clear()
  }

  #expire(now: number): void {
    const { accumulator, config } = this.#options
    const timeoutMs = config['delivery.timeout.ms']
    for (const queue of accumulator.active) {
      const oldest = queue.head ?? queue.open
      if (oldest === null) continue
      this.#wakeBy(oldest.createdAt + timeoutMs)
      if (now - oldest.createdAt < timeoutMs) continue
      for (const batch of queue.removeIf(({ createdAt }) => now - createdAt >= timeoutMs)) {
        this.#fail(batch, this.#expired(batch))
      }
      if (queue.isEmpty) accumulator.active.delete(queue)
    }
  }

  #expired({ count, topic, partition }: OutgoingBatch): ConnectError {
    const timeoutMs = this.#options.config['delivery.timeout.ms']
    return new ConnectError(
      `${count} records for ${topic}-${partition} were not sent within ${timeoutMs} ms (delivery.timeout.ms): ${this.#lastError}`,
      { code: 'KAFKA_TIMEOUT' },
    )
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

export function closedError(): ConnectError {
  return new ConnectError('the producer was closed before its records were sent', { code: 'KAFKA' })
}
