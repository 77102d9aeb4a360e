import type { Clock } from '../base/clock.ts'
import { ConnectError, isRetriable, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { SourceRecord } from '../data/record.ts'
import type { Producer, SentBatch } from '../kafka/client.ts'
import type { RecordMetadata } from '../sdk/source-task.ts'
import type { ErrorOperator } from './errors/operator.ts'
import type { SourceConversion } from './source-conversion.ts'
import { SubmittedRecords } from './submitted-records.ts'
import { type TaskControl, unlessAborted } from './task-control.ts'

export interface SourceSenderDeps {
  readonly conversion: SourceConversion
  readonly producer: Producer
  /** Creates topics that don't exist, where the connector's settings ask for it. */
  readonly ensureTopic: ((topic: string) => Promise<void>) | null
  readonly errors: ErrorOperator
  /** `commitRecord` of the task, if it has one. */
  readonly onRecord: ((record: SourceRecord, metadata: RecordMetadata | null) => void) | null
  readonly onTopicUsed: (topic: string) => void
  readonly control: TaskControl
  readonly clock: Clock
  readonly logger: Logger
}

/** Class that failures of the producer are reported under, as in the reference. */
const TASK_CLASS = 'org.apache.kafka.connect.runtime.WorkerSourceTask'
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
  readonly submitted: SubmittedRecords
  readonly #deps: SourceSenderDeps
  #next = 0
  /** What an error at the record at `#next` comes from. */
  #step: 'convert' | 'create-topic' | 'send' = 'convert'
  #sendError: unknown = null

  constructor(deps: SourceSenderDeps) {
    this.#deps = deps
    this.submitted = new SubmittedRecords(
      {
        onAcked: (sent, records, baseOffset, timestamp) =>
          this.#acked(sent, records, baseOffset, timestamp),
        onFailed: (_sent, records, error) => this.#lost(records, error),
      },
      deps.onRecord !== null || deps.errors.tolerates,
    )
  }

  /** @throws ConnectError CONNECT_FAILED when a record could not be sent and that isn't tolerated. */
  throwIfFailed(): void {
    if (this.#sendError === null) return
    throw new ConnectError('Unrecoverable exception from producer send callback', {
      code: 'CONNECT_FAILED',
      cause: this.#sendError,
    })
  }

  /**
   * Resolves when all records are with the producer, or some are not because the task stops; not
   * before sockets and other tasks have had a turn.
   */
  async send(records: readonly SourceRecord[]): Promise<void> {
    this.#next = 0
    while (this.#next < records.length) {
      this.throwIfFailed()
      try {
        const wait = this.#sendStretch(records)
        await (wait ?? new Promise(setImmediate))
        if (wait !== null && this.#deps.control.stopping) return
      } catch (error) {
        if (!(await this.#recovered(records[this.#next] as SourceRecord, error))) return
      }
    }
  }

  /** @returns What has to be waited for before the record at `#next` can be sent. */
  #sendStretch(records: readonly SourceRecord[]): Promise<void> | null {
    const { conversion, producer } = this.#deps
    const end = Math.min(records.length, this.#next + STRETCH_RECORDS)
    for (; this.#next < end; this.#next++) {
      this.#step = 'send'
      const wait = producer.room() ?? this.submitted.room()
      if (wait !== null) {
        return this.#waiting('the broker to take records: the buffer is full', wait)
      }
      this.#step = 'convert'
      const record = records[this.#next] as SourceRecord
      const outgoing = conversion.convert(record)
      if (outgoing === null) {
        this.#settled(record, null)
        continue
      }
      this.#step = 'send'
      const { topic } = outgoing
      if (!producer.isPrepared(topic)) {
        return this.#waiting(
          `topic ${topic}: it doesn't exist, or no broker answers`,
          this.#prepare(topic),
        )
      }
      this.submitted.add(record, producer.append(outgoing))
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
      const startMs = clock.now()
      for (let delayMs = REMINDER_MS; ; delayMs = Math.min(delayMs * 2, REMINDER_MAX_MS)) {
        await clock.sleep(delayMs, done.signal)
        if (done.signal.aborted) return
        logger.warn(`Waiting since ${(clock.now() - startMs) / 1000} s for ${what}`)
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
      this.#settled(record, null)
    }
    return verdict !== 'stop'
  }

  async #sendAgain(record: SourceRecord, error: unknown): Promise<boolean> {
    const { clock, control, logger } = this.#deps
    if (isRetriable(error)) {
      logger.warn(`Failed to send, trying again: ${messageOf(error)}`)
      await clock.sleep(RETRY_BACKOFF_MS, control.stopSignal)
      return !control.stopping
    }
    if (this.#step === 'create-topic') throw error
    if (this.#lost([record], error)) {
      this.submitted.addAcked(record)
      this.#next++
    }
    return true
  }

  #acked(
    sent: SentBatch,
    records: readonly SourceRecord[],
    baseOffset: number,
    timestamp: number,
  ): void {
    const { topic, partition } = sent
    this.#deps.onTopicUsed(topic)
    if (this.#deps.onRecord === null) return
    // The broker does not tell offsets of batches that were split, or with acks=0.
    const offsetAt = (index: number) => (baseOffset < 0 ? -1 : baseOffset + index)
    for (const [index, record] of records.entries()) {
      this.#settled(record, { topic, partition, offset: offsetAt(index), timestamp })
    }
  }

  /** @returns true when it is tolerated that these records don't reach Kafka. */
  #lost(records: readonly SourceRecord[], error: unknown): boolean {
    const { errors } = this.#deps
    if (!errors.tolerates) {
      this.#sendError ??= error
      return false
    }
    for (const record of records) {
      void errors.report({
        stage: 'KAFKA_PRODUCE',
        className: TASK_CLASS,
        error,
        origin: { kind: 'source', record },
      })
      this.#settled(record, null)
    }
    return true
  }

  #settled(record: SourceRecord, metadata: RecordMetadata | null): void {
    const { onRecord, logger } = this.#deps
    try {
      onRecord?.(record, metadata)
    } catch (error) {
      logger.error(`The task's commitRecord() failed: ${messageOf(error)}`, error)
    }
  }
}
