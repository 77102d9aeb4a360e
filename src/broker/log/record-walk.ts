import { Cursor, corrupt } from '../../protocol/cursor.ts'

/** A record in the records of a batch, which are not compressed. */
export interface WalkedRecord {
  /** Where it is, its length included. */
  readonly start: number
  readonly end: number
  readonly offsetDelta: number
  readonly timestampDelta: number
  /** null for a record without one. */
  readonly key: Buffer | null
  readonly isTombstone: boolean
}

/** @throws ConnectError RECORD_CORRUPT */
export function* walkRecords(records: Buffer, count: number): Generator<WalkedRecord, void> {
  const cursor = new Cursor(records)
  for (let left = count; left > 0; left--) {
    const start = cursor.at
    const end = cursor.readVarint() + cursor.at
    if (end > cursor.end || end <= cursor.at) throw corrupt('A record is longer than its batch.')
    cursor.skip(1)
    const timestampDelta = cursor.readVarlong()
    const offsetDelta = cursor.readVarint()
    const keyBytes = cursor.readVarint()
    const key = keyBytes < 0 ? null : cursor.take(keyBytes)
    const isTombstone = cursor.readVarint() < 0
    yield { start, end, offsetDelta, timestampDelta, key, isTombstone }
    cursor.at = end
  }
}
