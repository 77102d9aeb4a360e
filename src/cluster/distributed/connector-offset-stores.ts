import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { Resolve } from '../../config/variables.ts'
import type { SourceMap } from '../../data/record.ts'
import type { ClientProps } from '../../kafka/client.ts'
import { LayeredOffsetStore } from '../../runtime/offsets/layered-offset-store.ts'
import type { SourceOffset, SourceOffsetStore } from '../../runtime/offsets/offset-store.ts'
import { offsetsPlace } from '../../runtime/offsets/offsets-place.ts'
import type { Props } from '../../runtime/props.ts'
import { withoutNulls } from '../operations.ts'
import type { OwnOffsetTopics } from './own-offset-topics.ts'
import type { TopicOffsetStore } from './topic-offset-store.ts'

export interface ConnectorOffsetStoresDeps {
  /** What all workers share. */
  readonly shared: TopicOffsetStore
  readonly topics: Pick<OwnOffsetTopics, keyof OwnOffsetTopics>
  readonly workerProps: Props
  /** null when there is no such connector. */
  configOf(connector: string): ConfigProps | null
  readonly resolve: Resolve
  readonly clock: Clock
  readonly logger: Logger
}

/** A store of a connector's own, as long as it is used. */
interface Opened {
  /** Of the topic and its clients: others are another store. */
  readonly identity: string
  readonly store: Promise<TopicOffsetStore>
  readonly end: AbortController
  usedAt: number
  users: number
}

/** Unused for this long, a connector's own topic is read no longer. */
const IDLE_MS = 600_000

/**
 * Source offsets of all connectors: in the worker's topic, or in a topic of the connector's own
 * before that. Exactly-once tasks write theirs themselves; what is written here for such a
 * connector, which is stopped then, is one transaction too.
 */
export class ConnectorOffsetStores implements SourceOffsetStore {
  readonly #deps: ConnectorOffsetStoresDeps
  readonly #opened = new Map<string, Opened>()

  constructor(deps: ConnectorOffsetStoresDeps) {
    this.#deps = deps
  }

  read(
    connector: string,
    partitions: ReadonlyArray<SourceMap | null>,
  ): Promise<ReadonlyArray<SourceMap | null>> {
    return this.#with(connector, (store) => store.read(connector, partitions))
  }

  write(connector: string, offsets: readonly SourceOffset[]): Promise<void> {
    return this.#with(connector, (store) => store.write(connector, offsets))
  }

  partitions(connector: string): Promise<readonly SourceMap[]> {
    return this.#with(connector, (store) => store.partitions(connector))
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#opened.keys(), (connector) => this.#close(connector)))
    await this.#deps.shared.close()
  }

  async #with<T>(connector: string, use: (store: SourceOffsetStore) => Promise<T>): Promise<T> {
    const { shared, topics, workerProps, configOf, resolve, logger } = this.#deps
    const config = configOf(connector) ?? {}
    const isOwn = (config['offsets.storage.topic'] ?? '') !== ''
    if (!isOwn && !topics.isExactlyOnce) return use(shared)
    const props = withoutNulls((await resolve(config)).props)
    const producerProps = topics.producerProps(connector, props)
    const place = offsetsPlace(workerProps, props, producerProps, topics.isExactlyOnce)
    if (place.isWorkers) return use(topics.writesTo(shared, place.topic, producerProps))
    const opened = this.#open(connector, place.topic, props, producerProps)
    opened.users++
    try {
      const first = topics.writesTo(await opened.store, place.topic, producerProps)
      return await use(new LayeredOffsetStore(first, shared, logger))
    } finally {
      opened.users--
      opened.usedAt = this.#deps.clock.elapsed()
    }
  }

  #open(connector: string, topic: string, props: Props, producerProps: ClientProps): Opened {
    const { topics, clock } = this.#deps
    const settings = topics.settings(connector, topic, props, producerProps)
    const identity = JSON.stringify(settings)
    const known = this.#opened.get(connector)
    if (known?.identity === identity) return known
    if (known !== undefined) void this.#close(connector)
    const opened: Opened = {
      ...{ identity, usedAt: clock.elapsed(), users: 0, end: new AbortController() },
      store: topics.open(settings, () => this.#forget(connector, opened)),
    }
    this.#opened.set(connector, opened)
    // The next who asks tries again.
    opened.store.catch(() => this.#forget(connector, opened))
    void this.#closeWhenIdle(connector, opened)
    return opened
  }

  async #closeWhenIdle(connector: string, opened: Opened): Promise<void> {
    const { clock } = this.#deps
    const { signal } = opened.end
    while (!signal.aborted) {
      await clock.sleep(IDLE_MS, signal)
      if (opened.users > 0 || clock.elapsed() - opened.usedAt < IDLE_MS) continue
      if (!signal.aborted) await this.#close(connector)
    }
  }

  async #close(connector: string): Promise<void> {
    const opened = this.#opened.get(connector)
    if (opened === undefined) return
    this.#forget(connector, opened)
    await opened.store.then(
      (store) => store.close(),
      () => {},
    )
  }

  #forget(connector: string, opened: Opened): void {
    opened.end.abort()
    if (this.#opened.get(connector) === opened) this.#opened.delete(connector)
  }
}
