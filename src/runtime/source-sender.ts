import type { Clock } from '../base/clock.ts'
import { ConnectError, isRetriable, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { SourceRecord } from '../data/record.ts'
import type { Producer } from '../kafka/client.ts'
import type { ErrorOperator } from './errors/operator.ts'
import type { SourceConversion } from './source-conversion.ts'
import type { SourceDelivery } from './source-delivery.ts'
import { type TaskControl, unlessAborted } from './task-control.ts'

export interface SourceSenderDeps {
  readonly conversion: SourceConversion
  readonly producer: Producer
  /** Creates topics that don't exist, where the connector's settings ask for it. */
  readonly ensureTopic: ((topic: string) => Promise<void>) | null
  readonly delivery: SourceDelivery
  readonly errors: ErrorOperator
  readonly control: TaskControl
  readonly clock: Clock
  readonly logger: Logger
}

const RETRY_BACKOFF_MS = 100
const REMINDER_MS = 500
const REMINDER_MAX_MS = 30_000
/** Most records between two turns of the rest of the process. */
const STRETCH_RECORDS = 1000

/**
 * Transforms, converts and sends the records of one source task.
 *
 * Sending stops where it must wait (a topic to prepare, a full buffer, a failed record) and goes on
 * at the same record afterwards; between such points nothing is awaited.
 */
export class SourceSender {
  readonly #deps: SourceSenderDeps
  #next = 0
  /** What an error at the record at `#next` comes from; `deliver` is for those before it. */
  #step: 'convert' | 'create-topic' | 'send' | 'deliver' = 'convert'

  constructor(deps: SourceSenderDeps) {
    this.#deps = deps
  }

  /**
   * Resolves when all records are with the producer, with false when some are not because the task
   * stops; not before sockets and other tasks have had a turn.
   */
  async send(records: readonly SourceRecord[]): Promise<boolean> {
    this.#next = 0
    while (this.#next < records.length) {
      this.#deps.delivery.throwIfFailed()
      try {
        const wait = this.#sendStretch(records)
        await (wait ?? new Promise(setImmediate))
        if (wait !== null && this.#deps.control.stopping) return this.#next === records.length
      } catch (error) {
        if (!(await this.#recovered(records[this.#next] as SourceRecord, error))) return false
      }
    }
    return true
  }

  /** @returns What has to be waited for before the record at `#next` can be sent. */
  #sendStretch(records: readonly SourceRecord[]): Promise<void> | null {
    const { conversion, producer, delivery } = this.#deps
    const end = Math.min(records.length, this.#next + STRETCH_RECORDS)
    while (this.#next < end) {
      this.#step = 'send'
      const room = delivery.room()
      if (room !== null) {
        return this.#waiting('the broker to take records: the buffer is full', room)
      }
      this.#step = 'convert'
      const record = records[this.#next] as SourceRecord
      const outgoing = conversion.convert(record)
      if (outgoing !== null && !producer.isPrepared(outgoing.topic)) {
        this.#step = 'send'
        return this.#waiting(
          `topic ${outgoing.topic}: it doesn't exist, or no broker answers`,
          this.#prepare(outgoing.topic),
        )
      }
      this.#step = 'send'
      const wait = outgoing === null ? delivery.drop(record) : delivery.send(record, outgoing)
      this.#next++
      if (wait === null) continue
      this.#step = 'deliver'
      return wait
    }
    return null
  }

  async #prepare(topic: string): Promise<void> {
    const { ensureTopic, producer } = this.#deps
    try {
      this.#step = 'create-topic'
      await ensureTopic?.(topic)
      this.#step = 'send'
      await producer.prepare(topic)
    } catch (cause) {
      if (this.#step === 'create-topic') throw cause
      // The producer has tried as long as max.block.ms allows: not a case for another attempt.
      throw new ConnectError(`Can't send to topic ${topic}: ${messageOf(cause)}`, {
        code: 'KAFKA',
        cause,
      })
    }
  }

  /** Waits for `work`, at the most until the task stops; a long wait is told in the log. */
  async #waiting(what: string, work: Promise<void>): Promise<void> {
    const { clock, logger, control } = this.#deps
    const done = new AbortController()
    const remind = async () => {
      const startMs = clock.elapsed()
      for (let delayMs = REMINDER_MS; ; delayMs = Math.min(delayMs * 2, REMINDER_MAX_MS)) {
        await clock.sleep(delayMs, done.signal)
        if (done.signal.aborted) return
        const waitedS = ((clock.elapsed() - startMs) / 1000).toFixed(1)
        logger.warn(`Waiting since ${waitedS} s for ${what}`)
      }
    }
    void remind()
    try {
      await unlessAborted(work, control.stopSignal)
    } finally {
      done.abort()
    }
  }

  /** @returns false when the task stops meanwhile; else the record is sent again or was skipped. */
  async #recovered(record: SourceRecord, error: unknown): Promise<boolean> {
    if (this.#step === 'deliver') throw error
    if (this.#step !== 'convert') return this.#sendAgain(record, error)
    const { conversion, errors } = this.#deps
    const { stage, className } = conversion
    const verdict = await errors.decide({
      stage,
      className,
      error,
      origin: { kind: 'source', record },
    })
    if (verdict === 'skip') {
      this.#next++
      await this.#deps.delivery.drop(record)
    }
    return verdict !== 'stop'
  }

  async #sendAgain(record: SourceRecord, error: unknown): Promise<boolean> {
    const { clock, control, logger, delivery } = this.#deps
    if (isRetriable(error)) {
      logger.warn(`Failed to send, trying again: ${messageOf(error)}`)
      await clock.sleep(RETRY_BACKOFF_MS, control.stopSignal)
      return !control.stopping
    }
    if (this.#step === 'create-topic') throw error
    if (delivery.lose(record, error)) this.#next++
    return true
  }
}
