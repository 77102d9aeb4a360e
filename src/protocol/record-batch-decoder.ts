import { decompress, loadCodec } from './compression.ts'
import { Cursor, corrupt } from './cursor.ts'
import { BATCH_HEADER_BYTES, type BatchHeader, checkCrc, readBatchHeader } from './record-batch.ts'
import {
  type Columns,
  emptyColumns,
  type RecordColumns,
  recordColumns,
  sliceColumns,
} from './record-columns.ts'

/** Limit of one decompressed batch. */
const DECOMPRESSED_BYTES_MAX = 256 * 1024 * 1024
/** Length, attributes, two deltas, and the lengths of key, value and headers take a byte each. */
const RECORD_BYTES_MIN = 7

/** A transaction of `producerId` that was given up; its records begin at `firstOffset`. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

export interface DecodeOptions {
  /** Records below it are left out: a broker sends the whole batch that an offset is in. */
  readonly offsetMin: number
  /** As the broker lists them for `read_committed`; their records are left out. */
  readonly abortedTransactions: readonly AbortedTransaction[]
  /** `check.crcs` */
  readonly checkCrcs: boolean
}

/** End of a transaction in the log. */
export interface TransactionMarker {
  readonly offset: number
  readonly producerId: number
  readonly isCommit: boolean
}

/** Batches of a partition that were decoded together. */
export interface DecodedBatches {
  /** Empty when there was nothing but ends of transactions and records that are left out. */
  readonly records: RecordColumns
  readonly markers: readonly TransactionMarker[]
  /** Behind the last of the batches: where to go on. */
  readonly offsetNext: number
}

/**
 * Has to be awaited before `decodeRecords` of the same bytes.
 *
 * @throws ConnectError RECORD_CORRUPT
 */
export async function prepareDecoding(answers: readonly (Buffer | null)[]): Promise<void> {
  const codecs = answers.flatMap((bytes) =>
    bytes === null ? [] : Array.from(batches(bytes), ({ codec }) => codec),
  )
  await Promise.all([...new Set(codecs)].map(loadCodec))
}

/**
 * Decodes what a broker sent of one partition, in the order of the log and only as far as it is
 * asked for, so that no more than one compressed batch is in memory as a whole.
 *
 * Batches that aren't compressed are decoded together, in place; each compressed one gets a buffer
 * of its own. A batch that is cut off at the end is left for the next fetch.
 *
 * @throws ConnectError RECORD_CORRUPT, naming the offset of the batch.
 */
export function* decodeRecords(
  bytes: Buffer,
  { offsetMin, abortedTransactions, checkCrcs }: DecodeOptions,
): Generator<DecodedBatches, void> {
  const isAborted = abortedFilter(abortedTransactions)
  let run: BatchHeader[] = []
  let markers: TransactionMarker[] = []
  let offsetNext = offsetMin
  for (const header of batches(bytes)) {
    if (checkCrcs) checkCrc(bytes, header)
    const marker = readMarker(bytes, header)
    // The filter has to see every marker, so it comes first.
    const isLeftOut = isAborted(header, marker) || header.isControl
    if (!isLeftOut && !canJoin(run[0], header)) {
      yield { records: decodeRun(bytes, run, offsetMin), markers, offsetNext }
      run = []
      markers = []
    }
    if (!isLeftOut) run.push(header)
    if (marker !== null) markers.push(marker)
    offsetNext = Math.max(offsetNext, header.lastOffset + 1)
  }
  yield { records: decodeRun(bytes, run, offsetMin), markers, offsetNext }
}

/** Headers of the batches that are there as a whole. */
function* batches(bytes: Buffer): Generator<BatchHeader, void> {
  for (let at = 0; ; ) {
    const header = readBatchHeader(bytes, at)
    if (header === null) return
    at = header.end
    yield header
  }
}

/** Tells, batch by batch in the order of the log, whether its transaction was given up. */
function abortedFilter(
  transactions: readonly AbortedTransaction[],
): (header: BatchHeader, marker: TransactionMarker | null) => boolean {
  const ahead = transactions.toSorted((a, b) => a.firstOffset - b.firstOffset)
  const open = new Set<number>()
  return ({ lastOffset, producerId, isTransactional }, marker) => {
    for (
      let next = ahead[0];
      next !== undefined && next.firstOffset <= lastOffset;
      next = ahead[0]
    ) {
      open.add(next.producerId)
      ahead.shift()
    }
    if (marker?.isCommit === false) open.delete(producerId)
    return isTransactional && open.has(producerId)
  }
}

