import { ConnectError } from '../base/errors.ts'
import type { SourceRecord } from '../data/record.ts'
import type { OutgoingRecord, Producer, SentBatch } from '../kafka/client.ts'
import type { SourceTaskMetrics } from '../metrics/source-task-metrics.ts'
import { metadataOf, type OnRecord } from './commit-record.ts'
import type { ErrorOperator } from './errors/operator.ts'
import type { SourceDelivery } from './source-delivery.ts'
import { SubmittedRecords } from './submitted-records.ts'

export interface AtLeastOnceDeps {
  readonly producer: Producer
  readonly errors: ErrorOperator
  readonly onRecord: OnRecord | null
  readonly onTopicUsed: (topic: string) => void
  readonly metrics: SourceTaskMetrics
}

/** Class that failures of the producer are reported under, as in the reference. */
const TASK_CLASS = 'org.apache.kafka.connect.runtime.WorkerSourceTask'

/** Sends records; their offsets may be committed once the broker has them. */
export class AtLeastOnceDelivery implements SourceDelivery {
  readonly submitted: SubmittedRecords
  readonly #deps: AtLeastOnceDeps
  #sendError: unknown = null

  constructor(deps: AtLeastOnceDeps) {
    this.#deps = deps
    this.submitted = new SubmittedRecords(
      {
        onAcked: (sent, records, baseOffset, timestamp) =>
          this.#acked(sent, records, { baseOffset, timestamp }),
        onFailed: (_sent, records, error) => this.#lost(records, error),
      },
      deps.onRecord !== null || deps.errors.tolerates,
    )
  }

  throwIfFailed(): void {
    if (this.#sendError === null) return
    throw new ConnectError('Unrecoverable exception from producer send callback', {
      code: 'CONNECT_FAILED',
      cause: this.#sendError,
    })
  }

  room(): Promise<void> | null {
    return this.#deps.producer.room() ?? this.submitted.room()
  }

  send(record: SourceRecord, outgoing: OutgoingRecord): null {
    this.submitted.add(record, this.#deps.producer.append(outgoing))
    return null
  }

  drop(record: SourceRecord): null {
    const { onRecord, metrics } = this.#deps
    metrics.dropped()
    onRecord?.(record, null)
    return null
  }

  lose(record: SourceRecord, error: unknown): boolean {
    if (!this.#lost([record], error)) return false
    this.submitted.addAcked(record)
    return true
  }

  #acked(
    sent: SentBatch,
    records: readonly SourceRecord[],
    acked: Awaited<SentBatch['acked']>,
  ): void {
    const { onRecord, onTopicUsed, metrics } = this.#deps
    onTopicUsed(sent.topic)
    metrics.written(sent.count)
    if (onRecord === null) return
    for (const [index, record] of records.entries()) {
      onRecord(record, metadataOf(sent, index, acked))
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
      this.drop(record)
    }
    return true
  }
}
