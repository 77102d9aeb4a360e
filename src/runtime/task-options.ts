import type { DeadLetterOptions } from './errors/dead-letter.ts'
import type { ErrorHandling } from './errors/operator.ts'
import { booleanOf, listOf, numberOf, type Props, propOf, withPrefix } from './props.ts'
import type { TopicGroup } from './topic-creation.ts'

export interface ErrorSettings {
  readonly handling: ErrorHandling
  readonly log: { readonly enabled: boolean; readonly includeMessages: boolean }
  /** null without a dead letter queue. */
  readonly deadLetter: DeadLetterOptions | null
}

/** `errors.*` of a connector, which was validated before. */
export function readErrorSettings(props: Props): ErrorSettings {
  const tolerance = propOf(props, 'errors.tolerance')?.toLowerCase()
  return {
    handling: {
      tolerance: tolerance === 'all' ? 'all' : 'none',
      retryTimeoutMs: numberOf(props, 'errors.retry.timeout', 0),
      retryDelayMaxMs: numberOf(props, 'errors.retry.delay.max.ms', 60_000),
    },
    log: {
      enabled: booleanOf(props, 'errors.log.enable', false),
      includeMessages: booleanOf(props, 'errors.log.include.messages', false),
    },
    deadLetter: readDeadLetterOptions(withPrefix(props, 'errors.deadletterqueue.')),
  }
}

function readDeadLetterOptions(props: Props): DeadLetterOptions | null {
  const topic = propOf(props, 'topic.name')
  if (topic === null || topic === '') return null
  return {
    topic,
    replicationFactor: numberOf(props, 'topic.replication.factor', 3),
    contextHeaders: booleanOf(props, 'context.headers.enable', false),
  }
}

/** `topic.creation.*` of a source connector; null when it has none. */
export function readTopicGroups(props: Props): readonly TopicGroup[] | null {
  const settings = withPrefix(props, 'topic.creation.')
  if (Object.keys(settings).length === 0) return null
  const defaults = withPrefix(settings, 'default.')
  return [
    ...listOf(settings, 'groups').map((name) => {
      const group = withPrefix(settings, `${name}.`)
      return readGroup(name, { ...pick(defaults, ['partitions', 'replication.factor']), ...group })
    }),
    readGroup('default', { include: '.*', ...defaults }),
  ]
}

function readGroup(name: string, group: Props): TopicGroup {
  const include = patternOf(listOf(group, 'include'))
  const exclude = patternOf(listOf(group, 'exclude'))
  const { include: _, exclude: __, partitions, 'replication.factor': factor, ...configs } = group
  return {
    name,
    matches: (topic) => include.test(topic) && !exclude.test(topic),
    partitions: Number(partitions),
    replicationFactor: Number(factor),
    configs,
  }
}

/** Matches a whole name that one of the expressions matches; none when there are none. */
function patternOf(expressions: readonly string[]): RegExp {
  return expressions.length === 0 ? /(?!)/ : new RegExp(`^(?:${expressions.join('|')})$`)
}

function pick(props: Props, keys: readonly string[]): Props {
  return Object.fromEntries(Object.entries(props).filter(([key]) => keys.includes(key)))
}
