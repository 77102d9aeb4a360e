import type { Codec } from '../../src/protocol/compression.ts'
import { RecordBatchBuilder, type RecordHeader } from '../../src/protocol/record-batch-builder.ts'

export interface TextRecord {
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly RecordHeader[]
}

/** What a producer without idempotence writes. */
export const noStamp = {
  producerId: -1,
  producerEpoch: -1,
  baseSequence: -1,
  isTransactional: false,
} as const

export function record(value: string | null, more: Partial<TextRecord> = {}): TextRecord {
  return { timestamp: 1000, key: null, value, headers: [], ...more }
}

/** A batch built record by record; its memory is small at first, so that it has to grow. */
export function batchOf(
  records: readonly TextRecord[],
  codec: Codec = 'none',
  stamp: Parameters<RecordBatchBuilder['finish']>[1] = noStamp,
): Buffer {
  const builder = new RecordBatchBuilder(64)
  for (const { timestamp, key, value, headers } of records) {
    const keyBytes = Buffer.from(key ?? '')
    const bytes = Buffer.concat([keyBytes, Buffer.from(value ?? '')])
    const valueStart = value === null ? -1 : keyBytes.length
    const keyStart = key === null ? -1 : 0
    const ranges = { keyStart, keyEnd: keyBytes.length, valueStart, valueEnd: bytes.length }
    builder.append(timestamp, { bytes, ...ranges, headers })
  }
  return builder.finish(codec, stamp)
}

/** The batch as the log has it from `offset` on; the CRC doesn't cover the offset. */
export function at(offset: number, batch: Buffer): Buffer {
  const moved = Buffer.from(batch)
  moved.writeBigInt64BE(BigInt(offset), 0)
  return moved
}
