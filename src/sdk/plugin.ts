import type { Logger } from '../base/logger.ts'
import type { ConfigDefinition, ConfigSpec, SpecValues } from '../config/definition.ts'
import type { ConfigProps } from '../config/props.ts'
import type { ConfigProvider } from '../config/variables.ts'
import type { SinkConnector, SourceConnector } from './connector.ts'
import type { Converter, HeaderConverter } from './converter.ts'
import type { OverridePolicy } from './override-policy.ts'
import type { ClusterState, RestExtension } from './rest-extension.ts'
import type { SinkTask } from './sink-task.ts'
import type { SourceTask } from './source-task.ts'
import type { Predicate, Transformation } from './transformation.ts'

interface PluginBase<S extends ConfigSpec> {
  /**
   * Name in `connector.class` and the like. The part behind the last dot, and that without the
   * suffix of its kind (`Connector`, `Converter`, ...), are aliases, as in the reference.
   */
  readonly class: string
  readonly version: string
  readonly config: ConfigDefinition<S>
}

interface ConnectorBase<S extends ConfigSpec, T extends ConfigSpec> extends PluginBase<S> {
  /** Name in `task.class` of task configurations. */
  readonly taskClass: string
  /** Settings of a task; those of the connector unless given. */
  readonly taskConfig?: ConfigDefinition<T>
}

export interface SourceConnectorPlugin<S extends ConfigSpec = ConfigSpec, T extends ConfigSpec = S>
  extends ConnectorBase<S, T> {
  readonly kind: 'source'
  createConnector(): SourceConnector<SpecValues<S>>
  createTask(): SourceTask<SpecValues<NoInfer<T>>>
}

export interface SinkConnectorPlugin<S extends ConfigSpec = ConfigSpec, T extends ConfigSpec = S>
  extends ConnectorBase<S, T> {
  readonly kind: 'sink'
  createConnector(): SinkConnector<SpecValues<S>>
  createTask(): SinkTask<SpecValues<NoInfer<T>>>
}

/** What a converter is for; the same class often serves all three. */
export type ConverterUse = 'key' | 'value'

export interface ConverterPlugin<S extends ConfigSpec = ConfigSpec> extends PluginBase<S> {
  readonly kind: 'converter'
  /** @param given All settings as they were given, for those whose names are not known beforehand. */
  create(config: SpecValues<S>, use: ConverterUse, given: ConfigProps): Converter
}

export interface HeaderConverterPlugin<S extends ConfigSpec = ConfigSpec> extends PluginBase<S> {
  readonly kind: 'header_converter'
  create(config: SpecValues<S>): HeaderConverter
}

export interface TransformationPlugin<S extends ConfigSpec = ConfigSpec> extends PluginBase<S> {
  readonly kind: 'transformation'
  create(config: SpecValues<S>): Transformation
}

export interface PredicatePlugin<S extends ConfigSpec = ConfigSpec> extends PluginBase<S> {
  readonly kind: 'predicate'
  create(config: SpecValues<S>): Predicate
}

export interface RestExtensionPlugin<S extends ConfigSpec = ConfigSpec> extends PluginBase<S> {
  readonly kind: 'rest_extension'
  /** @param config Of the worker's file. */
  create(config: SpecValues<S>, cluster: ClusterState): RestExtension
}

export interface ConfigProviderPlugin<S extends ConfigSpec = ConfigSpec> extends PluginBase<S> {
  readonly kind: 'configprovider'
  /**
   * @param config Of `config.providers.<name>.param.*`.
   * @param context With all parameters as they were given, for those whose names are not known
   *   beforehand.
   */
  create(
    config: SpecValues<S>,
    context: { readonly log: Logger; readonly given: ConfigProps },
  ): ConfigProvider
}

export interface OverridePolicyPlugin<S extends ConfigSpec = ConfigSpec> extends PluginBase<S> {
  readonly kind: 'connector_client_config_override_policy'
  /** @param config Of the worker's file. */
  create(config: SpecValues<S>): OverridePolicy
}

/** A plug-in: what the worker needs to list, validate and create it. Any of the `define...` makes one. */
export type Plugin =
  | SourceConnectorPlugin
  | SinkConnectorPlugin
  | ConverterPlugin
  | HeaderConverterPlugin
  | TransformationPlugin
  | PredicatePlugin
  | RestExtensionPlugin
  | ConfigProviderPlugin
  | OverridePolicyPlugin

export type PluginKind = Plugin['kind']

type Without<P> = Omit<P, 'kind'>

export function defineSourceConnector<S extends ConfigSpec, T extends ConfigSpec = S>(
  plugin: Without<SourceConnectorPlugin<S, T>>,
): SourceConnectorPlugin<S, T> {
  return { ...plugin, kind: 'source' }
}

export function defineSinkConnector<S extends ConfigSpec, T extends ConfigSpec = S>(
  plugin: Without<SinkConnectorPlugin<S, T>>,
): SinkConnectorPlugin<S, T> {
  return { ...plugin, kind: 'sink' }
}

export function defineConverter<S extends ConfigSpec>(
  plugin: Without<ConverterPlugin<S>>,
): ConverterPlugin<S> {
  return { ...plugin, kind: 'converter' }
}

export function defineHeaderConverter<S extends ConfigSpec>(
  plugin: Without<HeaderConverterPlugin<S>>,
): HeaderConverterPlugin<S> {
  return { ...plugin, kind: 'header_converter' }
}

export function defineTransformation<S extends ConfigSpec>(
  plugin: Without<TransformationPlugin<S>>,
): TransformationPlugin<S> {
  return { ...plugin, kind: 'transformation' }
}

export function definePredicate<S extends ConfigSpec>(
  plugin: Without<PredicatePlugin<S>>,
): PredicatePlugin<S> {
  return { ...plugin, kind: 'predicate' }
}

export function defineRestExtension<S extends ConfigSpec>(
  plugin: Without<RestExtensionPlugin<S>>,
): RestExtensionPlugin<S> {
  return { ...plugin, kind: 'rest_extension' }
}

export function defineConfigProvider<S extends ConfigSpec>(
  plugin: Without<ConfigProviderPlugin<S>>,
): ConfigProviderPlugin<S> {
  return { ...plugin, kind: 'configprovider' }
}

export function defineOverridePolicy<S extends ConfigSpec>(
  plugin: Without<OverridePolicyPlugin<S>>,
): OverridePolicyPlugin<S> {
  return { ...plugin, kind: 'connector_client_config_override_policy' }
}
