import { randomBytes } from 'node:crypto'
import type { FlushMode } from '../broker-config.ts'
import { PartitionLog } from '../log/partition-log.ts'
import { numberSetting, type Settings } from '../own-settings.ts'
import type { LogStorage } from '../storage/log-storage.ts'
import type { MetaLog } from './meta-log.ts'
import type { StoredTopic } from './meta-state.ts'
import { Topic } from './topic.ts'

export interface CatalogOptions {
  readonly flush: FlushMode
  readonly settings: Settings
  readonly meta: MetaLog
  now(): number
  storage(topic: string, partition: number): LogStorage
  report(message: string): void
}

/** All topics of the broker. Every change throws StorageError when it can't be kept. */
export class TopicCatalog {
  readonly #options: CatalogOptions
  readonly #byName = new Map<string, Topic>()
  readonly #byId = new Map<string, Topic>()

  /** @param stored Topics from before a restart. */
  constructor(options: CatalogOptions, stored: Iterable<StoredTopic>) {
    this.#options = options
    for (const { name, id, partitions, configs, startOffsets } of stored) {
      const topic = new Topic({ name, id }, new Map(Object.entries(configs)), options.settings)
      this.#addLogs(topic, partitions, startOffsets)
      this.#add(topic)
    }
  }

  /** Partitions of a topic whose creator names no number. */
  get partitionsByDefault(): number {
    return numberSetting(this.#options.settings, 'num.partitions')
  }

  all(): Iterable<Topic> {
    return this.#byName.values()
  }

  *logs(): Generator<PartitionLog, void> {
    for (const { partitions } of this.#byName.values()) yield* partitions
  }

  get(name: string): Topic | null {
    return this.#byName.get(name) ?? null
  }

  byId(id: string): Topic | null {
    return this.#byId.get(id) ?? null
  }

  /** null when the topic or the partition doesn't exist. */
  partition(topic: string, partition: number): PartitionLog | null {
    return this.#byName.get(topic)?.partitions[partition] ?? null
  }

  /** @param name Not yet taken, see `newTopicProblem`. */
  create(name: string, partitions: number, configs: ReadonlyMap<string, string>): Topic {
    const topic = this.draft(name, configs)
    this.#options.meta.append({
      type: 'topic',
      id: topic.id,
      name,
      partitions,
      configs: Object.fromEntries(configs),
    })
    this.#addLogs(topic, partitions)
    this.#add(topic)
    return topic
  }

  /** A topic that isn't there. */
  draft(name: string, configs: ReadonlyMap<string, string>): Topic {
    const id = randomBytes(16).toString('base64url')
    return new Topic({ name, id }, configs, this.#options.settings)
  }

  setConfigs(topic: Topic, configs: ReadonlyMap<string, string>): void {
    this.#options.meta.append({
      type: 'configs',
      id: topic.id,
      configs: Object.fromEntries(configs),
    })
    topic.configs = configs
  }

  /** Adds partitions until there are `total`. */
  addPartitions(topic: Topic, total: number): void {
    this.#options.meta.append({ type: 'partitions', id: topic.id, partitions: total })
    this.#addLogs(topic, total)
  }

  /** Lets a partition of the topic begin at `offset`, if it begins before. */
  deleteRecords(topic: Topic, log: PartitionLog, offset: number): void {
    if (offset <= log.startOffset) return
    const { partition } = log
    this.#options.meta.append({ type: 'start', id: topic.id, partition, offset })
    log.deleteBefore(offset)
  }

  delete(topic: Topic): void {
    this.#options.meta.append({ type: 'deleted', id: topic.id })
    this.#byName.delete(topic.name)
    this.#byId.delete(topic.id)
    for (const log of topic.partitions) log.remove()
  }

  /** Puts everything on the disk. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.logs(), (log) => log.close()))
    this.#options.meta.close()
  }

  #add(topic: Topic): void {
    this.#byName.set(topic.name, topic)
    this.#byId.set(topic.id, topic)
  }

  #addLogs(topic: Topic, total: number, startOffsets?: ReadonlyMap<number, number>): void {
    const { flush, now, storage, report } = this.#options
    for (let partition = topic.partitions.length; partition < total; partition++) {
      const log = new PartitionLog(
        {
          topic: topic.name,
          partition,
          storage: storage(topic.name, partition),
          flush,
          settings: () => topic.settings,
          now,
          report,
        },
        startOffsets?.get(partition),
      )
      topic.partitions.push(log)
    }
  }
}
