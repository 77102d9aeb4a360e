import { ConnectError } from '../../base/errors.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { WorkerConfig } from '../../runtime/worker-config.ts'
import type { OverridePolicy } from '../../sdk/override-policy.ts'
import type { ConfigInfos, ConfigKeyInfo } from '../herder.ts'
import type { PluginCode } from '../plugin-code.ts'
import { checkOverrides } from './client-overrides.ts'
import type { ClusterRules } from './cluster-rules.ts'
import { workerConverters } from './framework.ts'
import { mergeInfos } from './infos.ts'

export interface ValidationDependencies {
  readonly code: PluginCode
  /** Its converters are the defaults of connectors. */
  readonly worker: WorkerConfig
  /** Rules the client settings of connectors. */
  readonly overrides: OverridePolicy
  /** Of a distributed worker: its rules for a connector of that name. */
  readonly cluster?: (connector: string) => ClusterRules
}

/** Checks configurations against the plug-ins that they name. */
export interface ConnectorValidator {
  /**
   * @param config Variables resolved.
   * @param onStage Told what happens from now on.
   * @throws ConnectError BAD_REQUEST without a known class; CONFIG_INVALID when the value of a
   *   client setting can't be read; what the connector's own check throws.
   */
  validate(config: ConfigProps, onStage?: (text: string) => void): Promise<ConfigInfos>
  /** @throws ConnectError NOT_FOUND; BAD_REQUEST for the version. */
  pluginConfig(plugin: string, version: string | null): Promise<readonly ConfigKeyInfo[]>
}

export function createConnectorValidator(deps: ValidationDependencies): ConnectorValidator {
  return {
    validate: (config, onStage = () => {}) => validateConnector(deps, config, onStage),
    pluginConfig: (plugin, version) => deps.code.pluginConfig(plugin, version),
  }
}

async function validateConnector(
  { code, worker, overrides, cluster }: ValidationDependencies,
  props: ConfigProps,
  onStage: (text: string) => void,
): Promise<ConfigInfos> {
  const name = props['connector.class'] ?? null
  if (name === null) {
    const given = Object.entries(props).map(([key, value]) => `${key}=${value}`)
    throw new ConnectError(`Connector config {${given.join(', ')}} contains no connector type`, {
      code: 'BAD_REQUEST',
    })
  }
  const rules = cluster?.(props['name'] ?? '') ?? null
  const { connector, defined, converters } = await code.check(
    { name, props, worker: workerConverters(worker), cluster: rules },
    onStage,
  )
  if (connector === null) return mergeInfos(name, [defined])
  return mergeInfos(name, [
    defined,
    ...checkOverrides(overrides, connector, props, rules?.isExactlyOnce ?? null),
    ...converters,
  ])
}
