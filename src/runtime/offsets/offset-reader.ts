import type { SourceMap } from '../../data/record.ts'
import type { OffsetReader } from '../../sdk/source-task.ts'

/** What connectors and tasks are given to read committed offsets. */
export function offsetReader(
  read: (partitions: readonly SourceMap[]) => Promise<ReadonlyArray<SourceMap | null>>,
): OffsetReader {
  return {
    offsets: read,
    async offset(partition) {
      const [offset = null] = await read([partition])
      return offset
    },
  }
}
