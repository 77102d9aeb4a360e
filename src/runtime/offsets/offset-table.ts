import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { SourceMap } from '../../data/record.ts'
import type { OffsetEntry } from './offset-file-format.ts'
import { decodeOffset, decodeOffsetKey, encodeOffsetKey } from './offset-json.ts'

/**
 * Source offsets by the bytes of their keys: what a partition stands for is decided by these, not
 * by what they say. A partition that was found here keeps its key, whoever wrote it.
 */
export class OffsetTable {
  readonly #logger: Logger
  /** By the key's bytes as latin1 text. */
  readonly #entries = new Map<string | null, OffsetEntry>()
  readonly #foundKeys = new WeakMap<SourceMap, Buffer>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** All that was set, what is not understood among it. */
  entries(): readonly OffsetEntry[] {
    return [...this.#entries.values()]
  }

  set(entry: OffsetEntry): void {
    this.#entries.set(indexOf(entry.key), entry)
  }

  keyOf(connector: string, partition: SourceMap | null): Buffer {
    const found = partition === null ? undefined : this.#foundKeys.get(partition)
    return found ?? encodeOffsetKey(connector, partition)
  }

  /** One answer for each partition, in order; null where nothing is set, or nothing readable. */
  read(
    connector: string,
    partitions: ReadonlyArray<SourceMap | null>,
  ): ReadonlyArray<SourceMap | null> {
    return partitions.map((partition) => {
      const key = this.keyOf(connector, partition)
      const value = this.#entries.get(indexOf(key))?.value ?? null
      return value === null ? null : this.#decoded(connector, value)
    })
  }

  /** Partitions of the connector that have an offset. */
  partitions(connector: string): readonly SourceMap[] {
    const found: SourceMap[] = []
    for (const { key, value } of this.#entries.values()) {
      const decoded = key === null || value === null ? null : decodeOffsetKey(key)
      if (key === null || decoded?.connector !== connector) continue
      this.#foundKeys.set(decoded.partition, key)
      found.push(decoded.partition)
    }
    return found
  }

  #decoded(connector: string, value: Buffer): SourceMap | null {
    try {
      return decodeOffset(value)
    } catch (error) {
      this.#logger
        .within(connector)
        .error(`${messageOf(error)}. The connector reads as if there were none.`, error)
      return null
    }
  }
}

function indexOf(key: Buffer | null): string | null {
  return key === null ? null : key.toString('latin1')
}
