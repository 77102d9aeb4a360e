import { randomBytes } from 'node:crypto'
import { MemoryStore } from '../log/byte-store.ts'
import { PartitionLog } from '../log/partition-log.ts'
import { Topic } from './topic.ts'

export interface CatalogOptions {
  readonly now: () => number
  /** The broker's settings under Apache Kafka's names. */
  readonly settings: ReadonlyMap<string, string>
}

/** All topics of the broker. */
export class TopicCatalog {
  readonly #options: CatalogOptions
  readonly #byName = new Map<string, Topic>()
  readonly #byId = new Map<string, Topic>()

  constructor(options: CatalogOptions) {
    this.#options = options
  }

  all(): Iterable<Topic> {
    return this.#byName.values()
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
    this.#byName.set(name, topic)
    this.#byId.set(topic.id, topic)
    this.addPartitions(topic, partitions)
    return topic
  }

  /** A topic that isn't there. */
  draft(name: string, configs: ReadonlyMap<string, string>): Topic {
    const id = randomBytes(16).toString('base64url')
    return new Topic({ name, id }, configs, this.#options.settings)
  }

  setConfigs(topic: Topic, configs: ReadonlyMap<string, string>): void {
    topic.configs = configs
  }

  /** Lets a partition of the topic begin at `startOffset`, if it begins before. */
  deleteRecords(_topic: Topic, log: PartitionLog, startOffset: number): void {
    log.deleteBefore(startOffset)
  }

  /** Adds partitions until there are `total`. */
  addPartitions(topic: Topic, total: number): void {
    for (let partition = topic.partitions.length; partition < total; partition++) {
      const log = new PartitionLog({
        topic: topic.name,
        partition,
        settings: () => topic.settings,
        now: this.#options.now,
        openStore: () => new MemoryStore(),
      })
      topic.partitions.push(log)
    }
  }

  /** Partitions of a topic whose creator names no number. */
  get partitionsByDefault(): number {
    return Number(this.#options.settings.get('num.partitions') ?? 1)
  }

  delete(topic: Topic): void {
    this.#byName.delete(topic.name)
    this.#byId.delete(topic.id)
    for (const log of topic.partitions) log.close()
  }

  close(): void {
    for (const topic of this.#byName.values()) for (const log of topic.partitions) log.close()
  }
}