/** Whether two batches can share columns: one buffer, one kind of timestamps. */
function canJoin(first: BatchHeader | undefined, next: BatchHeader): boolean {
  if (first === undefined) return true
  const areInPlace = first.codec === 'none' && next.codec === 'none'
  return areInPlace && first.isLogAppendTime === next.isLogAppendTime
}

const MARKER_KEY_BYTES = 4
const MARKER_ABORT = 0
const MARKER_COMMIT = 1

/** null for records, and for control batches that are empty or about something else. */
function readMarker(bytes: Buffer, header: BatchHeader): TransactionMarker | null {
  if (!header.isControl) return null
  const columns = decodeRun(bytes, [header], 0)
  const start = columns.keyStarts[0] ?? -1
  const end = columns.keyEnds[0] ?? -1
  if (start < 0 || end - start < MARKER_KEY_BYTES) return null
  const type = columns.bytes.readInt16BE(start + 2)
  if (type !== MARKER_ABORT && type !== MARKER_COMMIT) return null
  const { lastOffset: offset, producerId } = header
  return { offset, producerId, isCommit: type === MARKER_COMMIT }
}

function decodeRun(bytes: Buffer, run: readonly BatchHeader[], offsetMin: number): RecordColumns {
  const sources = run.map((header) => readable(bytes, header))
  const columns = emptyColumns(run.reduce((sum, { count }) => sum + count, 0))
  let index = 0
  for (const [nth, header] of run.entries()) {
    const cursor = sources[nth] ?? new Cursor(bytes)
    try {
      fillColumns(columns, index, cursor, header)
    } catch (cause) {
      throw corrupt(`The batch at offset ${header.baseOffset} can't be read.`, cause)
    }
    index += header.count
  }
  const source = {
    bytes: sources[0]?.bytes ?? bytes,
    timestampType: run[0]?.isLogAppendTime ? 'LogAppendTime' : 'CreateTime',
  } as const
  const first = columns.offsets.findIndex((offset) => offset >= offsetMin)
  return sliceColumns(recordColumns(source, columns), first < 0 ? index : first, index)
}

/** Where a batch's records are, decompressed. */
function readable(bytes: Buffer, { codec, start, end, count, baseOffset }: BatchHeader): Cursor {
  const compressed = new Cursor(bytes, start + BATCH_HEADER_BYTES, end)
  const cursor =
    codec === 'none'
      ? compressed
      : new Cursor(decompress(codec, compressed.take(compressed.remaining), DECOMPRESSED_BYTES_MAX))
  if (count < 0 || count * RECORD_BYTES_MIN > cursor.remaining) {
    throw corrupt(`The batch at offset ${baseOffset} can't have ${count} records.`)
  }
  return cursor
}

function fillColumns(columns: Columns, start: number, cursor: Cursor, header: BatchHeader): void {
  const { baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime, count } = header
  for (let index = start; index < start + count; index++) {
    const end = cursor.readVarint() + cursor.at
    if (end > cursor.end) throw corrupt('A record is longer than its batch.')
    cursor.skip(1)
    const timestamp = baseTimestamp + cursor.readVarlong()
    columns.timestamps[index] = isLogAppendTime ? maxTimestamp : timestamp
    columns.offsets[index] = baseOffset + cursor.readVarint()
    columns.keyStarts[index] = skipNullable(cursor)
    columns.keyEnds[index] = cursor.at
    columns.valueStarts[index] = skipNullable(cursor)
    columns.valueEnds[index] = cursor.at
    columns.headerStarts[index] = cursor.at
    if (cursor.at >= end) throw corrupt('A record is shorter than its fields.')
    cursor.at = end
  }
  if (cursor.remaining > 0) throw corrupt('The batch has more bytes than its records.')
}

/** Steps over a length and the bytes it counts; returns where these start, -1 for null. */
function skipNullable(cursor: Cursor): number {
  const sizeBytes = cursor.readVarint()
  return sizeBytes < 0 ? -1 : cursor.skip(sizeBytes)
}
