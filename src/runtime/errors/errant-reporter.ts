import { ByteWriter } from '../../data/byte-writer.ts'
import type { SinkRecord } from '../../data/record.ts'
import type { FetchedRecords, TopicPartition } from '../../kafka/client.ts'
import { whenReady } from '../../sdk/not-ready.ts'
import type { ErrantRecordReporter } from '../../sdk/sink-task.ts'
import {
  bytesOfHeaders,
  type RecordConverters,
  toRawHeaders,
  writeWith,
} from '../record-converters.ts'
import { ConsumedRecord } from '../sink-conversion.ts'
import { type ErrorOperator, toleranceExceeded } from './operator.ts'

/** Class that records reported by a sink are filed under, as in the reference. */
const SINK_TASK_CLASS = 'org.apache.kafka.connect.sink.SinkTask'

/** Takes records that a sink task could not write and hands them to the reporters. */
export class ErrantReporter implements ErrantRecordReporter {
  readonly #errors: ErrorOperator
  readonly #converters: RecordConverters
  readonly #settled: (partitions: readonly TopicPartition[]) => Promise<void>
  #failure: unknown = null

  /** @param settled Resolves when everything reported of these partitions is where it shall be. */
  constructor(
    errors: ErrorOperator,
    converters: RecordConverters,
    settled: (partitions: readonly TopicPartition[]) => Promise<void>,
  ) {
    this.#errors = errors
    this.#converters = converters
    this.#settled = settled
  }

  async report(record: SinkRecord, error: Error): Promise<void> {
    if (!this.#errors.tolerates) this.#failure ??= toleranceExceeded(error)
    const consumed =
      ConsumedRecord.consumed(record) ?? (await whenReady(() => this.#encode(record)))
    await this.#errors.failed({
      stage: 'TASK_PUT',
      className: SINK_TASK_CLASS,
      error,
      origin: { kind: 'sink', ...consumed },
    })
    const { originalTopic: topic, originalPartition: partition } = record
    await this.#settled([{ topic, partition }])
  }

  /** The task fails after `put` also where it did not await its report. */
  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure
  }

  /** A record that the sink made itself has no bytes from Kafka. */
  #encode(record: SinkRecord): { readonly records: FetchedRecords; readonly index: number } {
    const { key, value, header } = this.#converters
    const { originalTopic: topic } = record
    const raw = toRawHeaders(header.converter, topic, record.headers)
    const headers = bytesOfHeaders(raw)
    const out = new ByteWriter(256)
    const hasKey = writeWith(key.converter, out, topic, headers, record.keySchema, record.key)
    const keyEnd = out.length
    const hasValue = writeWith(
      value.converter,
      out,
      topic,
      headers,
      record.valueSchema,
      record.value,
    )
    const records: FetchedRecords = {
      topic,
      partition: record.originalPartition,
      count: 1,
      bytes: out.bytes,
      timestampType: record.timestampType,
      offsets: [record.originalOffset],
      timestamps: [record.timestamp ?? -1],
      keyStarts: [hasKey ? 0 : -1],
      keyEnds: [hasKey ? keyEnd : -1],
      valueStarts: [hasValue ? keyEnd : -1],
      valueEnds: [hasValue ? out.length : -1],
      headers: () => raw,
    }
    return { records, index: 0 }
  }
}
