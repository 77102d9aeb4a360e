import { ConnectError, messageOf } from '../../base/errors.ts'
import type { ConfigDefinition } from '../../config/definition.ts'
import type { ConfigProps } from '../../config/props.ts'
import { type ConfigReport, validateConfig, withError } from '../../config/report.ts'
import type { PluginEntry, PluginRegistry } from '../../runtime/plugins.ts'
import { parseVersionRange } from '../../runtime/version-range.ts'
import type { WorkerConfig } from '../../runtime/worker-config.ts'
import type { OverridePolicy } from '../../sdk/override-policy.ts'
import type { SinkConnectorPlugin, SourceConnectorPlugin } from '../../sdk/plugin.ts'
import type { ConfigInfos, ConfigKeyInfo } from '../herder.ts'
import { checkOverrides } from './client-overrides.ts'
import { type ClusterRules, checkClusterRules } from './cluster-rules.ts'
import { checkConverters } from './converters.ts'
import { frameworkOf, plainFramework } from './framework.ts'
import { definedInfos, mergeInfos } from './infos.ts'
import { pluginConfig } from './plugin-config.ts'
import { checkSinkTopics } from './sink-topics.ts'

type ConnectorPlugin = SourceConnectorPlugin | SinkConnectorPlugin

export interface ValidationDependencies {
  readonly plugins: PluginRegistry
  /** Its converters are the defaults of connectors. */
  readonly worker: WorkerConfig
  /** Rules the client settings of connectors. */
  readonly overrides: OverridePolicy
  /** Of a distributed worker. */
  readonly cluster?: ClusterRules
}

/** Checks configurations against the plug-ins that they name. */
export interface ConnectorValidator {
  /**
   * @param config Variables resolved.
   * @throws ConnectError BAD_REQUEST without a known class; CONFIG_INVALID when the value of a
   *   client setting can't be read; what the connector's own check throws.
   */
  validate(config: ConfigProps): Promise<ConfigInfos>
  /** @throws ConnectError NOT_FOUND; BAD_REQUEST for the version. */
  pluginConfig(plugin: string, version: string | null): Promise<readonly ConfigKeyInfo[]>
}

export function createConnectorValidator(deps: ValidationDependencies): ConnectorValidator {
  return {
    validate: (config) => validateConnector(deps, config),
    pluginConfig: (plugin, version) => pluginConfig(deps.plugins, plugin, version),
  }
}

async function validateConnector(
  { plugins, worker, overrides, cluster }: ValidationDependencies,
  props: ConfigProps,
): Promise<ConfigInfos> {
  const name = props['connector.class'] ?? null
  if (name === null) {
    const given = Object.entries(props).map(([key, value]) => `${key}=${value}`)
    throw badRequest(`Connector config {${given.join(', ')}} contains no connector type`)
  }
  const entries = plugins.entries(name).filter(({ kind }) => kind === 'source' || kind === 'sink')
  const found = await findConnector(plugins, name, props['connector.plugin.version'] ?? null)
  if (found instanceof ConnectError) return withoutVersion(name, entries, props, found.message)

  const framework = await frameworkOf(plugins, worker, entries, props)
  const report = validateConfig(framework.definition, props, framework.classes)
  const checked = found.kind === 'sink' ? checkSinkTopics(props, report) : report
  const allowed =
    cluster === undefined ? checked : checkClusterRules(cluster, found, props, checked)
  const converters = await checkConverters(plugins, props, withNullErrors(props, allowed))
  const own = await ownReport(found, props)
  const keys = { ...framework.definition.keys, ...found.config.keys }
  return mergeInfos(name, [
    definedInfos(keys, [...converters.report.values, ...own.values]),
    ...checkOverrides(overrides, found, props, cluster?.isExactlyOnce ?? null),
    ...converters.infos,
  ])
}

/** @returns The problem instead of the plug-in when there is no version such as the one asked for. */
async function findConnector(
  plugins: PluginRegistry,
  name: string,
  version: string | null,
): Promise<ConnectorPlugin | ConnectError> {
  try {
    if (version !== null) parseVersionRange(version)
  } catch (cause) {
    throw badRequest(messageOf(cause), cause)
  }
  try {
    return await plugins.find('connector', name, version)
  } catch (error) {
    if (error instanceof ConnectError && error.code === 'CONFIG_INVALID') return error
    throw badRequest(messageOf(error), error)
  }
}

function withoutVersion(
  name: string,
  entries: readonly PluginEntry[],
  props: ConfigProps,
  problem: string,
): ConfigInfos {
  const definition = plainFramework(entries)
  const report = withNullErrors(props, validateConfig(definition, props))
  const told = ['connector.class', 'connector.plugin.version'].reduce<ConfigReport>(
    (sofar, key) => withError(sofar, key, problem),
    report,
  )
  return mergeInfos(name, [definedInfos(definition.keys, told.values)])
}

function withNullErrors(props: ConfigProps, report: ConfigReport): ConfigReport {
  return Object.entries(props)
    .filter(([, value]) => value === null)
    .reduce<ConfigReport>(
      (sofar, [key]) =>
        withError(sofar, key, 'Null value can not be supplied as the configuration value.'),
      report,
    )
}

/** What the connector itself says of its settings. */
async function ownReport(plugin: ConnectorPlugin, props: ConfigProps): Promise<ConfigReport> {
  const report = validateConfig(plugin.config as ConfigDefinition, props)
  const connector = plugin.createConnector()
  return connector.validate === undefined ? report : connector.validate(props, report)
}

function badRequest(message: string, cause?: unknown): ConnectError {
  return new ConnectError(message, { code: 'BAD_REQUEST', cause })
}
