import { ConnectError, messageOf } from '../../base/errors.ts'
import type { ConfigDefinition } from '../../config/definition.ts'
import type { ConfigProps } from '../../config/props.ts'
import { type ConfigReport, validateConfig, withError } from '../../config/report.ts'
import type { PluginEntry, PluginOf, PluginRegistry } from '../../runtime/plugins.ts'
import { parseVersionRange } from '../../runtime/version-range.ts'
import type { ConnectorIdentity } from './client-overrides.ts'
import { type ClusterRules, checkClusterRules } from './cluster-rules.ts'
import { checkConverters } from './converters.ts'
import { frameworkOf, plainFramework, type WorkerConverters } from './framework.ts'
import { definedInfos, type PartialInfos } from './infos.ts'
import { checkSinkTopics } from './sink-topics.ts'

/** A configuration with what its worker adds. */
export interface CheckRequest {
  /** Class of the connector. */
  readonly name: string
  /** Variables resolved. */
  readonly props: ConfigProps
  readonly worker: WorkerConverters
  /** Of a distributed worker. */
  readonly cluster: ClusterRules | null
}

/** What plug-ins say of a configuration. */
export interface PluginChecks {
  /** null when there is no version such as the one asked for: then nothing more is checked. */
  readonly connector: ConnectorIdentity | null
  /** Settings of the worker and the connector. */
  readonly defined: PartialInfos
  /** Settings of the converters that the connector names. */
  readonly converters: readonly PartialInfos[]
}

/**
 * @param onStage Told what happens from now on.
 * @throws ConnectError BAD_REQUEST without a known class; what the connector's own check throws.
 */
export async function checkPlugins(
  plugins: PluginRegistry,
  { name, props, worker, cluster }: CheckRequest,
  onStage: (text: string) => void,
): Promise<PluginChecks> {
  onStage('retrieving the configuration definition from the connector')
  const entries = plugins.entries(name).filter(({ kind }) => kind === 'source' || kind === 'sink')
  const found = await findConnector(plugins, name, props['connector.plugin.version'] ?? null)
  if (found instanceof ConnectError) return withoutVersion(entries, props, found.message)

  onStage(`validating ${found.kind} connector-specific properties for the connector`)
  const framework = await frameworkOf(plugins, worker, entries, props)
  const report = validateConfig(framework.definition, props, framework.classes)
  const checked = found.kind === 'sink' ? checkSinkTopics(props, report) : report
  const allowed = cluster === null ? checked : checkClusterRules(cluster, found, props, checked)
  const told = withNullErrors(props, allowed)
  const converters = await checkConverters(plugins, props, told, onStage)
  onStage('performing multi-property validation for the connector')
  const own = await ownReport(found, props)
  const keys = { ...framework.definition.keys, ...found.config.keys }
  return {
    connector: { kind: found.kind, class: found.class },
    defined: definedInfos(keys, [...converters.report.values, ...own.values]),
    converters: converters.infos,
  }
}

/** @returns The problem instead of the plug-in when there is no version such as the one asked for. */
async function findConnector(
  plugins: PluginRegistry,
  name: string,
  version: string | null,
): Promise<PluginOf<'connector'> | ConnectError> {
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
  entries: readonly PluginEntry[],
  props: ConfigProps,
  problem: string,
): PluginChecks {
  const definition = plainFramework(entries)
  const report = withNullErrors(props, validateConfig(definition, props))
  const told = ['connector.class', 'connector.plugin.version'].reduce<ConfigReport>(
    (sofar, key) => withError(sofar, key, problem),
    report,
  )
  return { connector: null, defined: definedInfos(definition.keys, told.values), converters: [] }
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
async function ownReport(plugin: PluginOf<'connector'>, props: ConfigProps): Promise<ConfigReport> {
  const report = validateConfig(plugin.config as ConfigDefinition, props)
  const connector = plugin.createConnector()
  return connector.validate === undefined ? report : connector.validate(props, report)
}

function badRequest(message: string, cause: unknown): ConnectError {
  return new ConnectError(message, { code: 'BAD_REQUEST', cause })
}
