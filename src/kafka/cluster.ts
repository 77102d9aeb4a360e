import type { Clock } from '../base/clock.ts'
import { ConnectError, isRetriable, messageOf } from '../base/errors.ts'
import type { ClientMetrics } from '../metrics/client-metrics.ts'
import type { Fields, FieldsIn, FieldsOut } from '../protocol/fields.ts'
import type { Decoded } from '../protocol/message.ts'
import type { metadataResponse } from '../protocol/messages/metadata.ts'
import { type Api, metadata } from './apis.ts'
import { Broker } from './broker.ts'
import type { ConnectionConfig } from './connection-config.ts'
import { readSecurity, type Security } from './security.ts'

export interface TopicMetadata {
  readonly name: string
  /** 0, or why the broker does not describe the topic. */
  readonly errorCode: number
  readonly isInternal: boolean
  /** Node id of each partition's leader, by partition; -1 while there is none. */
  readonly leaders: readonly number[]
}

export interface ClusterOptions {
  readonly config: ConnectionConfig
  readonly clock: Clock
  /** Whether asking for a topic may create it, where the broker does so. */
  readonly autoCreateTopics: boolean
  /** Closed with the cluster. */
  readonly metrics: ClientMetrics | null
}

/** Number of a broker before it is known, as in the metrics of Kafka's clients. */
const UNKNOWN_ID = -1

type MetadataAnswer = Decoded<typeof metadataResponse>

/**
 * What one client knows of the cluster: brokers and, of the topics it watches, their leaders. One
 * connection per broker. What it knows may be old: a request that fails for it calls `refresh`.
 */
export class Cluster {
  readonly #options: ClusterOptions
  readonly #security: Security
  readonly #bootstrap: readonly Broker[]
  readonly #byAddress = new Map<string, Broker>()
  #byNode = new Map<number, Broker>()
  #topics = new Map<string, TopicMetadata>()
  #watched: Set<string> | 'all' = new Set()
  #refreshing: Promise<void> | null = null
  #version = 0
  #refreshedAt = Number.NEGATIVE_INFINITY
  #isComplete: boolean

