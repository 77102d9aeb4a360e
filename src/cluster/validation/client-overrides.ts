import type { ConfigDefinition } from '../../config/definition.ts'
import { parseValue } from '../../config/parse.ts'
import { type ConfigProps, withPrefix } from '../../config/props.ts'
import { clientConfigs } from '../../kafka/client-config.ts'
import { overrideNotices } from '../../runtime/config/client-key-notices.ts'
import { javaClientSpec } from '../../runtime/config/java-client-keys.ts'
import { clientsOf, refusedOverrides } from '../../runtime/config/override-policy.ts'
import type { OverridePolicy } from '../../sdk/override-policy.ts'
import { type PartialInfos, prefixedInfos } from './infos.ts'

/** What of a connector plug-in decides on the clients that it has. */
export interface ConnectorIdentity {
  readonly kind: 'source' | 'sink'
  readonly class: string
}

/**
 * Entries for the client settings that a connector sets, of those clients that it will have.
 * @param isExactlyOnce As for `clientsOf`.
 * @throws ConnectError CONFIG_INVALID when a value of a known setting can't be read.
 */
export function checkOverrides(
  policy: OverridePolicy,
  plugin: ConnectorIdentity,
  props: ConfigProps,
  isExactlyOnce: boolean | null,
): readonly PartialInfos[] {
  const notices = overrideNotices(props)
  return clientsOf(plugin.kind, props, isExactlyOnce).map((client) => {
    const request = {
      connector: props['name'] ?? '',
      connectorClass: plugin.class,
      connectorType: plugin.kind,
      client,
    }
    const refused = refusedOverrides(policy, request, props)
    const { keys: own }: ConfigDefinition = clientConfigs[client]
    const keys = { ...javaClientSpec(client), ...own }
    const prefix = `${client}.override.`
    const values = Object.entries(withPrefix(props, prefix)).map(([name, text]) => ({
      name,
      value: parseValue(name, text, (Object.hasOwn(keys, name) && keys[name]?.type) || 'string'),
      recommendedValues: [],
      errors: [
        ...(Object.hasOwn(refused, name) ? [refused[name] ?? ''] : []),
        ...notices.flatMap(({ key, level, message }) =>
          key === prefix + name && level === 'refused' ? message : [],
        ),
      ],
      visible: true,
    }))
    return prefixedInfos(keys, values, prefix)
  })
}
