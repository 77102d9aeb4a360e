import { Cursor } from './cursor.ts'
import type { RecordHeader } from './record-batch-builder.ts'

/** Decoded records as columns over one buffer, so that no object is made for a record. */
export interface RecordColumns extends Columns {
  readonly count: number
  readonly bytes: Buffer
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
  /**
   * Headers of one record; their values are views of `bytes`.
   *
   * @throws ConnectError RECORD_CORRUPT
   */
  headers(index: number): readonly RecordHeader[]
}

export interface Columns {
  readonly offsets: Float64Array
  /** Milliseconds since the epoch, -1 for none. */
  readonly timestamps: Float64Array
  /** Where keys and values are in `bytes`; -1 for null. */
  readonly keyStarts: Int32Array
  readonly keyEnds: Int32Array
  readonly valueStarts: Int32Array
  readonly valueEnds: Int32Array
  /** Where the number of headers is in `bytes`. */
  readonly headerStarts: Int32Array
}

type Source = Pick<RecordColumns, 'bytes' | 'timestampType'>

export function recordColumns({ bytes, timestampType }: Source, columns: Columns): RecordColumns {
  return {
    ...columns,
    count: columns.offsets.length,
    bytes,
    timestampType,
    headers: (index) => readHeaders(bytes, columns.headerStarts[index] ?? bytes.length),
  }
}

export function emptyColumns(count: number): Columns {
  return {
    offsets: new Float64Array(count),
    timestamps: new Float64Array(count),
    keyStarts: new Int32Array(count),
    keyEnds: new Int32Array(count),
    valueStarts: new Int32Array(count),
    valueEnds: new Int32Array(count),
    headerStarts: new Int32Array(count),
  }
}

/** Records from index `from` up to `to`; nothing is copied. */
export function sliceColumns(records: RecordColumns, from: number, to: number): RecordColumns {
  if (from === 0 && to >= records.count) return records
  return recordColumns(records, {
    offsets: records.offsets.subarray(from, to),
    timestamps: records.timestamps.subarray(from, to),
    keyStarts: records.keyStarts.subarray(from, to),
    keyEnds: records.keyEnds.subarray(from, to),
    valueStarts: records.valueStarts.subarray(from, to),
    valueEnds: records.valueEnds.subarray(from, to),
    headerStarts: records.headerStarts.subarray(from, to),
  })
}

function readHeaders(bytes: Buffer, start: number): readonly RecordHeader[] {
  const cursor = new Cursor(bytes, start)
  const headers: RecordHeader[] = []
  for (let left = cursor.readVarint(); left > 0; left--) {
    const key = cursor.readUtf8(cursor.readVarint())
    const valueBytes = cursor.readVarint()
    headers.push({ key, value: valueBytes < 0 ? null : cursor.take(valueBytes) })
  }
  return headers
}
