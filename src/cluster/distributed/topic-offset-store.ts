import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { SourceMap } from '../../data/record.ts'
import { decodeOffset, decodeOffsetKey } from '../../runtime/offsets/offset-json.ts'
import type { SourceOffset, SourceOffsetStore } from '../../runtime/offsets/offset-store.ts'
import { OffsetTable, offsetRecords } from '../../runtime/offsets/offset-table.ts'
import { describeRecord, type ReadRecord, type RecordLog } from './record-log.ts'

/** Source offsets that all workers share: the offset topic. */
export class TopicOffsetStore implements SourceOffsetStore {
  readonly #log: RecordLog
  readonly #logger: Logger
  readonly #table: OffsetTable
  /** Values of keys that could not be written yet. */
  readonly #unwritten = new Map<string, Buffer | null>()

  constructor(log: RecordLog, logger: Logger) {
    this.#log = log
    this.#logger = logger
    this.#table = new OffsetTable(logger)
  }

  /** @param onFailure The topic can't be read any more. */
  start(onFailure: (error: unknown) => void): Promise<void> {
    return this.#log.start((record) => this.#read(record), onFailure)
  }

  async read(
    connector: string,
    partitions: ReadonlyArray<SourceMap | null>,
  ): Promise<ReadonlyArray<SourceMap | null>> {
    await this.#log.readToEnd()
    return this.#table.read(connector, partitions)
  }

  async write(connector: string, offsets: readonly SourceOffset[]): Promise<void> {
    const records = offsetRecords(connector, offsets)
    for (const { key, value } of records) this.#unwritten.set(key.toString(), value)
    await this.#log.append(records)
    for (const { key, value } of records) {
      if (this.#unwritten.get(key.toString()) === value) this.#unwritten.delete(key.toString())
    }
  }

  /** Keys and values of all offsets that can be read, those that wait to be written among them. */
  entries(): ReadonlyArray<readonly [key: string, value: string]> {
    const known = this.#table
      .entries()
      .flatMap(({ key, value }) =>
        key === null || problemOf(key, value) !== null ? [] : [[key.toString(), value] as const],
      )
    return [...new Map([...known, ...this.#unwritten])].flatMap(([key, value]) =>
      value === null ? [] : [[key, value.toString()] as const],
    )
  }

  async partitions(connector: string): Promise<readonly SourceMap[]> {
    await this.#log.readToEnd()
    return this.#table.partitions(connector)
  }

  /** What is not understood is kept, as the reference does: its key may be written again. */
  #read(record: ReadRecord): void {
    const { key, value } = record
    this.#table.set({ key, value })
    const problem = problemOf(key, value)
    if (problem !== null) this.#logger.error(`${describeRecord(record)} is left out: ${problem}`)
  }

  close(): Promise<void> {
    return this.#log.close()
  }
}

function problemOf(key: Buffer | null, value: Buffer | null): string | null {
  if (key === null) return 'it has no key'
  // Of a null partition nothing can be read, and the reference does not mind.
  if (decodeOffsetKey(key) === null && !/^\[".*",null\]$/su.test(key.toString())) {
    return 'its key is not ["connector",{partition}]'
  }
  try {
    if (value !== null) decodeOffset(value)
    return null
  } catch (error) {
    return messageOf(error)
  }
}
