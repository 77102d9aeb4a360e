import type { Logger } from '../../base/logger.ts'
import type { SourceMap } from '../../data/record.ts'
import { encodeOffset } from '../../runtime/offsets/offset-json.ts'
import type { SourceOffset, SourceOffsetStore } from '../../runtime/offsets/offset-store.ts'
import { OffsetTable } from '../../runtime/offsets/offset-table.ts'
import type { RecordLog } from './record-log.ts'

/** Source offsets that all workers share: the offset topic. */
export class TopicOffsetStore implements SourceOffsetStore {
  readonly #log: RecordLog
  readonly #table: OffsetTable

  constructor(log: RecordLog, logger: Logger) {
    this.#log = log
    this.#table = new OffsetTable(logger)
  }

  /** @param onFailure The topic can't be read any more. */
  start(onFailure: (error: unknown) => void): Promise<void> {
    return this.#log.start((entry) => this.#table.set(entry), onFailure)
  }

  async read(
    connector: string,
    partitions: ReadonlyArray<SourceMap | null>,
  ): Promise<ReadonlyArray<SourceMap | null>> {
    await this.#log.readToEnd()
    return this.#table.read(connector, partitions)
  }

  async write(connector: string, offsets: readonly SourceOffset[]): Promise<void> {
    await this.#log.append(
      offsets.map(([partition, offset]) => ({
        key: this.#table.keyOf(connector, partition),
        value: encodeOffset(offset),
      })),
    )
  }

  async partitions(connector: string): Promise<readonly SourceMap[]> {
    await this.#log.readToEnd()
    return this.#table.partitions(connector)
  }

  close(): Promise<void> {
    return this.#log.close()
  }
}
