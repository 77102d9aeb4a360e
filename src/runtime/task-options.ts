import { javaWholePattern } from '../base/java-pattern.ts'
import type { ConnectorConfig, SinkConfig } from './connector-config.ts'
import type { DeadLetterOptions } from './errors/dead-letter.ts'
import type { ErrorHandling } from './errors/operator.ts'
import { listOf, type Props, propOf, withPrefix } from './props.ts'
import type { TopicGroup } from './topic-creation.ts'

export function errorHandling(config: ConnectorConfig): ErrorHandling {
  return {
    tolerance: config['errors.tolerance'] === 'all' ? 'all' : 'none',
    retryTimeoutMs: config['errors.retry.timeout'],
    retryDelayMaxMs: config['errors.retry.delay.max.ms'],
  }
}

/** null without a dead letter queue. */
export function deadLetterOptions(config: SinkConfig): DeadLetterOptions | null {
  const topic = config['errors.deadletterqueue.topic.name']
  if (topic === '') return null
  return {
    topic,
    replicationFactor: config['errors.deadletterqueue.topic.replication.factor'],
    contextHeaders: config['errors.deadletterqueue.context.headers.enable'],
  }
}

/** `topic.creation.*` of a source connector; null when it has none. */
export function topicGroups(props: Props): readonly TopicGroup[] | null {
  const settings = withPrefix(props, 'topic.creation.')
  if (Object.keys(settings).length === 0) return null
  const defaults = withPrefix(settings, 'default.')
  return [
    ...listOf(settings, 'groups').map((name) =>
      readGroup(name, withPrefix(settings, `${name}.`), defaults),
    ),
    readGroup('default', { include: '.*', ...defaults }, defaults),
  ]
}

/** Keys of a group that aren't settings of its topics. */
const groupKeys = new Set(['include', 'exclude', 'partitions', 'replication.factor'])

function readGroup(name: string, group: Props, defaults: Props): TopicGroup {
  const included = matcher(listOf(group, 'include'))
  const excluded = matcher(listOf(group, 'exclude'))
  const number = (key: string) => Number(propOf(group, key) ?? propOf(defaults, key))
  const configs = Object.entries(group).filter(([key]) => !groupKeys.has(key))
  return {
    name,
    matches: (topic) => included(topic) && !excluded(topic),
    partitions: number('partitions'),
    replicationFactor: number('replication.factor'),
    configs: Object.fromEntries(configs),
  }
}

/** Whether one of the expressions matches a whole name. */
function matcher(expressions: readonly string[]): (topic: string) => boolean {
  const patterns = expressions.map((expression) => javaWholePattern(expression))
  return (topic) => patterns.some((pattern) => pattern.test(topic))
}
