import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { SourceMap } from '../../data/record.ts'
import { offsetKeyText } from './offset-json.ts'
import type { SourceOffset, SourceOffsetStore } from './offset-store.ts'

/**
 * A store whose offsets count, before another that answers for partitions which it does not know:
 * so a connector that gets a topic of its own goes on where it was. What is removed leaves the
 * second store first, else it would come back.
 */
export class LayeredOffsetStore implements SourceOffsetStore {
  readonly #first: SourceOffsetStore
  readonly #second: SourceOffsetStore
  readonly #logger: Logger

  constructor(first: SourceOffsetStore, second: SourceOffsetStore, logger: Logger) {
    this.#first = first
    this.#second = second
    this.#logger = logger
  }

  async read(
    connector: string,
    partitions: ReadonlyArray<SourceMap | null>,
  ): Promise<ReadonlyArray<SourceMap | null>> {
    const [first, second] = await Promise.all([
      this.#first.read(connector, partitions),
      this.#second.read(connector, partitions),
    ])
    return first.map((offset, index) => offset ?? second[index] ?? null)
  }

  async write(connector: string, offsets: readonly SourceOffset[]): Promise<void> {
    const removed = offsets.filter(([, offset]) => offset === null)
    if (removed.length > 0) await this.#second.write(connector, removed)
    await this.#first.write(connector, offsets)
    const set = offsets.filter(([, offset]) => offset !== null)
    if (set.length === 0) return
    this.#second.write(connector, set).catch((error: unknown) => {
      this.#logger
        .within(connector)
        .warn(`Offsets are stored, but not in the topic of the worker too: ${messageOf(error)}`)
    })
  }

  async partitions(connector: string): Promise<readonly SourceMap[]> {
    const found = await Promise.all([
      this.#first.partitions(connector),
      this.#second.partitions(connector),
    ])
    const byKey = new Map(found.flat().map((partition) => [offsetKeyText(partition), partition]))
    return [...byKey.values()]
  }

  async close(): Promise<void> {
    await Promise.all([this.#first.close(), this.#second.close()])
  }
}
