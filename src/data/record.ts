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

const noChanges: RecordChanges = {}

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

  /** @param changes Go before `fields`, where they are not undefined. */
  protected constructor(fields: RecordFields, changes: RecordChanges) {
    this.topic = changes.topic ?? fields.topic
    this.partition = chosen(changes.partition, fields.partition)
    this.keySchema = chosen(changes.keySchema, fields.keySchema)
    this.key = chosen(changes.key, fields.key)
    this.valueSchema = chosen(changes.valueSchema, fields.valueSchema)
    this.value = chosen(changes.value, fields.value)
    this.timestamp = chosen(changes.timestamp, fields.timestamp)
    this.headers = changes.headers ?? fields.headers ?? Headers.empty
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

  constructor(fields: SourceRecordFields, changes: RecordChanges = noChanges) {
    super(fields, changes)
    this.sourcePartition = fields.sourcePartition
    this.sourceOffset = fields.sourceOffset
  }

  override with(changes: RecordChanges): this {
    return new SourceRecord(this, changes) as this
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

  /** @param original The record that this one is a copy of, if it is one. */
  constructor(
    fields: SinkRecordFields | SinkRecord,
    changes: RecordChanges = noChanges,
    original: SinkRecord | null = null,
  ) {
    super(fields, changes)
    this.offset = fields.offset
    this.timestampType = fields.timestampType ?? 'CreateTime'
    this.originalTopic = original === null ? fields.topic : original.originalTopic
    this.originalPartition =
      original === null ? (fields.partition ?? 0) : original.originalPartition
    this.originalOffset = original === null ? fields.offset : original.originalOffset
  }

  get [sinkRecordBrand](): true {
    return true
  }

  override with(changes: RecordChanges): this {
    return new SinkRecord(this, changes, this) as this
  }

  override toString(): string {
    const { offset, timestampType, originalTopic, originalPartition, originalOffset } = this
    return `SinkRecord{kafkaOffset=${offset}, timestampType=${timestampType}, originalTopic=${originalTopic}, originalKafkaPartition=${originalPartition}, originalKafkaOffset=${originalOffset}} ${super.toString()}`
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, sinkRecordBrand)
  }
}

function chosen<T>(change: T | null | undefined, field: T | null | undefined): T | null {
  return change === undefined ? (field ?? null) : change
}
