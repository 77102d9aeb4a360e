import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LogSettings, PartitionLog } from '../../../src/broker/log/partition-log.ts'
import { FolderStorage } from '../../../src/broker/storage/folder-storage.ts'
import type { LogStorage } from '../../../src/broker/storage/log-storage.ts'
import { memoryStorage } from '../../../src/broker/storage/memory-storage.ts'
import { readBatchHeader } from '../../../src/protocol/record-batch.ts'
import { decodeRecords, prepareDecoding } from '../../../src/protocol/record-batch-decoder.ts'
import { batchOf, record } from '../../protocol/batches.ts'

export const defaultSettings: LogSettings = {
  batchBytesMax: 1_000_000,
  segmentBytes: 1_000_000,
  segmentMs: 1_000_000_000,
  isLogAppendTime: false,
  timestampBeforeMaxMs: Number.POSITIVE_INFINITY,
  timestampAfterMaxMs: Number.POSITIVE_INFINITY,
  isDeleted: true,
  retentionMs: -1,
  retentionBytes: -1,
  isCompacted: false,
  deleteRetentionMs: 1000,
  minCleanableRatio: 0,
  minCompactionLagMs: 0,
  maxCompactionLagMs: Number.POSITIVE_INFINITY,
}

/** One log whose time and settings a test sets. */
export class TestLog {
  nowMs = 1_000_000
  settings = defaultSettings
  readonly reports: string[] = []
  log: PartitionLog
  readonly #storage: () => LogStorage

  constructor(storage: () => LogStorage = () => memoryStorage()) {
    this.#storage = storage
    this.log = this.#open()
  }

  /** Opens the log anew, as after a crash of the process. */
  crash(): void {
    this.log = this.#open()
  }

  async restart(): Promise<void> {
    await this.log.close()
    this.log = this.#open()
  }

  #open(): PartitionLog {
    return new PartitionLog({
      topic: 'orders',
      partition: 0,
      storage: this.#storage(),
      flush: 'none',
      settings: () => this.settings,
      now: () => this.nowMs,
      report: (message) => this.reports.push(message),
    })
  }
}

/** Folder of a log, taken away at the end of a test. */
export function tempFolder(test: { after(clean: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-log-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'orders-0')
}

export function folderLog(folder: string): TestLog {
  return new TestLog(() => new FolderStorage(folder))
}

/** Appends a batch for each group of records `key=value`; no value is a tombstone. */
export function put(log: PartitionLog, ...batches: readonly (readonly string[])[]): void {
  for (const texts of batches) log.append(batchOf(texts.map(keyed)))
}

export function keyed(text: string) {
  const [key = '', value = null] = text.split('=')
  return record(value, { key })
}

/** All records as `offset:key=value`. */
export async function contents(log: PartitionLog): Promise<string[]> {
  const found: string[] = []
  for (let offset = log.startOffset; ; ) {
    const { records } = log.read(offset, 1, 'uncommitted')
    const batch = readBatchHeader(records, 0)
    if (batch === null) return found
    await prepareDecoding([records])
    const options = { offsetMin: offset, abortedTransactions: [], checkCrcs: true }
    for (const { records: columns } of decodeRecords(records, options)) {
      for (let index = 0; index < columns.count; index++) {
        const text = (starts: Int32Array, ends: Int32Array) =>
          (starts[index] ?? -1) < 0
            ? null
            : columns.bytes.toString('utf8', starts[index], ends[index])
        const value = text(columns.valueStarts, columns.valueEnds)
        const key = text(columns.keyStarts, columns.keyEnds)
        found.push(`${columns.offsets[index]}:${key}${value === null ? '' : `=${value}`}`)
      }
    }
    offset = batch.lastOffset + 1
  }
}
