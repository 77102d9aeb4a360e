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

  /** @param name Not yet taken, see `topicNameProblem`. */
  create(name: string, partitions: number, configs: ReadonlyMap<string, string>): Topic {
    const id = randomBytes(16).toString('base64url')
    const topic = new Topic({ name, id }, configs, this.#options.settings)
    this.#byName.set(name, topic)
    this.#byId.set(id, topic)
    this.addPartitions(topic, partitions)
    return topic
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

  /** A topic as clients get it when they only name it. */
  createDefault(name: string): Topic {
    return this.create(name, Number(this.#options.settings.get('num.partitions') ?? 1), new Map())
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

const NAME_CHARACTERS_MAX = 249

/** Why a topic can't have this name; null when it can. */
export function topicNameProblem(name: string): string | null {
  if (name === '') return 'the name is empty'
  if (name === '.' || name === '..') return `a topic can't be named ${name}`
  if (name.length > NAME_CHARACTERS_MAX) {
    return `the name has ${name.length} characters, ${NAME_CHARACTERS_MAX} are the most`
  }
  return /^[a-zA-Z0-9._-]+$/.test(name)
    ? null
    : 'a name has letters, digits, ".", "_" and "-", and nothing else'
}
