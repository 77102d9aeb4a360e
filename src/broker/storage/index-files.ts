import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readInt64, writeInt64 } from '../../protocol/int64.ts'
import type { IndexColumns } from './log-storage.ts'

/** Offset and position, both 32 bits, as in Apache Kafka's `.index`. */
const OFFSET_ENTRY_BYTES = 8
/** Timestamp in 64 bits and offset in 32, as in Apache Kafka's `.timeindex`. */
const TIME_ENTRY_BYTES = 12

/**
 * Writes both files of a segment, `path.timeindex` and `path.index`; the latter last, so that where
 * it is both are whole.
 */
export function writeIndexFiles(path: string, baseOffset: number, index: IndexColumns): void {
  const times = Buffer.alloc(index.timestamps.length * TIME_ENTRY_BYTES)
  for (const [nth, timestamp] of index.timestamps.entries()) {
    writeInt64(times, timestamp, nth * TIME_ENTRY_BYTES)
    const offset = index.timestampOffsets[nth] ?? baseOffset
    times.writeInt32BE(offset - baseOffset, nth * TIME_ENTRY_BYTES + 8)
  }
  writeFileSync(`${path}.timeindex`, times)
  const offsets = Buffer.alloc(index.offsets.length * OFFSET_ENTRY_BYTES)
  for (const [nth, offset] of index.offsets.entries()) {
    offsets.writeInt32BE(offset - baseOffset, nth * OFFSET_ENTRY_BYTES)
    offsets.writeInt32BE(index.positions[nth] ?? 0, nth * OFFSET_ENTRY_BYTES + 4)
  }
  writeFileSync(`${path}.index.new`, offsets)
  renameSync(`${path}.index.new`, `${path}.index`)
}

/** null where the files aren't there or don't make sense. */
export function readIndexFiles(path: string, baseOffset: number): IndexColumns | null {
  const offsets = readIfThere(`${path}.index`)
  const times = readIfThere(`${path}.timeindex`)
  const areWhole =
    offsets !== null &&
    times !== null &&
    offsets.length % OFFSET_ENTRY_BYTES === 0 &&
    times.length % TIME_ENTRY_BYTES === 0
  if (!areWhole) return null
  const entries = offsets.length / OFFSET_ENTRY_BYTES
  const timeEntries = times.length / TIME_ENTRY_BYTES
  const column = (length: number, value: (nth: number) => number) =>
    Array.from({ length }, (_, nth) => value(nth))
  return {
    offsets: column(entries, (nth) => baseOffset + offsets.readInt32BE(nth * OFFSET_ENTRY_BYTES)),
    positions: column(entries, (nth) => offsets.readInt32BE(nth * OFFSET_ENTRY_BYTES + 4)),
    timestamps: column(timeEntries, (nth) => readInt64(times, nth * TIME_ENTRY_BYTES)),
    timestampOffsets: column(
      timeEntries,
      (nth) => baseOffset + times.readInt32BE(nth * TIME_ENTRY_BYTES + 8),
    ),
  }
}

export function removeIndexFiles(path: string): void {
  rmSync(`${path}.index`, { force: true })
  rmSync(`${path}.timeindex`, { force: true })
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch {
    return null
  }
}
