import {
  type ConfigDefinition,
  type ConfigValues,
  defineConfig,
  extendConfig,
} from '../config/definition.ts'
import { nearestKey } from '../config/nearest-key.ts'
import { type ClassResolver, parseConfig } from '../config/parse.ts'
import type { ConfigProps } from '../config/props.ts'
import { clientConfigs } from '../kafka/client-config.ts'
import { securityKeys } from '../kafka/security-config.ts'
import { distributedKeys } from './config/distributed-keys.ts'
import { javaClientKeys } from './config/java-client-keys.ts'
import { jvmTlsKeys } from './config/jvm-tls-keys.ts'
import { restKeys } from './config/rest-keys.ts'
import { taskHostKeys } from './config/task-host-keys.ts'
import { workerKeys } from './config/worker-keys.ts'

/** Settings that workers of both modes have. Names and defaults are those of Apache Kafka Connect. */
export const workerConfig = defineConfig({
  ...workerKeys,
  ...securityKeys,
  ...jvmTlsKeys,
  ...restKeys,
})

/** Settings of a standalone worker. */
export const standaloneConfig = extendConfig(workerConfig, {
  ...taskHostKeys('in-process'),
  'offset.storage.file.filename': {
    type: 'string',
    importance: 'high',
    doc: 'File that keeps the offsets of source connectors.',
  },
})

/** Settings of a distributed worker. */
export const distributedConfig = extendConfig(workerConfig, {
  ...distributedKeys,
  ...taskHostKeys('threads'),
})

export type WorkerConfig = ConfigValues<typeof workerConfig>
export type StandaloneConfig = ConfigValues<typeof standaloneConfig>
export type DistributedConfig = ConfigValues<typeof distributedConfig>

/**
 * @param classes Makes class names of aliases and refuses unknown ones.
 * @throws ConnectError CONFIG_INVALID for the first setting that is missing or wrong.
 */
export function parseStandaloneConfig(
  props: ConfigProps,
  classes?: ClassResolver,
): StandaloneConfig {
  return parseConfig(standaloneConfig, props, classes)
}

/** As `parseStandaloneConfig`. */
export function parseDistributedConfig(
  props: ConfigProps,
  classes?: ClassResolver,
): DistributedConfig {
  return parseConfig(distributedConfig, props, classes)
}

/** Prefixes under which a worker file holds settings of other parts. */
const prefixes = [
  'admin.',
  'config.providers.',
  'config.storage.',
  'consumer.',
  'header.converter.',
  'key.converter.',
  'listeners.https.',
  'metrics.context.',
  'millrace.',
  'offset.storage.',
  'producer.',
  'status.storage.',
  'value.converter.',
] as const

/** One line for each property of a worker file that no part of the worker knows. */
export function unknownWorkerKeys(
  definition: ConfigDefinition,
  props: ConfigProps,
): readonly string[] {
  const definitions = [definition, ...Object.values(clientConfigs)]
  const known = new Set([
    ...definitions.flatMap(({ keys }) => Object.keys(keys)),
    ...Object.keys(javaClientKeys),
  ])
  return Object.keys(props)
    .filter((key) => !known.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)))
    .map((key) => {
      const nearest = nearestKey(key, known)
      return `unknown property '${key}'${nearest === null ? '' : `, did you mean '${nearest}'?`}`
    })
}
