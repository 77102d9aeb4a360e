import { messageOf } from '../../base/errors.ts'
import { distributedSettings } from '../../cluster/distributed/distributed-settings.ts'
import type { ConfigDefinition } from '../../config/definition.ts'
import { type ClassResolver, parseConfig } from '../../config/parse.ts'
import type { ConfigProps } from '../../config/props.ts'
import { type ClientKind, clientConfigs } from '../../kafka/client-config.ts'
import { readSecurity } from '../../kafka/security.ts'
import { securityKeys } from '../../kafka/security-config.ts'
import { serverTls } from '../../rest/listener-tls.ts'
import { parseListener } from '../../rest/listeners.ts'
import { adminProps, sinkConsumerProps, sourceProducerProps } from '../../runtime/client-props.ts'
import { listOf, type Props } from '../../runtime/props.ts'
import { parseDistributedConfig } from '../../runtime/worker-config.ts'
import { type Finding, failure } from './finding.ts'

/** Settings of a definition that a worker does not start with, each by itself. */
export function invalidKeys(
  { keys }: ConfigDefinition,
  props: ConfigProps,
  classes?: ClassResolver,
): readonly Finding[] {
  return Object.entries(keys).flatMap(([name, key]) =>
    problemOf(name, () => parseConfig({ keys: { [name]: key } }, props, classes)),
  )
}

/** What the group membership of a distributed worker refuses. */
export function membershipFindings(props: Props, classes: ClassResolver): readonly Finding[] {
  return problemOf(null, () => distributedSettings(parseDistributedConfig(props, classes)))
}

/** Listeners that nobody can listen on as they are written, and what is wrong with their TLS. */
export function listenerFindings(props: Props): readonly Finding[] {
  return (['listeners', 'admin.listeners'] as const).flatMap((setting) =>
    listOf(props, setting).flatMap((url) =>
      problemOf(setting, () => {
        if (parseListener(url).protocol === 'https') serverTls(props, `${setting}.https.`)
      }),
    ),
  )
}

/** What clients of connectors refuse of the worker's settings for all of them. */
export function clientFindings(props: Props): readonly Finding[] {
  return (['admin', 'producer', 'consumer'] as const).flatMap((kind) => {
    const own = clientProps(kind, props)
    const definition: ConfigDefinition = clientConfigs[kind]
    const invalid = invalidKeys(definition, own).map((finding) => {
      const prefixed = `${kind}.${finding.key}`
      return prefixed in props ? { ...finding, key: prefixed } : finding
    })
    if (invalid.length > 0) return invalid
    const hasOwn = Object.keys(props).some((key) => key.startsWith(`${kind}.`))
    return problemOf(hasOwn ? `${kind}.*` : null, () =>
      readSecurity(parseConfig({ keys: securityKeys }, own)),
    )
  })
}

function clientProps(kind: ClientKind, props: Props): ConfigProps {
  const source = {
    // That it is missing is told for the worker itself.
    worker: { 'bootstrap.servers': 'localhost:9092', ...props },
    connector: {},
  }
  const id = { connector: 'any', task: 0 }
  if (kind === 'producer') return sourceProducerProps(source, id)
  return kind === 'consumer' ? sinkConsumerProps(source, id) : adminProps(source, 'any')
}

function problemOf(key: string | null, trial: () => unknown): readonly Finding[] {
  try {
    trial()
    return []
  } catch (error) {
    return [failure(key, messageOf(error))]
  }
}
