import { type RecordChanges, SinkRecord, type SinkRecordFields } from '../data/record.ts'
import type { FetchedRecords } from '../kafka/client.ts'
import type { Stage } from './errors/failure.ts'
import {
  bytesOfHeaders,
  classAt,
  fromRawHeaders,
  type RecordConverters,
  readWith,
} from './record-converters.ts'
import type { TransformChain } from './transform-chain.ts'

/** A record that remembers its bytes, for sinks that may report it later. */
export class ConsumedRecord extends SinkRecord {
  readonly #records: FetchedRecords
  readonly #index: number

  constructor(
    fields: SinkRecordFields | SinkRecord,
    records: FetchedRecords,
    index: number,
    changes?: RecordChanges,
    original?: SinkRecord,
  ) {
    super(fields, changes, original)
    this.#records = records
    this.#index = index
  }

  override with(changes: RecordChanges): this {
    return new ConsumedRecord(this, this.#records, this.#index, changes, this) as this
  }

  /** Where the bytes of a record are; null for one that a sink made itself. */
  static consumed(
    record: SinkRecord,
  ): { readonly records: FetchedRecords; readonly index: number } | null {
    return #records in record ? { records: record.#records, index: record.#index } : null
  }
}

/** Makes the records that a sink task is given of what was fetched. */
export class SinkConversion {
  readonly #chain: TransformChain
  readonly #converters: RecordConverters
  readonly #keepBytes: boolean
  #stage: Stage = 'TRANSFORMATION'
  #index = 0

  /** @param keepBytes Whether records may be reported to a dead letter queue by the task. */
  constructor(chain: TransformChain, converters: RecordConverters, keepBytes: boolean) {
    this.#chain = chain
    this.#converters = converters
    this.#keepBytes = keepBytes
  }

  /** Where `convert` failed. */
  get stage(): Stage {
    return this.#stage
  }

  /** Index of the record at which `convert` failed. */
  get index(): number {
    return this.#index
  }

  /** Class of the plug-in that failed. */
  get className(): string {
    return classAt(this.#stage, this.#converters, this.#chain)
  }

  /** Appends the records from index `from` on to `out`, but for those that a transform drops. */
  convert(records: FetchedRecords, from: number, out: SinkRecord[]): void {
    const { count } = records
    for (let index = from; index < count; index++) {
      this.#index = index
      const record = this.#toRecord(records, index)
      this.#stage = 'TRANSFORMATION'
      const transformed = this.#chain.apply(record)
      if (transformed !== null) out.push(transformed)
    }
  }

  #toRecord(records: FetchedRecords, index: number): SinkRecord {
    const { header, key, value } = this.#converters
    const { topic, bytes, timestampType } = records
    const raw = records.headers(index)
    const headers = bytesOfHeaders(raw)
    this.#stage = 'KEY_CONVERTER'
    const keyed = readWith(
      key.converter,
      bytes,
      records.keyStarts[index] as number,
      records.keyEnds[index] as number,
      topic,
      headers,
    )
    this.#stage = 'VALUE_CONVERTER'
    const valued = readWith(
      value.converter,
      bytes,
      records.valueStarts[index] as number,
      records.valueEnds[index] as number,
      topic,
      headers,
    )
    this.#stage = 'HEADER_CONVERTER'
    const timestamp = records.timestamps[index] as number
    const fields: SinkRecordFields = {
      topic,
      partition: records.partition,
      keySchema: keyed.schema,
      key: keyed.value,
      valueSchema: valued.schema,
      value: valued.value,
      timestamp: timestamp < 0 || timestampType === 'NoTimestampType' ? null : timestamp,
      timestampType,
      offset: records.offsets[index] as number,
      headers: fromRawHeaders(header.converter, topic, raw),
    }
    return this.#keepBytes ? new ConsumedRecord(fields, records, index) : new SinkRecord(fields)
  }
}
