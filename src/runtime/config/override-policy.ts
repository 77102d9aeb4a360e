import { ConnectError, messageOf } from '../../base/errors.ts'
import { parseConfig } from '../../config/parse.ts'
import { type ConfigProps, withPrefix } from '../../config/props.ts'
import { invalidValue } from '../../config/text.ts'
import type { ClientKind } from '../../kafka/client-config.ts'
import type { OverridePolicy, OverrideRequest } from '../../sdk/override-policy.ts'
import type { SinkConnectorPlugin, SourceConnectorPlugin } from '../../sdk/plugin.ts'
import type { PluginRegistry } from '../plugins.ts'
import { type Props, propOf } from '../props.ts'

const KIND = 'connector_client_config_override_policy'
const SETTING = 'connector.client.config.override.policy'

/**
 * The policy that a worker names, by class or alias.
 * @throws ConnectError CONFIG_INVALID for an unknown one.
 */
export async function createOverridePolicy(
  plugins: PluginRegistry,
  worker: ConfigProps,
): Promise<OverridePolicy> {
  const name = worker[SETTING]?.trim() ?? 'All'
  if (!plugins.entries(name).some(({ kind }) => kind === KIND)) {
    const problem = 'must be All, None, Principal, Allowlist or a policy on plugin.path'
    throw invalidValue(SETTING, name, problem)
  }
  const plugin = await plugins.find(KIND, name).catch((cause: unknown) => {
    throw invalidValue(SETTING, name, messageOf(cause))
  })
  return plugin.create(parseConfig(plugin.config, worker))
}

/** What a policy says of the settings of a connector for one kind of its clients. */
export function refusedOverrides(
  policy: OverridePolicy,
  request: Omit<OverrideRequest, 'props'>,
  connectorProps: ConfigProps,
): Readonly<Record<string, string>> {
  const props = withPrefix(connectorProps, `${request.client}.override.`)
  return Object.keys(props).length === 0 ? {} : policy.refused({ ...request, props })
}

/**
 * Kinds of clients that a connector of these settings has.
 * @param isExactlyOnce Whether the sources of its cluster deliver so; null for a standalone worker.
 */
export function clientsOf(
  kind: 'source' | 'sink',
  props: ConfigProps,
  isExactlyOnce: boolean | null,
): readonly ClientKind[] {
  if (kind === 'source') {
    const offsetsTopic = props['offsets.storage.topic']?.trim() ?? ''
    const keepsOffsets = isExactlyOnce === true || (isExactlyOnce === false && offsetsTopic !== '')
    if (keepsOffsets) return ['producer', 'consumer', 'admin']
    const createsTopics = Object.keys(props).some((key) => key.startsWith('topic.creation.'))
    return createsTopics ? ['producer', 'admin'] : ['producer']
  }
  const deadLetters = props['errors.deadletterqueue.topic.name']?.trim() ?? ''
  return deadLetters === '' ? ['consumer'] : ['producer', 'consumer', 'admin']
}

/**
 * What other workers, with another policy, have let through is refused when a task starts.
 * @throws ConnectError CONNECT_FAILED with everything that is not allowed.
 */
export async function ensureOverridesAllowed(
  worker: { readonly plugins: PluginRegistry; readonly workerProps: Props },
  plugin: SourceConnectorPlugin | SinkConnectorPlugin,
  props: Props,
): Promise<void> {
  if (!Object.keys(props).some((key) => /^(?:producer|consumer|admin)\.override\./.test(key)))
    return
  const policy = await createOverridePolicy(worker.plugins, worker.workerProps)
  const common = {
    connector: propOf(props, 'name') ?? '',
    connectorClass: plugin.class,
    connectorType: plugin.kind,
  }
  const support = propOf(worker.workerProps, 'exactly.once.source.support')?.toLowerCase()
  const isCluster = propOf(worker.workerProps, 'group.id') !== null
  const isExactlyOnce = isCluster ? support === 'enabled' : null
  const problems = clientsOf(plugin.kind, props, isExactlyOnce).flatMap((client) =>
    Object.values(refusedOverrides(policy, { ...common, client }, props)),
  )
  if (problems.length === 0) return
  throw new ConnectError(`Client Config Overrides not allowed: ${problems.join(' ')}`, {
    code: 'CONNECT_FAILED',
  })
}
