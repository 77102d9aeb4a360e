import { parseConfig } from '../../config/parse.ts'
import type { ConfigProps } from '../../config/props.ts'
import { type ConfigReport, withError } from '../../config/report.ts'
import type { SinkConnectorPlugin, SourceConnectorPlugin } from '../../sdk/plugin.ts'

/** What a connector may not have because its worker is one of a cluster. */
export interface ClusterRules {
  /** `group.id` of the workers. */
  readonly groupId: string
  /** Consumer group of a sink connector when it names none. */
  consumerGroup(connector: string): string
}

/** Adds what a cluster refuses to the report of a connector's settings. */
export function checkClusterRules(
  { groupId, consumerGroup }: ClusterRules,
  plugin: SourceConnectorPlugin | SinkConnectorPlugin,
  props: ConfigProps,
  report: ConfigReport,
): ConfigReport {
  if (plugin.kind === 'source')
    return checkDelivery(plugin, props, checkOffsetsTopic(props, report))
  const name = props['name'] ?? ''
  const own = props['consumer.override.group.id']
  if (own === groupId) {
    const problem = `Consumer group ${own} conflicts with Connect worker group ${groupId}`
    return withError(report, 'consumer.override.group.id', problem)
  }
  if (own != null || consumerGroup(name) !== groupId) return report
  return withError(
    report,
    'name',
    `Consumer group for sink connector named ${name} conflicts with Connect worker group ${groupId}`,
  )
}

function checkOffsetsTopic(props: ConfigProps, report: ConfigReport): ConfigReport {
  // The definition refuses an empty one.
  if ((props['offsets.storage.topic'] ?? '').trim() === '') return report
  return withError(
    report,
    'offsets.storage.topic',
    "This worker keeps the offsets of all connectors in its own topic, offset.storage.topic, and can't use another one yet. Remove the setting.",
  )
}

function checkDelivery(
  plugin: SourceConnectorPlugin,
  props: ConfigProps,
  report: ConfigReport,
): ConfigReport {
  if (props['exactly.once.support']?.toLowerCase() === 'required') {
    return withError(
      report,
      'exactly.once.support',
      'This worker does not have exactly-once source support enabled.',
    )
  }
  if (props['transaction.boundary']?.toLowerCase() !== 'connector') return report
  if (report.values.some(({ errors }) => errors.length > 0)) return report
  const config = parseConfig(plugin.config, props)
  const support = plugin.createConnector().canDefineTransactionBoundaries(config)
  if (support === 'supported') return report
  return withError(
    report,
    'transaction.boundary',
    'The connector does not support connector-defined transaction boundaries with the given configuration. Please reconfigure it to use a different transaction boundary definition.',
  )
}
