import { type Codec, compress } from './compression.ts'
import {
  BATCH_HEADER_BYTES,
  type ProducerStamp,
  stampBatch,
  writeBatchHeader,
} from './record-batch.ts'
import {
  putVarint,
  putVarlong,
  VARINT_SIZE_BYTES_MAX,
  varintSizeBytes,
  varlongSizeBytes,
} from './varint.ts'

/** Key and value are ranges of `bytes`; a start of -1 is null. */
export interface RecordRanges {
  readonly bytes: Uint8Array
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueStart: number
  readonly valueEnd: number
  readonly headers: readonly RecordHeader[]
}

export interface RecordHeader {
  readonly key: string
  readonly value: Uint8Array | null
}

/** Length, attributes, two deltas and three lengths of a record, each at its longest. */
const RECORD_OVERHEAD_BYTES_MAX = 36
const HEADER_OVERHEAD_BYTES_MAX = 10

/** Upper limit of what a record adds to a batch before compression. */
export function recordSizeBytesMax(record: RecordRanges): number {
  const { headers } = record
  let sizeBytes =
    RECORD_OVERHEAD_BYTES_MAX +
    (record.keyStart < 0 ? 0 : record.keyEnd - record.keyStart) +
    (record.valueStart < 0 ? 0 : record.valueEnd - record.valueStart)
  if (headers.length === 0) return sizeBytes
  for (const { key, value } of headers) {
    sizeBytes += HEADER_OVERHEAD_BYTES_MAX + key.length * 3 + (value?.length ?? 0)
  }
  return sizeBytes
}

/** A batch that is being filled: records are written straight into its memory. */
export class RecordBatchBuilder {
  #bytes: Buffer
  #at = BATCH_HEADER_BYTES
  #count = 0
  #baseTimestamp = -1
  #maxTimestamp = -1

  /** @param capacityBytes Memory to begin with; a record that doesn't fit makes it grow. */
  constructor(capacityBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(capacityBytes, BATCH_HEADER_BYTES))
  }

  get count(): number {
    return this.#count
  }

  /** Before compression. */
  get sizeBytes(): number {
    return this.#at
  }

  /** Largest timestamp so far, -1 for none. */
  get maxTimestamp(): number {
    return this.#maxTimestamp
  }

  /** @param timestamp Milliseconds since the epoch. */
  append(timestamp: number, record: RecordRanges): void {
    if (this.#count === 0) this.#baseTimestamp = timestamp
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
    const timestampDelta = timestamp - this.#baseTimestamp
    const sizeBytes = recordSizeBytes(timestampDelta, this.#count, record)
    this.#reserve(VARINT_SIZE_BYTES_MAX + sizeBytes)
    const { headers } = record
    const bytes = this.#bytes
    let at = putVarint(bytes, this.#at, sizeBytes)
    bytes[at++] = 0
    at = putVarlong(bytes, at, timestampDelta)
    at = putVarint(bytes, at, this.#count)
    at = putRange(bytes, at, record.bytes, record.keyStart, record.keyEnd)
    at = putRange(bytes, at, record.bytes, record.valueStart, record.valueEnd)
    at = putVarint(bytes, at, headers.length)
    if (headers.length > 0) at = putHeaders(bytes, at, headers)
    this.#at = at
    this.#count++
  }

  /** The batch as it is sent; the builder must not be used afterwards. */
  finish(codec: Codec, stamp: ProducerStamp): Buffer {
    const batch = this.#compressed(codec)
    writeBatchHeader(batch, {
      codec,
      count: this.#count,
      baseTimestamp: this.#baseTimestamp,
      maxTimestamp: this.#maxTimestamp,
    })
    stampBatch(batch, stamp)
    return batch
  }

  #compressed(codec: Codec): Buffer {
    if (codec === 'none') return this.#bytes.subarray(0, this.#at)
    const records = compress(codec, this.#bytes.subarray(BATCH_HEADER_BYTES, this.#at))
    const batch = Buffer.allocUnsafeSlow(BATCH_HEADER_BYTES + records.length)
    batch.set(records, BATCH_HEADER_BYTES)
    return batch
  }

  #reserve(sizeBytes: number): void {
    const neededBytes = this.#at + sizeBytes
    if (neededBytes <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(neededBytes, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }
}

/** What stands behind the length of a record. */
function recordSizeBytes(
  timestampDelta: number,
  offsetDelta: number,
  record: RecordRanges,
): number {
  const { headers } = record
  let sizeBytes =
    1 +
    varlongSizeBytes(timestampDelta) +
    varintSizeBytes(offsetDelta) +
    rangeSizeBytes(record.keyStart, record.keyEnd) +
    rangeSizeBytes(record.valueStart, record.valueEnd) +
    varintSizeBytes(headers.length)
  if (headers.length === 0) return sizeBytes
  for (const { key, value } of headers) {
    const keyBytes = Buffer.byteLength(key)
    const valueBytes = value?.length ?? -1
    sizeBytes += varintSizeBytes(keyBytes) + keyBytes
    sizeBytes += varintSizeBytes(valueBytes) + Math.max(0, valueBytes)
  }
  return sizeBytes
}

function rangeSizeBytes(start: number, end: number): number {
  return start < 0 ? 1 : varintSizeBytes(end - start) + end - start
}

function putRange(to: Buffer, at: number, from: Uint8Array, start: number, end: number): number {
  if (start < 0) return putVarint(to, at, -1)
  const sizeBytes = end - start
  const next = putVarint(to, at, sizeBytes)
  const copied = Buffer.prototype.copy.call(from, to, next, start, end)
  if (copied !== sizeBytes) throw new RangeError(`no bytes ${start} to ${end} of ${from.length}`)
  return next + sizeBytes
}

function putHeaders(to: Buffer, start: number, headers: readonly RecordHeader[]): number {
  let at = start
  for (const { key, value } of headers) {
    at = putVarint(to, at, Buffer.byteLength(key))
    at += to.write(key, at)
    at = putVarint(to, at, value?.length ?? -1)
    if (value === null) continue
    to.set(value, at)
    at += value.length
  }
  return at
}
