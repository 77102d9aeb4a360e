import type { OutgoingRecord } from './client.ts'

const empty = Buffer.alloc(0)

/** A record of a compacted topic: to the partition of its key, at the time of the append. */
export function keyedRecord(
  topic: string,
  { key, value }: { readonly key: Buffer | null; readonly value: Buffer | null },
): OutgoingRecord {
  const keySize = key?.length ?? 0
  return {
    topic,
    partition: null,
    timestamp: null,
    bytes: Buffer.concat([key ?? empty, value ?? empty]),
    keyStart: key === null ? -1 : 0,
    keyEnd: key === null ? -1 : keySize,
    valueStart: value === null ? -1 : keySize,
    valueEnd: value === null ? -1 : keySize + value.length,
    headers: [],
  }
}
