import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { SourceMap } from '../../data/record.ts'
import type { OffsetEntry } from './offset-file-format.ts'
import {
  decodeOffset,
  decodeOffsetKey,
  encodeOffset,
  encodeOffsetKey,
  offsetKeyText,
} from './offset-json.ts'
import type { SourceOffset } from './offset-store.ts'

const foundKeys = new WeakMap<SourceMap, Buffer>()

/** Key and value of each offset; a null value removes what was stored. */
export function offsetRecords(connector: string, offsets: readonly SourceOffset[]) {
  return offsets.map(([partition, offset]) => ({
    key: offsetKeyOf(connector, partition),
    value: encodeOffset(offset),
  }))
}

/** A partition that was found in a store keeps its key, whoever wrote it; another gets one. */
function offsetKeyOf(connector: string, partition: SourceMap | null): Buffer {
  const found = partition === null ? undefined : foundKeys.get(partition)
  return found ?? encodeOffsetKey(connector, partition)
}

/**
 * Source offsets by the bytes of their keys: what a partition stands for is decided by these, not
 * by what they say.
 */
export class OffsetTable {
  readonly #logger: Logger
  /** By the key's bytes as latin1 text. */
  readonly #entries = new Map<string | null, OffsetEntry>()

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

  /** One answer for each partition, in order; null where nothing is set, or nothing readable. */
  read(
    connector: string,
    partitions: ReadonlyArray<SourceMap | null>,
  ): ReadonlyArray<SourceMap | null> {
    return partitions.map((partition) => {
      const key = offsetKeyOf(connector, partition)
      const value = this.#entries.get(indexOf(key))?.value ?? null
      return value === null ? null : this.#decoded(connector, value)
    })
  }

  /** Partitions of the connector that have an offset. */
  partitions(connector: string): readonly SourceMap[] {
    // Keys that differ only by blanks are one partition; the last one written counts.
    const found = new Map<string, SourceMap>()
    for (const { key, value } of this.#entries.values()) {
      const decoded = key === null || value === null ? null : decodeOffsetKey(key)
      if (key === null || decoded?.connector !== connector) continue
      foundKeys.set(decoded.partition, key)
      found.set(offsetKeyText(decoded.partition), decoded.partition)
    }
    return [...found.values()]
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
