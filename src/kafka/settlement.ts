import { backoffMs } from '../base/backoff.ts'
import { ConnectError, isRetriable } from '../base/errors.ts'
import { errorCode } from '../protocol/error-codes.ts'
import type { Broker } from './broker.ts'
import { brokerError } from './broker-error.ts'
import type { OutgoingBatch } from './outgoing-batch.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { Shipment, ShipmentAnswer } from './produce-request.ts'
import type { SenderOptions } from './sender.ts'

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

/** Decides what becomes of a batch: it is done, sent again, sent in halves, or it fails. */
export class Settlement {
  /** Why the last request failed; told when records expire. */
  lastError = 'no leader is known'
  readonly #options: SenderOptions
  readonly #closing: AbortSignal

  constructor(options: SenderOptions, closing: AbortSignal) {
    this.#options = options
    this.#closing = closing
  }

  /** @returns true when the batch is sent again as its leader may be another one now. */
  settle(broker: Broker, shipment: Shipment, answer: ShipmentAnswer): boolean {
    const { queue, batch, encoded } = shipment
    const code = answer.errorCode
    if (code === errorCode.NONE || code === errorCode.DUPLICATE_SEQUENCE_NUMBER) {
      queue.inFlight--
      queue.isNumberingKnown = true
      batch.succeed(code === errorCode.NONE ? answer.baseOffset : -1, answer.logAppendTimeMs)
      this.#options.accumulator.release(batch)
      this.#options.metrics?.sent(batch.topic, batch.count, encoded.length)
      return false
    }
    if (tooLargeCodes.has(code) && batch.count > 1) {
      this.#split(shipment)
      return false
    }
    const what = `${broker.address}: sending to ${batch.topic}-${batch.partition}`
    const error = brokerError(what, code, answer.errorMessage)
    return this.retryOrFail(shipment, error, isRetriable(error) || this.#renumbers(queue, code))
  }

  /** @returns true when the batch is sent again. */
  retryOrFail(
    { queue, batch }: Shipment,
    error: ConnectError,
    mayRetry = isRetriable(error),
  ): boolean {
    const { config, clock, logger } = this.#options
    const now = clock.elapsed()
    queue.inFlight--
    this.lastError = error.message
    if (!mayRetry || batch.attempts >= config.retries) {
      this.#fail(batch, error)
      return false
    }
    if (now - batch.createdAt >= config['delivery.timeout.ms']) {
      this.#fail(batch, this.#expired(batch))
      return false
    }
    if (batch.attempts === 0) {
      logger.warn(
        `${batch.count} records for ${batch.topic}-${batch.partition} are sent again: ${error.message}`,
      )
    }
    const [minMs, maxMs] = [config['retry.backoff.ms'], config['retry.backoff.max.ms']]
    batch.retryAt = now + backoffMs(batch.attempts++, minMs, maxMs)
    this.#options.metrics?.retried(batch.topic, batch.count)
    this.#putBack(queue, [batch])
    return true
  }

  /** Fails what is not on its way. */
  failAll(error: ConnectError): void {
    const { accumulator } = this.#options
    for (const queue of accumulator.active) {
      for (const batch of queue.removeIf(() => true)) this.#fail(batch, error)
    }
    accumulator.active.clear()
  }

  /**
   * Fails what waits for longer than `delivery.timeout.ms`.
   * @returns When it has to be called again, by `Clock.elapsed`.
   */
  expire(now: number): number {
    const { accumulator, config } = this.#options
    const timeoutMs = config['delivery.timeout.ms']
    let next = Number.POSITIVE_INFINITY
    for (const queue of accumulator.active) {
      const oldest = queue.head ?? queue.open
      if (oldest === null) continue
      next = Math.min(next, oldest.createdAt + timeoutMs)
      if (now - oldest.createdAt < timeoutMs) continue
      for (const batch of queue.removeIf(({ createdAt }) => now - createdAt >= timeoutMs)) {
        this.#fail(batch, this.#expired(batch))
      }
      if (queue.isEmpty) accumulator.active.delete(queue)
    }
    return next
  }

  /** @returns true when the batch can be sent again with the number, or the identity, that it gets. */
  #renumbers(queue: PartitionQueue, code: number): boolean {
    const { identity, transactions } = this.#options
    if (identity === null || !identityCodes.has(code)) return false
    // Right behind a batch that has yet to arrive, it only has to wait for that.
    const isFirst = queue.inFlight === 1 && (queue.head === null || queue.head.sequence < 0)
    if (transactions !== null) return !isFirst && code !== errorCode.INVALID_PRODUCER_EPOCH
    if (isFirst) identity.invalidate()
    return true
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

  #putBack(queue: PartitionQueue, batches: readonly OutgoingBatch[]): void {
    if (this.#closing.aborted) {
      for (const batch of batches) this.#fail(batch, closedError())
      return
    }
    queue.putBack(batches)
    this.#options.accumulator.active.add(queue)
  }

  #fail(batch: OutgoingBatch, error: ConnectError): void {
    const { accumulator, identity, transactions, metrics } = this.#options
    batch.fail(error)
    metrics?.failed(batch.topic, batch.count)
    accumulator.release(batch)
    // The batches behind it are numbered as if it had arrived.
    const isNumbered = batch.sequence >= 0
    if (transactions !== null) transactions.fail(error, isNumbered)
    else if (isNumbered) identity?.invalidate()
  }

  #expired({ count, topic, partition }: OutgoingBatch): ConnectError {
    const timeoutMs = this.#options.config['delivery.timeout.ms']
    return new ConnectError(
      `${count} records for ${topic}-${partition} were not sent within ${timeoutMs} ms (delivery.timeout.ms): ${this.lastError}`,
      { code: 'KAFKA_TIMEOUT' },
    )
  }
}

export function closedError(): ConnectError {
  return new ConnectError('the producer was closed before its records were sent', { code: 'KAFKA' })
}
