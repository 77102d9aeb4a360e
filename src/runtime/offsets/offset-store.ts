import type { SourceMap } from '../../data/record.ts'

export type SourceOffset = readonly [partition: SourceMap | null, offset: SourceMap | null]

/** Where source offsets are kept. */
export interface SourceOffsetStore {
  /** @returns One answer for each partition, in order; null where nothing is stored. */
  read(
    connector: string,
    partitions: ReadonlyArray<SourceMap | null>,
  ): Promise<ReadonlyArray<SourceMap | null>>
  /** Resolves when all of it is durable; a null offset removes a partition. */
  write(connector: string, offsets: readonly SourceOffset[]): Promise<void>
  /** Partitions of the connector that have an offset. */
  partitions(connector: string): Promise<readonly SourceMap[]>
  /** Waits for writes that were begun. */
  close(): Promise<void>
}
