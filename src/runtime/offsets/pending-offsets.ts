import type { SourceMap } from '../../data/record.ts'
import { offsetKeyText } from './offset-json.ts'
import type { SourceOffset } from './offset-store.ts'
import { samePartition } from './same-partition.ts'

interface Pending {
  readonly partition: SourceMap | null
  offset: SourceMap | null
}

/** The last offset of each source partition since the last commit; a record costs a comparison. */
export class PendingOffsets {
  #byPartition = new Map<string, Pending>()
  #last: Pending | null = null

  note(partition: SourceMap | null, offset: SourceMap | null): void {
    const last = this.#last
    if (last !== null && samePartition(last.partition, partition)) {
      last.offset = offset
      return
    }
    const key = offsetKeyText(partition)
    const known = this.#byPartition.get(key)
    if (known === undefined) {
      this.#last = { partition, offset }
      this.#byPartition.set(key, this.#last)
    } else {
      known.offset = offset
      this.#last = known
    }
  }

  /** All of them, once. */
  take(): readonly SourceOffset[] {
    const taken = Array.from(
      this.#byPartition.values(),
      ({ partition, offset }): SourceOffset => [partition, offset],
    )
    this.#byPartition = new Map()
    this.#last = null
    return taken
  }
}
