import { ConnectError } from '../../src/base/errors.ts'
import type { ConfigInfos } from '../../src/cluster/herder.ts'
import { createPluginCode } from '../../src/cluster/plugin-code.ts'
import {
  type StandaloneDependencies,
  StandaloneHerder,
} from '../../src/cluster/standalone-herder.ts'
import { defineConfig } from '../../src/config/definition.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import type { ConfigProvider } from '../../src/config/variables.ts'
import { resolveVariables } from '../../src/config/variables.ts'
import type { SourceOffset, SourceOffsetStore } from '../../src/runtime/offsets/offset-store.ts'
import { createPluginRegistry } from '../../src/runtime/plugin-registry.ts'
import type { Plugin } from '../../src/sdk/plugin.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { silentLogger } from '../helpers/silent-logger.ts'
import { FakeHost } from './fake-host.ts'

const version = '1.0'
const config = defineConfig({})
const plugins = [
  {
    kind: 'source',
    class: 'org.acme.LinesSourceConnector',
    taskClass: 'org.acme.LinesSourceTask',
    version,
    config,
    createConnector: () => ({
      alterOffsets: (_props: ConfigProps, offsets: readonly SourceOffset[]) => {
        if (offsets.some(([partition]) => partition === null)) throw new Error('no partition')
        return true
      },
    }),
  },
  {
    kind: 'sink',
    class: 'org.acme.LinesSinkConnector',
    taskClass: 'org.acme.LinesSinkTask',
    version,
    config,
    createConnector: () => ({ alterOffsets: () => false }),
  },
] as unknown as readonly Plugin[]

/** A source and a sink connector. */
export const registry = createPluginRegistry(
  plugins.map((plugin) => ({
    kind: plugin.kind,
    class: plugin.class,
    version,
    location: 'classpath',
    load: async () => plugin,
  })),
)

/** A configuration without `topic` is invalid. */
export const validator = { validate, pluginConfig: async () => [] }

const secrets: ConfigProvider = { get: () => ({ values: { password: 's3cret' }, ttlMs: null }) }

/** A herder on a fake host and clock; a configuration without `topic` is invalid. */
export function startHerder(overrides: Partial<StandaloneDependencies> = {}) {
  const clock = new FakeClock()
  const hosts: FakeHost[] = []
  const offsets = new Map<string, SourceOffset>()
  const herder = new StandaloneHerder({
    workerId: 'worker:8083',
    clock,
    logger: silentLogger,
    loggers: { list: () => new Map(), get: () => null, setLevel: () => [] },
    plugins: registry,
    code: createPluginCode(registry),
    validator,
    sourceOffsets: memoryOffsets(offsets),
    sinkGroups: {
      groupId: (name) => `connect-${name}`,
      admin() {
        throw new Error('no Kafka here')
      },
    },
    tracksTopics: true,
    resolve: (props) => resolveVariables(props, new Map([['secrets', secrets]])),
    hide: (text) => text,
    createHost(events) {
      const host = new FakeHost(events)
      hosts.push(host)
      return host
    },
    ...overrides,
  })
  const [host] = hosts
  if (host === undefined) throw new TypeError('the herder made no host')
  return { herder, host, clock, offsets }
}

export const source: ConfigProps = { 'connector.class': 'LinesSource', topic: 't' }
export const sink: ConfigProps = { 'connector.class': 'LinesSink', topic: 't', topics: 't' }

async function validate(props: ConfigProps): Promise<ConfigInfos> {
  const name = props['connector.class']
  if (name == null) throw new ConnectError('contains no connector type', { code: 'BAD_REQUEST' })
  const errors = props['topic'] === undefined ? ['topic is missing'] : []
  const value = { name: 'topic', value: null, recommended_values: [], errors, visible: true }
  return { name, error_count: errors.length, groups: [], configs: [{ definition: null, value }] }
}

function memoryOffsets(offsets: Map<string, SourceOffset>): SourceOffsetStore {
  return {
    async read(_connector, partitions) {
      return partitions.map((partition) => offsets.get(JSON.stringify(partition))?.[1] ?? null)
    },
    async write(_connector, changes) {
      for (const change of changes) {
        const key = JSON.stringify(change[0])
        if (change[1] === null) offsets.delete(key)
        else offsets.set(key, change)
      }
    },
    async partitions() {
      return [...offsets.values()].flatMap(([partition]) => (partition === null ? [] : [partition]))
    },
    async close() {},
  }
}
