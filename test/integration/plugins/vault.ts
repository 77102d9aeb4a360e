import { appendFileSync, readFileSync } from 'node:fs'
import {
  type ConfigProps,
  type ConfigValues,
  defineConfig,
  defineConfigProvider,
  defineOverridePolicy,
  defineSourceConnector,
  SourceConnector,
  SourceTask,
  systemClock,
} from 'millrace/sdk'

/** `${vault:PATH:KEY}` from a file of JSON, `{"PATH": {"ttlMs": 1000, "values": {"KEY": "..."}}}`. */
export const vault = defineConfigProvider({
  class: 'org.acme.VaultConfigProvider',
  version: '1.0.0',
  config: defineConfig({
    file: { type: 'string', importance: 'high', doc: 'The file of secrets.' },
  }),
  create: ({ file }) => ({
    get: (path) => JSON.parse(readFileSync(file, 'utf8'))[path],
    close: () => appendFileSync(`${file}.log`, 'closed\n'),
  }),
})

/** Lets connectors choose their compression, and nothing else. */
export const compressionOnly = defineOverridePolicy({
  class: 'org.acme.CompressionOnlyConnectorClientConfigOverridePolicy',
  version: '1.0.0',
  config: defineConfig({}),
  create: () => ({
    refused: ({ client, props }) =>
      Object.fromEntries(
        Object.keys(props)
          .filter((key) => key !== 'compression.type')
          .map((key) => [key, `${client}.override.${key}: ask the platform team`]),
      ),
  }),
})

const config = defineConfig({
  log: { type: 'string', importance: 'high', doc: 'File that tells of each start.' },
  secret: { type: 'string', importance: 'high', doc: 'Written to the log.' },
  login: { type: 'string', default: null, importance: 'low', doc: 'Made of the secret.' },
  fails: {
    type: 'boolean',
    default: false,
    importance: 'low',
    doc: 'Tasks fail, with the secret.',
  },
})
type Config = ConfigValues<typeof config>

class SecretConnector extends SourceConnector<Config> {
  #secret = ''

  start({ secret }: Config): void {
    this.#secret = secret
  }

  /** The first task logs in with the secret itself, the others with what is made of it. */
  taskConfigs(tasksMax: number): readonly ConfigProps[] {
    const { props } = this.context
    return Array.from({ length: tasksMax }, (_, task) =>
      task === 0 ? props : { ...props, login: `me/${this.#secret}` },
    )
  }
}

class SecretTask extends SourceTask<Config> {
  start({ log, secret, login, fails }: Config): void {
    appendFileSync(log, `${login ?? 'direct'} ${secret}\n`)
    if (fails) throw new Error(`login of ${secret} refused`)
  }

  async poll(signal: AbortSignal): Promise<null> {
    await systemClock.sleep(1000, signal)
    return null
  }
}

export const secretSource = defineSourceConnector({
  class: 'org.acme.SecretSource',
  version: '1.0.0',
  taskClass: 'org.acme.SecretTask',
  config,
  createConnector: () => new SecretConnector(),
  createTask: () => new SecretTask(),
})
