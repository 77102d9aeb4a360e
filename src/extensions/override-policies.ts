import {
  connectVersion,
  defineConfig,
  defineOverridePolicy,
  type OverridePolicy,
} from '../sdk/index.ts'

const principalKeys = ['sasl.jaas.config', 'sasl.mechanism', 'security.protocol']

export const allPolicy = policy('All', () => true)
export const nonePolicy = policy('None', () => false)
export const principalPolicy = policy('Principal', (key) => principalKeys.includes(key))

export const allowlistPolicy = defineOverridePolicy({
  ...named('Allowlist'),
  config: defineConfig({
    'connector.client.config.override.allowlist': {
      type: 'list',
      default: [],
      importance: 'medium',
      doc: 'Client settings that connectors may set.',
    },
  }),
  create({ 'connector.client.config.override.allowlist': allowed }) {
    return refusing('Allowlist', (key) => allowed.includes(key))
  },
})

function policy(name: string, allows: (key: string) => boolean) {
  return defineOverridePolicy({
    ...named(name),
    config: defineConfig({}),
    create: () => refusing(name, allows),
  })
}

function named(name: string) {
  const suffix = 'ConnectorClientConfigOverridePolicy'
  return {
    class: `org.apache.kafka.connect.connector.policy.${name}${suffix}`,
    version: connectVersion,
  }
}

function refusing(name: string, allows: (key: string) => boolean): OverridePolicy {
  return {
    refused({ props }) {
      const keys = Object.keys(props).filter((key) => !allows(key))
      const messages = keys.map((key) => [
        key,
        `The '${name}' policy does not allow '${key}' to be overridden in the connector configuration.`,
      ])
      return Object.fromEntries(messages)
    },
  }
}
