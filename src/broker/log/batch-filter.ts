import { compress, decompress, loadCodec } from '../../protocol/compression.ts'
import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  replaceRecords,
} from '../../protocol/record-batch.ts'
import { type WalkedRecord, walkRecords } from './record-walk.ts'

const DECOMPRESSED_BYTES_MAX = 256 * 1024 * 1024

/** The records of a batch, decompressed. @param bytes The batch. */
export async function recordsOf(bytes: Buffer, { codec }: BatchHeader): Promise<Buffer> {
  await loadCodec(codec)
  return decompress(codec, bytes.subarray(BATCH_HEADER_BYTES), DECOMPRESSED_BYTES_MAX)
}

/**
 * A batch with those of its records that are to stay, at their offsets.
 * @param bytes The batch.
 * @returns The same bytes when all stay, null when none does.
 */
export async function filterBatch(
  bytes: Buffer,
  header: BatchHeader,
  stays: (record: WalkedRecord) => boolean,
): Promise<Buffer | null> {
  const records = await recordsOf(bytes, header)
  const kept: Buffer[] = []
  let largestDelta = Number.NEGATIVE_INFINITY
  for (const record of walkRecords(records, header.count)) {
    if (!stays(record)) continue
    kept.push(records.subarray(record.start, record.end))
    largestDelta = Math.max(largestDelta, record.timestampDelta)
  }
  if (kept.length === header.count) return bytes
  if (kept.length === 0) return null
  const maxTimestamp = header.isLogAppendTime
    ? header.maxTimestamp
    : header.baseTimestamp + largestDelta
  const packed = compress(header.codec, Buffer.concat(kept))
  return replaceRecords(bytes, packed, { count: kept.length, maxTimestamp })
}
