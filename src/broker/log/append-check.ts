import { ConnectError } from '../../base/errors.ts'
import { type Codec, decompress, isLoaded, loadCodec } from '../../protocol/compression.ts'
import { errorCode } from '../../protocol/error-codes.ts'
import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  checkCrc,
  readBatchHeader,
  readCutBatchHeader,
} from '../../protocol/record-batch.ts'
import { walkRecords } from './record-walk.ts'

/** Why records from a client can't be appended. */
export class RefusedRecords extends Error {
  override readonly name = 'RefusedRecords'
  readonly errorCode: number

  constructor(message: string, options: ErrorOptions & { readonly errorCode: number }) {
    super(message, options)
    this.errorCode = options.errorCode
  }
}

/** As the readers of the log have it. */
const DECOMPRESSED_BYTES_MAX = 256 * 1024 * 1024
const invalid = { errorCode: errorCode.INVALID_RECORD }
const corrupt = { errorCode: errorCode.CORRUPT_MESSAGE }

/**
 * Headers of the batches that a client sent.
 *
 * @param batchBytesMax `max.message.bytes`
 * @throws RefusedRecords
 */
export function checkBatches(records: Buffer, batchBytesMax: number): readonly BatchHeader[] {
  const batches: BatchHeader[] = []
  for (let at = 0; at < records.length; ) {
    const batch = checkBatch(records, at, batchBytesMax)
    batches.push(batch)
    at = batch.end
  }
  if (batches.length === 0) throw new RefusedRecords('there is no batch', invalid)
  return batches
}

/** How far from the broker's time records may be. */
export interface TimeLimits {
  readonly timestampBeforeMaxMs: number
  readonly timestampAfterMaxMs: number
}

/** As far as the headers of the batches tell. @throws RefusedRecords */
export function checkTimes(
  batches: readonly BatchHeader[],
  nowMs: number,
  { timestampBeforeMaxMs, timestampAfterMaxMs }: TimeLimits,
): void {
  for (const { baseTimestamp, maxTimestamp } of batches) {
    const isOld = baseTimestamp >= 0 && nowMs - baseTimestamp > timestampBeforeMaxMs
    if (!isOld && maxTimestamp - nowMs <= timestampAfterMaxMs) continue
    const [time, name] = isOld ? [baseTimestamp, 'before'] : [maxTimestamp, 'after']
    throw new RefusedRecords(
      `the time ${time} is farther from the broker's, ${nowMs}, than message.timestamp.${name}.max.ms`,
      { errorCode: errorCode.INVALID_TIMESTAMP },
    )
  }
}

function checkBatch(records: Buffer, start: number, batchBytesMax: number): BatchHeader {
  const batch = wholeBatch(records, start)
  const sizeBytes = batch.end - batch.start
  if (sizeBytes > batchBytesMax) {
    throw new RefusedRecords(
      `a batch of ${sizeBytes} bytes is larger than max.message.bytes, ${batchBytesMax}`,
      { errorCode: errorCode.MESSAGE_TOO_LARGE },
    )
  }
  const problem = problemOf(batch)
  if (problem !== null) throw new RefusedRecords(problem, invalid)
  return batch
}

function wholeBatch(records: Buffer, start: number): BatchHeader {
  try {
    const batch = readBatchHeader(records, start)
    if (batch !== null) {
      checkCrc(records, batch)
      return batch
    }
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error
    throw new RefusedRecords(error.message, { ...corrupt, cause: error })
  }
  throw new RefusedRecords('the last batch is cut off', corrupt)
}

function problemOf(batch: BatchHeader): string | null {
  const span = batch.lastOffset - batch.baseOffset + 1
  if (batch.count <= 0 || batch.count !== span) {
    return `a batch with ${batch.count} records says that it spans ${span} offsets`
  }
  if (batch.isControl) return 'clients may not write control batches'
  if (batch.isLogAppendTime) return 'clients may not set the timestamp type to LogAppendTime'
  const isStamped = batch.producerId >= 0
  if (isStamped && (batch.producerEpoch < 0 || batch.baseSequence < 0)) {
    return 'a producer id needs an epoch and a sequence'
  }
  if (batch.isTransactional && !isStamped) return 'a transaction needs a producer id'
  return null
}

/**
 * Loads what is needed to look for keys in what a client sent; null when nothing is. Not for
 * anything but the first batch, as a client sends all of them in one codec.
 */
export function loadKeyCodec(records: Buffer): Promise<void> | null {
  const codec = codecOf(records)
  return codec === null || isLoaded(codec) ? null : loadCodec(codec)
}

/** null for something that is no batch. */
function codecOf(records: Buffer): Codec | null {
  try {
    return readCutBatchHeader(records, 0)?.codec ?? null
  } catch (error) {
    if (error instanceof ConnectError) return null
    throw error
  }
}

/**
 * Refuses records without a key, for logs that are compacted; `loadKeyCodec` comes before.
 *
 * @throws RefusedRecords
 */
export function checkKeys(records: Buffer, batches: readonly BatchHeader[]): void {
  try {
    if (!batches.every((batch) => hasKeys(records, batch))) {
      throw new RefusedRecords('a compacted topic needs keys', invalid)
    }
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error
    throw new RefusedRecords(error.message, { ...invalid, cause: error })
  }
}

function hasKeys(records: Buffer, { codec, start, end, count }: BatchHeader): boolean {
  if (!isLoaded(codec)) throw new RefusedRecords(`${codec} comes after another codec`, invalid)
  const packed = records.subarray(start + BATCH_HEADER_BYTES, end)
  const unpacked = decompress(codec, packed, DECOMPRESSED_BYTES_MAX)
  for (const { key } of walkRecords(unpacked, count)) if (key === null) return false
  return true
}
