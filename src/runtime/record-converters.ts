import type { ByteWriter } from '../data/byte-writer.ts'
import { Headers } from '../data/headers.ts'
import type { Schema, SchemaAndValue } from '../data/schema.ts'
import type { ConnectValue } from '../data/value.ts'
import type { RawHeader } from '../kafka/client.ts'
import type { Converter, HeaderConverter } from '../sdk/converter.ts'
import type { Stage } from './errors/failure.ts'
import type { TransformChain } from './transform-chain.ts'

/** A converter with the class that errors name. */
export interface Named<T> {
  readonly className: string
  readonly converter: T
}

/** Converters of one task. */
export interface RecordConverters {
  readonly key: Named<Converter>
  readonly value: Named<Converter>
  readonly header: Named<HeaderConverter>
}

/** Class of the plug-in that works at this stage. */
export function classAt(
  stage: Stage,
  { header, key, value }: RecordConverters,
  chain: TransformChain,
): string {
  switch (stage) {
    case 'HEADER_CONVERTER':
      return header.className
    case 'KEY_CONVERTER':
      return key.className
    case 'VALUE_CONVERTER':
      return value.className
    default:
      return chain.className
  }
}

const noRawHeaders: readonly RawHeader[] = []

/** Appends the bytes of a key or value to `out`. @returns false for a null, when nothing was written. */
export function writeWith(
  converter: Converter,
  out: ByteWriter,
  topic: string,
  headers: Headers,
  schema: Schema | null,
  value: ConnectValue,
): boolean {
  if (converter.writeTo !== undefined) return converter.writeTo(out, topic, headers, schema, value)
  const bytes = converter.fromConnectData(topic, headers, schema, value)
  if (bytes === null) return false
  out.writeBytes(bytes)
  return true
}

/** @param start -1 for null, else the range of `bytes`. */
export function readWith(
  converter: Converter,
  bytes: Uint8Array,
  start: number,
  end: number,
  topic: string,
  headers: Headers,
): SchemaAndValue {
  if (start < 0) return converter.toConnectData(topic, headers, null)
  if (converter.readFrom !== undefined) return converter.readFrom(bytes, start, end, topic, headers)
  return converter.toConnectData(topic, headers, bytes.subarray(start, end))
}

export function toRawHeaders(
  converter: HeaderConverter,
  topic: string,
  headers: Headers,
): readonly RawHeader[] {
  if (headers.size === 0) return noRawHeaders
  return Array.from(headers, ({ key, schema, value }) => ({
    key,
    value: converter.fromConnectHeader(topic, key, schema, value),
  }))
}

export function fromRawHeaders(
  converter: HeaderConverter,
  topic: string,
  headers: readonly RawHeader[],
): Headers {
  if (headers.length === 0) return Headers.empty
  return new Headers(
    headers.map(({ key, value }) => ({ key, ...converter.toConnectHeader(topic, key, value) })),
  )
}

/** Headers as converters of keys and values see them: the bytes that are in Kafka. */
export function bytesOfHeaders(headers: readonly RawHeader[]): Headers {
  if (headers.length === 0) return Headers.empty
  return new Headers(headers.map(({ key, value }) => ({ key, schema: null, value })))
}
