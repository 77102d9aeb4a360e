import { nearestKey } from '../../config/nearest-key.ts'
import { type ConfigProps, withPrefix } from '../../config/props.ts'
import { invalidValue } from '../../config/text.ts'
import { type ClientKind, clientConfigs } from '../../kafka/client-config.ts'
import { type JavaClientKey, javaClientKeys } from './java-client-keys.ts'

/** A setting that does not do what it says, or will not for long. */
export interface KeyNotice {
  /** As the user wrote it, prefix included. */
  readonly key: string
  /** `refused`: what was asked for can't be had; `warned`: all works without it. */
  readonly level: 'refused' | 'warned'
  readonly message: string
}

const clients = Object.keys(clientConfigs) as readonly ClientKind[]

const principal = /^(?:.*\.)?Principal(?:ConnectorClientConfigOverridePolicy)?$/

/** Settings of the REST API, whose names begin as those of admin clients do. */
const adminListeners = /^admin\.listeners(?:\.|$)/

/** Settings of the worker itself that have no effect here, though they are read. */
const withoutEffect = ['client.dns.lookup', 'metric.reporters', 'metrics.recording.level']

/**
 * Settings of Kafka clients in a worker's file.
 * @param own Names of the worker's own settings.
 */
export function workerKeyNotices(
  props: ConfigProps,
  own: Readonly<Record<string, unknown>>,
): readonly KeyNotice[] {
  const shared = Object.entries(props).flatMap(([name, value]) => {
    const notice = workerNotice(name, value)
    if (notice !== null) return notice
    const java = javaKey('admin', name)
    const isOwn = Object.hasOwn(own, name) && !withoutEffect.includes(name)
    return java === null || isOwn ? [] : noticeOf(name, java, value)
  })
  return [...shared, ...clients.flatMap((client) => noticesFor(client, props, `${client}.`))]
}

/** Settings that a connector gives to its clients. */
export function overrideNotices(props: ConfigProps): readonly KeyNotice[] {
  return clients.flatMap((client) => noticesFor(client, props, `${client}.override.`))
}

function workerNotice(key: string, value: string | null): KeyNotice | null {
  const warned = (message: string) => ({ key, level: 'warned' as const, message })
  const given = value?.trim() ?? ''
  if (key.startsWith('metrics.context.')) {
    return warned(`${key} has no effect: it labels metrics for Java's metric.reporters`)
  }
  if (key === 'plugin.discovery' && given.toLowerCase() === 'only_scan') {
    return warned(`${key} has no effect: plug-ins are found by their manifests alone`)
  }
  if (key === 'connector.client.config.override.policy' && principal.test(given)) {
    return warned(
      `${key}=${given} is deprecated: Allowlist, with the settings of logins in connector.client.config.override.allowlist, takes its place`,
    )
  }
  return null
}

function noticesFor(client: ClientKind, props: ConfigProps, prefix: string): readonly KeyNotice[] {
  const known = Object.keys(clientConfigs[client].keys)
  return Object.entries(withPrefix(props, prefix)).flatMap(([name, value]) => {
    const key = prefix + name
    if (known.includes(name) || adminListeners.test(key)) return []
    const java = javaKey(client, name)
    if (java !== null) return noticeOf(key, java, value)
    const nearest = nearestKey(name, known)
    const hint = nearest === null ? '' : `; did you mean '${prefix}${nearest}'?`
    return {
      key,
      level: 'warned' as const,
      message: `${key} has no effect: the ${client} does not know it${hint}`,
    }
  })
}

function javaKey(client: ClientKind, name: string): JavaClientKey | null {
  const key = Object.hasOwn(javaClientKeys, name) ? javaClientKeys[name] : undefined
  return key?.clients.includes(client) === true ? key : null
}

function noticeOf(key: string, java: JavaClientKey, given: string | null): readonly KeyNotice[] {
  const { effect, reason, holds = [], type } = java
  const value = given?.trim() ?? null
  if (effect === 'same' || value === java.default || holds.includes(value ?? '')) return []
  if (effect === 'none') {
    return [{ key, level: 'warned', message: `${key} has no effect: ${reason}` }]
  }
  const shown = type === 'password' ? '[hidden]' : value
  const { message } = invalidValue(key, shown, `not available here, as ${reason}; remove it`)
  return [{ key, level: 'refused', message }]
}
