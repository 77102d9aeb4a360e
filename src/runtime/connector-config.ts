import { javaWholePattern } from '../base/java-pattern.ts'
import { type ConfigValues, defineConfig, extendConfig } from '../config/definition.ts'
import { parseConfig } from '../config/parse.ts'
import type { ConfigProps } from '../config/props.ts'
import { connectorKeys } from './config/connector-keys.ts'
import { sinkKeys } from './config/sink-keys.ts'
import { sourceKeys } from './config/source-keys.ts'

/** Settings that the worker reads of every connector; each has those of its own beside them. */
export const connectorConfig = defineConfig(connectorKeys)
export const sourceConfig = extendConfig(connectorConfig, sourceKeys)
export const sinkConfig = extendConfig(connectorConfig, sinkKeys)

export type ConnectorConfig = ConfigValues<typeof connectorConfig>
export type SourceConfig = ConfigValues<typeof sourceConfig>
export type SinkConfig = ConfigValues<typeof sinkConfig>

/** @throws ConnectError CONFIG_INVALID for the first setting that is missing or wrong. */
export function parseSourceConfig(props: ConfigProps): SourceConfig {
  return parseConfig(sourceConfig, props)
}

/** @throws ConnectError CONFIG_INVALID for the first setting that is missing or wrong. */
export function parseSinkConfig(props: ConfigProps): SinkConfig {
  return parseConfig(sinkConfig, props)
}

/** What a sink consumes: topics, or all whose whole name matches. */
export function sinkTopics(config: SinkConfig): readonly string[] | RegExp {
  const pattern = config['topics.regex']
  return pattern === '' ? config.topics : javaWholePattern(pattern)
}
