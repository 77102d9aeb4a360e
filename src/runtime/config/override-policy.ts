import { invalidValue } from '../../config/text.ts'
import type { WorkerConfig } from '../worker-config.ts'

/** Which client settings connectors may set for themselves. */
export interface OverridePolicy {
  readonly name: string
  /** @param key Without `producer.override.` and the like. */
  allows(key: string): boolean
}

const SETTING = 'connector.client.config.override.policy'
const SUFFIX = 'ConnectorClientConfigOverridePolicy'
const PACKAGE = 'org.apache.kafka.connect.connector.policy.'

const principalKeys = ['sasl.jaas.config', 'sasl.mechanism', 'security.protocol']

/**
 * The policy that a worker names, by class or alias.
 * @throws ConnectError CONFIG_INVALID for an unknown one.
 */
export function overridePolicy(worker: WorkerConfig): OverridePolicy {
  const allowed: ReadonlyMap<string, (key: string) => boolean> = new Map([
    ['All', () => true],
    ['None', () => false],
    ['Principal', (key: string) => principalKeys.includes(key)],
    [
      'Allowlist',
      (key: string) => worker['connector.client.config.override.allowlist'].includes(key),
    ],
  ])
  const given = worker[SETTING]
  const simple = given.startsWith(PACKAGE) ? given.slice(PACKAGE.length) : given
  const name = simple.endsWith(SUFFIX) ? simple.slice(0, -SUFFIX.length) : simple
  const allows = allowed.get(name)
  if (allows === undefined) {
    throw invalidValue(SETTING, given, `must be one of ${[...allowed.keys()].join(', ')}`)
  }
  return { name, allows }
}
