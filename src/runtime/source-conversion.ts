import { ConnectError } from '../base/errors.ts'
import { ByteWriter } from '../data/byte-writer.ts'
import type { SourceRecord } from '../data/record.ts'
import type { OutgoingRecord } from '../kafka/client.ts'
import type { Stage } from './errors/failure.ts'
import {
  bytesOfHeaders,
  classAt,
  type RecordConverters,
  toRawHeaders,
  writeWith,
} from './record-converters.ts'
import type { TransformChain } from './transform-chain.ts'

/** Grows with the records; most tasks have small ones, and there may be many tasks. */
const OUT_BYTES_FIRST = 1024

type Outgoing = { -readonly [K in keyof OutgoingRecord]: OutgoingRecord[K] }

/** Makes what the producer takes of a source record; one buffer and one object serve all records. */
export class SourceConversion {
  readonly #chain: TransformChain
  readonly #converters: RecordConverters
  readonly #out = new ByteWriter(OUT_BYTES_FIRST)
  readonly #outgoing: Outgoing
  #stage: Stage = 'TRANSFORMATION'

  constructor(chain: TransformChain, converters: RecordConverters) {
    this.#chain = chain
    this.#converters = converters
    this.#outgoing = {
      topic: '',
      partition: null,
      timestamp: null,
      bytes: this.#out.bytes,
      keyStart: -1,
      keyEnd: -1,
      valueStart: -1,
      valueEnd: -1,
      headers: [],
    }
  }

  /** Where the last call of `convert` failed. */
  get stage(): Stage {
    return this.#stage
  }

  /** Class of the plug-in that failed. */
  get className(): string {
    return classAt(this.#stage, this.#converters, this.#chain)
  }

  /** @returns Valid until the next call; null when a transform dropped the record. */
  convert(polled: SourceRecord): OutgoingRecord | null {
    const { header, key, value } = this.#converters
    const out = this.#out
    this.#stage = 'TRANSFORMATION'
    const record = this.#chain.apply(polled)
    if (record === null) return null
    const { topic } = record
    this.#stage = 'HEADER_CONVERTER'
    const raw = toRawHeaders(header.converter, topic, record.headers)
    const headers = bytesOfHeaders(raw)
    out.clear()
    this.#stage = 'KEY_CONVERTER'
    const hasKey = writeWith(key.converter, out, topic, headers, record.keySchema, record.key)
    const keyEnd = out.length
    this.#stage = 'VALUE_CONVERTER'
    const hasValue = writeWith(
      value.converter,
      out,
      topic,
      headers,
      record.valueSchema,
      record.value,
    )
    const outgoing = this.#outgoing
    outgoing.topic = topic
    outgoing.partition = record.partition
    outgoing.timestamp = record.timestamp === null ? null : timestampOf(record.timestamp, topic)
    outgoing.bytes = out.bytes
    outgoing.keyStart = hasKey ? 0 : -1
    outgoing.keyEnd = hasKey ? keyEnd : -1
    outgoing.valueStart = hasValue ? keyEnd : -1
    outgoing.valueEnd = hasValue ? out.length : -1
    outgoing.headers = raw
    return outgoing
  }
}

/** -1 stands for none. */
function timestampOf(timestamp: number, topic: string): number | null {
  if (timestamp >= 0) return timestamp
  if (timestamp === -1) return null
  throw new ConnectError(`Invalid record timestamp ${timestamp} in a record for topic ${topic}`, {
    code: 'DATA_INVALID',
  })
}
