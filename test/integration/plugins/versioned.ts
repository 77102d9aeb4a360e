import { readFileSync } from 'node:fs'
import {
  type ConfigProps,
  type ConnectRecord,
  defineConfig,
  defineConverter,
  definePredicate,
  defineSourceConnector,
  defineTransformation,
  SourceConnector,
  SourceRecord,
  SourceTask,
  systemClock,
} from 'millrace/sdk'

/** Everything here leaves the version of its package in the values that it touches. */
const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
)

const topicConfig = defineConfig({ topic: { type: 'string', importance: 'high', doc: '' } })
interface Config {
  readonly topic: string
}

class VersionedConnector extends SourceConnector<Config> {
  start(): void {}
  taskConfigs(): readonly ConfigProps[] {
    return [{ ...this.context.props }]
  }
}

class VersionedTask extends SourceTask<Config> {
  #topic: string | null = null

  start({ topic }: Config): void {
    this.#topic = topic
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[]> {
    const topic = this.#topic
    this.#topic = null
    if (topic !== null) {
      const value = `source-${version}`
      return [new SourceRecord({ topic, value, sourcePartition: {}, sourceOffset: {} })]
    }
    await systemClock.sleep(60_000, signal)
    return []
  }
}

export const source = defineSourceConnector({
  class: 'org.acme.VersionedSourceConnector',
  taskClass: 'org.acme.VersionedTask',
  version,
  config: topicConfig,
  createConnector: () => new VersionedConnector(),
  createTask: () => new VersionedTask(),
})

export const transformation = defineTransformation({
  class: 'org.acme.Versioned',
  version,
  config: defineConfig({}),
  create:
    () =>
    <R extends ConnectRecord>(record: R) =>
      record.with({ value: `${record.value} transform-${version}` }),
})

/** Holds for records of sources of its own version. */
export const predicate = definePredicate({
  class: 'org.acme.SameVersion',
  version,
  config: defineConfig({}),
  create: () => (record) => String(record.value).includes(`source-${version}`),
})

export const converter = defineConverter({
  class: 'org.acme.VersionedConverter',
  version,
  config: defineConfig({}),
  create: () => ({
    fromConnectData: (_topic, _headers, _schema, value) =>
      value === null ? null : Buffer.from(`${value} converter-${version}`),
    toConnectData: (_topic, _headers, bytes) => ({ schema: null, value: String(bytes) }),
  }),
})
