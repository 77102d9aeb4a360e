import { type Header, Headers } from '../../../src/data/headers.ts'
import {
  type ConnectRecord,
  SinkRecord,
  SourceRecord,
  type TimestampType,
} from '../../../src/data/record.ts'
import {
  decodeSchema,
  decodeValue,
  encodeSchema,
  encodeValue,
  type SchemaJson,
  type ValueJson,
} from './codec.ts'

export interface HeaderJson {
  readonly key: string
  readonly schema: SchemaJson | null
  readonly value: ValueJson
}

export interface RecordJson {
  readonly kind: 'sink' | 'source'
  readonly topic: string | null
  readonly partition: number | null
  readonly keySchema: SchemaJson | null
  readonly key: ValueJson
  readonly valueSchema: SchemaJson | null
  readonly value: ValueJson
  readonly timestamp: string | null
  readonly headers?: readonly HeaderJson[]
  readonly offset?: string
  readonly timestampType?: TimestampType
}

export function decodeRecord(json: RecordJson): ConnectRecord {
  const keySchema = decodeSchema(json.keySchema)
  const valueSchema = decodeSchema(json.valueSchema)
  const fields = {
    topic: json.topic as string,
    partition: json.partition as number,
    keySchema,
    key: decodeValue(json.key, keySchema),
    valueSchema,
    value: decodeValue(json.value, valueSchema),
    timestamp: json.timestamp === null ? null : Number(json.timestamp),
    ...(json.headers !== undefined && { headers: decodeHeaders(json.headers) }),
  }
  if (json.kind === 'source') {
    return new SourceRecord({ ...fields, sourcePartition: { p: '1' }, sourceOffset: { o: '1' } })
  }
  const timestampType = json.timestampType ?? 'CreateTime'
  return new SinkRecord({ ...fields, offset: Number(json.offset ?? 0), timestampType })
}

function decodeHeaders(json: readonly HeaderJson[]): Headers {
  const list = json.map(({ key, schema: schemaJson, value }) => {
    const schema = decodeSchema(schemaJson)
    return { key, schema, value: decodeValue(value, schema) }
  })
  return list.length === 0 ? Headers.empty : new Headers(list)
}

export function encodeHeader({ key, schema, value }: Header): HeaderJson {
  return { key, schema: encodeSchema(schema), value: encodeValue(value, schema) }
}

export function encodeRecord(record: ConnectRecord): object {
  return {
    kind: record instanceof SinkRecord ? 'sink' : 'source',
    topic: record.topic,
    partition: record.partition,
    keySchema: encodeSchema(record.keySchema),
    key: encodeValue(record.key, record.keySchema),
    valueSchema: encodeSchema(record.valueSchema),
    value: encodeValue(record.value, record.valueSchema),
    timestamp: record.timestamp === null ? null : String(record.timestamp),
    headers: [...record.headers].map(encodeHeader),
    ...(record instanceof SinkRecord && sinkFields(record)),
  }
}

function sinkFields(record: SinkRecord): object {
  return {
    timestampType: record.timestampType,
    offset: String(record.offset),
    originalTopic: record.originalTopic,
    originalPartition: record.originalPartition,
    originalOffset: String(record.originalOffset),
  }
}
