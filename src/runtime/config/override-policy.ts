import { messageOf } from '../../base/errors.ts'
import { parseConfig } from '../../config/parse.ts'
import { type ConfigProps, withPrefix } from '../../config/props.ts'
import { invalidValue } from '../../config/text.ts'
import type { OverridePolicy, OverrideRequest } from '../../sdk/override-policy.ts'
import type { PluginRegistry } from '../plugins.ts'

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