  constructor(options: ClusterOptions) {
    this.#options = options
    this.#isComplete = true
    this.#security = readSecurity(options.config)
    this.#bootstrap = options.config['bootstrap.servers'].map((address) => {
      const [host, port] = parseAddress(address)
      return this.#brokerAt(host, port)
    })
  }

  /** Bootstrap addresses, for messages. */
  get addresses(): string {
    return this.#options.config['bootstrap.servers'].join(', ')
  }

  /** Adds a topic to those that `refresh` asks for. */
  watch(topic: string): void {
    if (this.#watched === 'all' || this.#watched.has(topic)) return
    this.#watched.add(topic)
    this.#isComplete = false
  }

  watchAll(): void {
    this.#watched = 'all'
  }

  topic(name: string): TopicMetadata | undefined {
    return this.#topics.get(name)
  }

  topics(): Iterable<TopicMetadata> {
    return this.#topics.values()
  }

  /** null while the partition has no leader. */
  leaderOf(topic: string, partition: number): Broker | null {
    return this.node(this.#topics.get(topic)?.leaders[partition] ?? -1)
  }

  /** null for a number that no broker has. */
  node(nodeId: number): Broker | null {
    return this.#byNode.get(nodeId) ?? null
  }

  /**
   * A connection of its own to a broker, so that its long waits hold up nobody else.
   * @param id For the metrics, which tell it apart from the broker's other connection.
   */
  separateBroker(host: string, port: number, id: number): Broker {
    const { config, clock, metrics } = this.#options
    const node = metrics?.node(id) ?? null
    return new Broker({ host, port, config, clock, security: this.#security, metrics: node })
  }

  /** All that are known; none before the first answer. */
  get brokers(): Iterable<Broker> {
    return this.#byNode.values()
  }

  /** Whether anything is known yet. */
  get isLoaded(): boolean {
    return this.#refreshedAt > Number.NEGATIVE_INFINITY
  }

  /** Whether it is time to `refresh` although nothing failed: sooner while a topic is missing. */
  get isStale(): boolean {
    const { clock, config } = this.#options
    const maxAgeMs = this.#isComplete
      ? config['metadata.max.age.ms']
      : Math.min(config['metadata.max.age.ms'], config['retry.backoff.max.ms'])
    return clock.elapsed() - this.#refreshedAt > maxAgeMs
  }

  /** Changes whenever there is newer metadata. */
  get version(): number {
    return this.#version
  }

  /**
   * Asks for brokers and watched topics; calls that are made while one is under way share it.
   * @throws ConnectError KAFKA_UNAVAILABLE when no broker answers.
   */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  /** Asks for topics once, without watching them; null is all. */
  async describe(names: readonly string[] | null, autoCreate: boolean): Promise<MetadataAnswer> {
    const answer = await this.send(metadata, {
      topics: names === null ? null : names.map((name) => ({ name })),
      allowAutoTopicCreation: autoCreate,
    })
    this.#byNode = new Map(
      answer.brokers.map(({ nodeId, host, port }) => [nodeId, this.#brokerAt(host, port)]),
    )
    for (const [nodeId, broker] of this.#byNode) broker.noteId(nodeId)
    return answer
  }

  /**
   * Sends to any broker that answers, connected ones first.
   * @throws ConnectError KAFKA_UNAVAILABLE that says for each address why not.
   */
  async send<Q extends Fields, S extends Fields>(
    api: Api<Q, S>,
    body: FieldsIn<Q>,
  ): Promise<FieldsOut<S>> {
    const failures: string[] = []
    for (const broker of this.#candidates()) {
      try {
        return await broker.send(api, body)
      } catch (error) {
        if (!isRetriable(error)) throw error
        failures.push(messageOf(error))
      }
    }
    throw new ConnectError(`no broker answers: ${failures.join('; ')}`, {
      code: 'KAFKA_UNAVAILABLE',
    })
  }

  close(): void {
    for (const broker of this.#byAddress.values()) broker.close()
    this.#options.metrics?.close()
  }

  #candidates(): readonly Broker[] {
    const all = [...new Set([...this.#byNode.values(), ...this.#bootstrap])]
    return all.sort((a, b) => Number(b.connected) - Number(a.connected))
  }

  async #refresh(): Promise<void> {
    const watched = this.#watched
    const names = watched === 'all' ? null : [...watched]
    const answer = await this.describe(names, this.#options.autoCreateTopics)
    this.#topics = new Map(
      answer.topics.flatMap((topic) =>
        topic.name === null ? [] : [[topic.name, topicOf(topic, topic.name)]],
      ),
    )
    this.#version++
    this.#refreshedAt = this.#options.clock.elapsed()
    this.#isComplete = answer.topics.every(({ errorCode }) => errorCode === 0)
  }

  #brokerAt(host: string, port: number): Broker {
    const address = `${host}:${port}`
    const known = this.#byAddress.get(address)
    if (known !== undefined) return known
    const broker = this.separateBroker(host, port, UNKNOWN_ID)
    this.#byAddress.set(address, broker)
    return broker
  }
}

function topicOf(topic: MetadataAnswer['topics'][number], name: string): TopicMetadata {
  const leaders: number[] = []
  for (const { partitionIndex, leaderId } of topic.partitions) leaders[partitionIndex] = leaderId
  return { name, errorCode: topic.errorCode, isInternal: topic.isInternal, leaders }
}

/** @throws ConnectError CONFIG_INVALID */
function parseAddress(address: string): readonly [host: string, port: number] {
  const match = /^(?:[A-Z0-9_]+:\/\/)?(?:\[([0-9a-fA-F:.%]+)\]|([^:\s]+)):(\d{1,5})$/.exec(address)
  if (match === null) {
    throw new ConnectError(
      `Invalid value ${address} for configuration bootstrap.servers: must be host:port`,
      { code: 'CONFIG_INVALID' },
    )
  }
  return [match[1] ?? match[2] ?? '', Number(match[3])]
}
