import { messageOf } from '../../base/errors.ts'
import { parseConfig } from '../../config/parse.ts'
import type { ConfigProps } from '../../config/props.ts'
import { type ConfigReport, withError } from '../../config/report.ts'
import type { SinkConnectorPlugin, SourceConnectorPlugin } from '../../sdk/plugin.ts'

/** What a connector may not have because its worker is one of a cluster. */
export interface ClusterRules {
  /** `group.id` of the workers. */
  readonly groupId: string
  /** Whether source connectors deliver exactly once: `exactly.once.source.support=enabled`. */
  readonly isExactlyOnce: boolean
  /** Consumer group of the connector, as a sink that names none. */
  readonly consumerGroup: string
}

/** Adds what a cluster refuses to the report of a connector's settings. */
export function checkClusterRules(
  { groupId, isExactlyOnce, consumerGroup }: ClusterRules,
  plugin: SourceConnectorPlugin | SinkConnectorPlugin,
  props: ConfigProps,
  report: ConfigReport,
): ConfigReport {
  if (plugin.kind === 'source') {
    return checkDelivery(isExactlyOnce, plugin, props, report)
  }
  const own = props['consumer.override.group.id']
  if (own === groupId) {
    const problem = `Consumer group ${own} conflicts with Connect worker group ${groupId}`
    return withError(report, 'consumer.override.group.id', problem)
  }
  if (own != null || consumerGroup !== groupId) return report
  return withError(
    report,
    'name',
    `Consumer group for sink connector named ${props['name'] ?? ''} conflicts with Connect worker group ${groupId}`,
  )
}

function checkDelivery(
  isExactlyOnce: boolean,
  plugin: SourceConnectorPlugin,
  props: ConfigProps,
  report: ConfigReport,
): ConfigReport {
  const boundary = 'transaction.boundary'
  const supported = checkSupport(isExactlyOnce, plugin, props, report)
  if (props[boundary]?.toLowerCase() !== 'connector') return supported
  return checkAnswer(supported, boundary, boundaryProblems, () =>
    plugin.createConnector().canDefineTransactionBoundaries(parseConfig(plugin.config, props)),
  )
}

function checkSupport(
  isExactlyOnce: boolean,
  plugin: SourceConnectorPlugin,
  props: ConfigProps,
  report: ConfigReport,
): ConfigReport {
  const support = 'exactly.once.support'
  if (props[support]?.toLowerCase() !== 'required') return report
  const problem = 'This worker does not have exactly-once source support enabled.'
  const allowed = isExactlyOnce ? report : withError(report, support, problem)
  return checkAnswer(allowed, support, exactlyOnceProblems, () =>
    plugin.createConnector().exactlyOnceSupport(parseConfig(plugin.config, props)),
  )
}

type Answer = 'supported' | 'unsupported' | null

/** Texts for what a connector answers, but for `supported`. */
interface Problems {
  readonly unsupported: string
  readonly none: string
}

const exactlyOnceProblems: Problems = {
  unsupported:
    'The connector does not support exactly-once semantics with the provided configuration.',
  none: 'The connector does not implement the API required for preflight validation of exactly-once source support. Please consult the documentation for the connector to determine whether it supports exactly-once semantics, and then consider reconfiguring the connector to use the value "requested" for this property (which will disable this preflight check and allow the connector to be created).',
}

const boundaryProblems: Problems = {
  unsupported:
    'The connector does not support connector-defined transaction boundaries with the given configuration. Please reconfigure it to use a different transaction boundary definition.',
  none: "This connector has returned a null value from its canDefineTransactionBoundaries method, which is not permitted. The connector will be treated as if it cannot define its own transaction boundaries, and cannot be configured with 'transaction.boundary' set to 'connector'.",
}

function checkAnswer(
  report: ConfigReport,
  key: string,
  problems: Problems,
  ask: () => Answer,
): ConfigReport {
  let problem: string
  try {
    const answer = ask()
    if (answer === 'supported') return report
    problem = answer === 'unsupported' ? problems.unsupported : problems.none
  } catch (error) {
    const reason = messageOf(error)
    problem = `An unexpected error occurred during validation${reason === '' ? '; please see the worker logs for more details.' : `: ${reason}`}`
  }
  return withError(report, key, problem)
}
