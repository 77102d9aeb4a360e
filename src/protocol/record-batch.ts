import type { Codec } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { corrupt } from './cursor.ts'
import { readInt64, writeInt64 } from './int64.ts'

/**
 * Header of a record batch, format 2, which every broker since Kafka 0.11 writes.
 * @see https://kafka.apache.org/documentation/#recordbatch
 */

/** Header bytes in front of the records. */
export const BATCH_HEADER_BYTES = 61

/** Where each field is, from the start of the batch. */
const at = {
  baseOffset: 0,
  length: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
} as const

/** Offset and length: what stands in front of every batch of every format. */
export const BATCH_PREFIX_BYTES = 12
const MAGIC = 2

const attribute = {
  codecMask: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
} as const

const codecs: readonly (Codec | undefined)[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

export interface BatchHeader {
  /** Where the batch starts and ends in the buffer that it was read from. */
  readonly start: number
  readonly end: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly leaderEpoch: number
  readonly codec: Codec
  readonly isLogAppendTime: boolean
  readonly isTransactional: boolean
  /** The batch holds the end of a transaction instead of records. */
  readonly isControl: boolean
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  /** -1 for a producer without idempotence; likewise epoch and sequence. */
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly count: number
}

/** What an idempotent or transactional producer marks its batch with; -1 for any other. */
export interface ProducerStamp {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly isTransactional: boolean
}

/**
 * Reads the header of the batch at `start`.
 *
 * @returns null for a batch that is cut off: brokers end an answer in the middle of a batch.
 * @throws ConnectError RECORD_CORRUPT for another format or a header that can't be true.
 */
export function readBatchHeader(bytes: Buffer, start: number): BatchHeader | null {
  const header = readCutBatchHeader(bytes, start)
  return header === null || header.end > bytes.length ? null : header
}

/** Like `readBatchHeader`, but of the batch only its header has to be there. */
export function readCutBatchHeader(bytes: Buffer, start: number): BatchHeader | null {
  if (start + at.magic >= bytes.length) return null
  const baseOffset = readInt64(bytes, start + at.baseOffset)
  refuseFormat(bytes[start + at.magic] ?? MAGIC, baseOffset)
  const length = bytes.readInt32BE(start + at.length)
  if (length < BATCH_HEADER_BYTES - BATCH_PREFIX_BYTES) {
    throw corrupt(`The batch at offset ${baseOffset} says that it has ${length} bytes.`)
  }
  if (start + BATCH_HEADER_BYTES > bytes.length) return null
  const end = start + BATCH_PREFIX_BYTES + length
  const attributes = bytes.readInt16BE(start + at.attributes)
  const codec = codecs[attributes & attribute.codecMask]
  if (codec === undefined) {
    throw corrupt(`The batch at offset ${baseOffset} has an unknown compression.`)
  }
  return {
    start,
    end,
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(start + at.lastOffsetDelta),
    leaderEpoch: bytes.readInt32BE(start + at.partitionLeaderEpoch),
    codec,
    isLogAppendTime: (attributes & attribute.logAppendTime) !== 0,
    isTransactional: (attributes & attribute.transactional) !== 0,
    isControl: (attributes & attribute.control) !== 0,
    baseTimestamp: readInt64(bytes, start + at.baseTimestamp),
    maxTimestamp: readInt64(bytes, start + at.maxTimestamp),
    producerId: readInt64(bytes, start + at.producerId),
    producerEpoch: bytes.readInt16BE(start + at.producerEpoch),
    baseSequence: bytes.readInt32BE(start + at.baseSequence),
    count: bytes.readInt32BE(start + at.count),
  }
}

function refuseFormat(magic: number, baseOffset: number): void {
  if (magic === MAGIC) return
  if (magic > MAGIC) throw corrupt(`The batch at offset ${baseOffset} has format ${magic}.`)
  throw corrupt(
    `The records at offset ${baseOffset} are in format ${magic}, from before Kafka 0.11, ` +
      "which isn't read. Delete them from the topic or copy them with another client.",
  )
}

/** @throws ConnectError RECORD_CORRUPT when the batch isn't what its producer sent. */
export function checkCrc(bytes: Buffer, { start, end, baseOffset }: BatchHeader): void {
  const sent = bytes.readUInt32BE(start + at.crc)
  const found = crc32c(bytes, start + at.attributes, end)
  if (sent !== found) {
    throw corrupt(`The batch at offset ${baseOffset} has CRC ${found} instead of ${sent}.`)
  }
}

/** Writes everything but the producer's stamp and the CRC. */
export function writeBatchHeader(
  batch: Buffer,
  header: {
    readonly codec: Codec
    readonly count: number
    readonly baseTimestamp: number
    readonly maxTimestamp: number
  },
): void {
  writeInt64(batch, 0, at.baseOffset)
  batch.writeInt32BE(batch.length - BATCH_PREFIX_BYTES, at.length)
  batch.writeInt32BE(-1, at.partitionLeaderEpoch)
  batch[at.magic] = MAGIC
  batch.writeInt16BE(codecs.indexOf(header.codec), at.attributes)
  batch.writeInt32BE(header.count - 1, at.lastOffsetDelta)
  writeInt64(batch, header.baseTimestamp, at.baseTimestamp)
  writeInt64(batch, header.maxTimestamp, at.maxTimestamp)
  batch.writeInt32BE(header.count, at.count)
}

/** Marks a finished batch, also once more when the producer got a new epoch, and seals it. */
export function stampBatch(batch: Buffer, stamp: ProducerStamp): void {
  const attributes = batch.readInt16BE(at.attributes)
  const transactional = stamp.isTransactional ? attribute.transactional : 0
  batch.writeInt16BE((attributes & ~attribute.transactional) | transactional, at.attributes)
  writeInt64(batch, stamp.producerId, at.producerId)
  batch.writeInt16BE(stamp.producerEpoch, at.producerEpoch)
  batch.writeInt32BE(stamp.baseSequence, at.baseSequence)
  batch.writeUInt32BE(crc32c(batch, at.attributes, batch.length), at.crc)
}

/** Puts a batch where the log has it; the CRC covers neither field. */
export function placeBatch(
  bytes: Buffer,
  { start }: BatchHeader,
  baseOffset: number,
  leaderEpoch: number,
): void {
  writeInt64(bytes, baseOffset, start + at.baseOffset)
  bytes.writeInt32BE(leaderEpoch, start + at.partitionLeaderEpoch)
}

/** Gives every record of a batch the time at which the log got it, and seals the batch. */
export function setLogAppendTime(
  bytes: Buffer,
  { start, end }: BatchHeader,
  timestamp: number,
): void {
  const attributes = bytes.readInt16BE(start + at.attributes)
  bytes.writeInt16BE(attributes | attribute.logAppendTime, start + at.attributes)
  writeInt64(bytes, timestamp, start + at.maxTimestamp)
  bytes.writeUInt32BE(crc32c(bytes, start + at.attributes, end), start + at.crc)
}

/** Makes a finished batch one that holds the end of a transaction, and seals it. */
export function markControl(batch: Buffer): void {
  batch.writeInt16BE(batch.readInt16BE(at.attributes) | attribute.control, at.attributes)
  batch.writeUInt32BE(crc32c(batch, at.attributes, batch.length), at.crc)
}

/** A copy of a batch with other records, as its codec has them; offsets and base time stay. */
export function replaceRecords(
  batch: Buffer,
  records: Buffer,
  { count, maxTimestamp }: { readonly count: number; readonly maxTimestamp: number },
): Buffer {
  const copy = Buffer.concat([batch.subarray(0, BATCH_HEADER_BYTES), records])
  copy.writeInt32BE(copy.length - BATCH_PREFIX_BYTES, at.length)
  writeInt64(copy, maxTimestamp, at.maxTimestamp)
  copy.writeInt32BE(count, at.count)
  copy.writeUInt32BE(crc32c(copy, at.attributes, copy.length), at.crc)
  return copy
}
