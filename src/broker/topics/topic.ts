import type { PartitionLog } from '../log/partition-log.ts'
import { type TopicSettings, topicConfigs, topicSettings } from './topic-configs.ts'

/** Where the value of a setting comes from, as DescribeConfigs numbers it. */
export const configSource = { topic: 1, staticBroker: 4, default: 5 } as const

export interface ConfigValue {
  readonly value: string
  readonly source: number
}

export class Topic {
  readonly name: string
  /** URL-safe base64 of 16 bytes. */
  readonly id: string
  readonly partitions: PartitionLog[] = []
  #configs: ReadonlyMap<string, string>
  readonly #brokerSettings: ReadonlyMap<string, string>
  #settings: TopicSettings

  constructor(
    topic: { readonly name: string; readonly id: string },
    configs: ReadonlyMap<string, string>,
    brokerSettings: ReadonlyMap<string, string>,
  ) {
    this.name = topic.name
    this.id = topic.id
    this.#configs = configs
    this.#brokerSettings = brokerSettings
    this.#settings = topicSettings((name) => this.config(name).value)
  }

  get isInternal(): boolean {
    return internalTopics.has(this.name)
  }

  /** What was set for this topic alone. */
  get configs(): ReadonlyMap<string, string> {
    return this.#configs
  }

  set configs(configs: ReadonlyMap<string, string>) {
    this.#configs = configs
    this.#settings = topicSettings((name) => this.config(name).value)
  }

  get settings(): TopicSettings {
    return this.#settings
  }

  /** @param name One of `topicConfigs`. */
  config(name: string): ConfigValue {
    const own = this.#configs.get(name)
    if (own !== undefined) return { value: own, source: configSource.topic }
    return this.inherited(name)
  }

  /** What the topic has where nothing was set for it alone. */
  inherited(name: string): ConfigValue {
    const known = topicConfigs[name]
    if (known === undefined) throw new TypeError(`topics have no setting ${name}`)
    const fromBroker = this.#brokerSettings.get(known.brokerName)
    return fromBroker === undefined
      ? { value: known.default, source: configSource.default }
      : { value: fromBroker, source: configSource.staticBroker }
  }
}

/** Topics of the coordinators; clients may read them, and that is all. */
export const offsetsTopic = '__consumer_offsets'
export const transactionsTopic = '__transaction_state'
const internalTopics: ReadonlySet<string> = new Set([offsetsTopic, transactionsTopic])
