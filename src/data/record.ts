import { hasBrand, sinkRecordBrand } from './brand.ts'
import { Headers } from './headers.ts'
import type { Schema } from './schema.ts'
import { textOf } from './text.ts'
import type { ConnectValue } from './value.ts'

/** What a source connector reads from (`partition`) and how far it is (`offset`). */
export type SourceMap = Readonly<Record<string, SourcePrimitive>>
export type SourcePrimitive = null | boolean | number | bigint | string | Uint8Array

export type TimestampType = 'NoTimestampType' | 'CreateTime' | 'LogAppendTime'

/** Fields of a record; those left out are null, headers are empty. */
export interface RecordFields {
  readonly topic: string
  /** Kafka partition; null lets the partitioner choose. */
  readonly partition?: number | null
  readonly keySchema?: Schema | null
  readonly key?: ConnectValue
  readonly valueSchema?: Schema | null
  readonly value?: ConnectValue
  /** Milliseconds since the epoch. */
  readonly timestamp?: number | null
  readonly headers?: Headers
}

export interface SourceRecordFields extends RecordFields {
  readonly sourcePartition: SourceMap | null
  readonly sourceOffset: SourceMap | null
}

export interface SinkRecordFields extends RecordFields {
  readonly partition: number
  readonly offset: number
  readonly timestampType?: TimestampType
}

/** What transforms may change. */
export type RecordChanges = Partial<RecordFields>

/** What source and sink records share. Records never change: `with` makes a changed copy. */
export abstract class ConnectRecord {
  readonly topic: string
  readonly partition: number | null
  readonly keySchema: Schema | null
  readonly key: ConnectValue
  readonly valueSchema: Schema | null
  readonly value: ConnectValue
  readonly timestamp: number | null
  readonly headers: Headers

  protected constructor(fields: RecordFields) {
    this.topic = fields.topic
    this.partition = fields.partition ?? null
    this.keySchema = fields.keySchema ?? null
    this.key = fields.key ?? null
    this.valueSchema = fields.valueSchema ?? null
    this.value = fields.value ?? null
    this.timestamp = fields.timestamp ?? null
    this.headers = fields.headers ?? Headers.empty
  }

  abstract with(changes: RecordChanges): this

  toString(): string {
    const { topic, partition, keySchema, valueSchema, timestamp, headers } = this
    const key = textOf(this.key, keySchema)
    const value = textOf(this.value, valueSchema)
    return `ConnectRecord{topic='${topic}', kafkaPartition=${partition}, key=${key}, keySchema=${keySchema}, value=${value}, valueSchema=${valueSchema}, timestamp=${timestamp}, headers=${headers}}`
  }
}

/** A record on its way from a source connector to Kafka. */
export class SourceRecord extends ConnectRecord {
  readonly sourcePartition: SourceMap | null
  readonly sourceOffset: SourceMap | null

  constructor(fields: SourceRecordFields) {
    super(fields)
    this.sourcePartition = fields.sourcePartition
    this.sourceOffset = fields.sourceOffset
  }

  override with(changes: RecordChanges): this {
    const { sourcePartition, sourceOffset } = this
    return new SourceRecord({ ...changed(this, changes), sourcePartition, sourceOffset }) as this
  }

  override toString(): string {
    const partition = textOf(this.sourcePartition)
    const offset = textOf(this.sourceOffset)
    return `SourceRecord{sourcePartition=${partition}, sourceOffset=${offset}} ${super.toString()}`
  }
}

/**
 * A record on its way from Kafka to a sink connector. Topic, partition and offset may be changed
 * by transforms; the `original` ones are where it was consumed.
 */
export class SinkRecord extends ConnectRecord {
  readonly offset: number
  readonly timestampType: TimestampType
  readonly originalTopic: string
  readonly originalPartition: number
  readonly originalOffset: number

  constructor(fields: SinkRecordFields, original?: SinkRecord) {
    super(fields)
    this.offset = fields.offset
    this.timestampType = fields.timestampType ?? 'CreateTime'
    this.originalTopic = original?.originalTopic ?? fields.topic
    this.originalPartition = original?.originalPartition ?? fields.partition
    this.originalOffset = original?.originalOffset ?? fields.offset
  }

  get [sinkRecordBrand](): true {
    return true
  }

  override with(changes: RecordChanges): this {
    const { offset, timestampType } = this
    const fields = { ...changed(this, changes), offset, timestampType }
    return new SinkRecord(fields as SinkRecordFields, this) as this
  }

  override toString(): string {
    const { offset, timestampType, originalTopic, originalPartition, originalOffset } = this
    return `SinkRecord{kafkaOffset=${offset}, timestampType=${timestampType}, originalTopic=${originalTopic}, originalKafkaPartition=${originalPartition}, originalKafkaOffset=${originalOffset}} ${super.toString()}`
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, sinkRecordBrand)
  }
}

/** The record's fields with `changes` in place of some. One by one takes a quarter of a spread's time. */
function changed(record: ConnectRecord, changes: RecordChanges): Required<RecordFields> {
  const {
    topic = record.topic,
    partition = record.partition,
    keySchema = record.keySchema,
    key = record.key,
    valueSchema = record.valueSchema,
    value = record.value,
    timestamp = record.timestamp,
    headers = record.headers,
  } = changes
  return { topic, partition, keySchema, key, valueSchema, value, timestamp, headers }
}
