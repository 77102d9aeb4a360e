import { isUtf8 } from 'node:buffer'
import type { FetchedRecords } from '../kafka/client.ts'

export interface RecordFormat {
  readonly json: boolean
  readonly key: boolean
  readonly headers: boolean
}

const newline = Buffer.from('\n')
const tab = Buffer.from('\t')
const nothing = Buffer.from('null')

/** The first `count` records, a line each, as bytes: a value need not be text. */
export function recordLines(
  records: FetchedRecords,
  count: number,
  format: RecordFormat,
): Uint8Array {
  const parts: Uint8Array[] = []
  for (let index = 0; index < count; index++) {
    if (format.json) {
      parts.push(Buffer.from(JSON.stringify(asJson(records, index))))
    } else {
      if (format.headers) parts.push(Buffer.from(headersText(records, index)), tab)
      if (format.key) parts.push(keyBytes(records, index) ?? nothing, tab)
      parts.push(valueBytes(records, index) ?? nothing)
    }
    parts.push(newline)
  }
  return Buffer.concat(parts)
}

function asJson(records: FetchedRecords, index: number): object {
  const timestamp = records.timestamps[index] ?? -1
  return {
    topic: records.topic,
    partition: records.partition,
    offset: records.offsets[index],
    timestamp: timestamp === -1 ? null : timestamp,
    key: textOrBase64(keyBytes(records, index)),
    value: textOrBase64(valueBytes(records, index)),
    headers: records.headers(index).map(({ key, value }) => [key, textOrBase64(value)]),
  }
}

function headersText(records: FetchedRecords, index: number): string {
  const pairs = records.headers(index).map(({ key, value }) => {
    return `${key}:${value === null ? 'null' : Buffer.from(value).toString()}`
  })
  return pairs.length === 0 ? 'NO_HEADERS' : pairs.join(',')
}

function textOrBase64(bytes: Uint8Array | null): string | { base64: string } | null {
  if (bytes === null) return null
  const buffer = Buffer.from(bytes)
  return isUtf8(buffer) ? buffer.toString() : { base64: buffer.toString('base64') }
}

function keyBytes(records: FetchedRecords, index: number): Buffer | null {
  return range(records, records.keyStarts[index], records.keyEnds[index])
}

function valueBytes(records: FetchedRecords, index: number): Buffer | null {
  return range(records, records.valueStarts[index], records.valueEnds[index])
}

function range(records: FetchedRecords, start = -1, end = -1): Buffer | null {
  return start === -1 ? null : records.bytes.subarray(start, end)
}
