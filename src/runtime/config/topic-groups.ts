import { messageOf } from '../../base/errors.ts'
import { javaWholePattern } from '../../base/java-pattern.ts'
import type { ConfigSpec, Validator } from '../../config/definition.ts'
import { embed } from '../../config/embed.ts'
import { parseConfig } from '../../config/parse.ts'
import { withPrefix } from '../../config/props.ts'
import { invalidValue } from '../../config/text.ts'
import { allOf, nonNull, validator } from '../../config/validators.ts'
import { listOf, type Props } from '../props.ts'
import type { TopicGroup } from '../topic-creation.ts'

const PREFIX = 'topic.creation.'
const DEFAULT = 'default'

const patterns = allOf(
  nonNull,
  validator('valid regexes', (key, value) => {
    try {
      if (Array.isArray(value)) value.forEach(javaWholePattern)
    } catch (error) {
      const detail = `Syntax error in regular expression: ${messageOf(error)}`
      throw invalidValue(key, value, detail)
    }
  }),
)

function positiveOrDefault(what: string, limit: string): Validator {
  const rule = `${limit}, or -1 to use the broker's default`
  return validator(`Positive number${rule}`, (key, value) => {
    if (typeof value === 'number' && (value > 0 || value === -1)) return
    throw invalidValue(key, value, `${what} must be positive${rule}`)
  })
}

const low = { importance: 'low', width: 'long' } as const

/** Settings of a group of topics. */
export const groupKeys = {
  include: {
    type: 'list',
    validator: patterns,
    doc: 'Java patterns that whole names of topics of the group match.',
    order: 1,
    ...low,
  },
  exclude: {
    type: 'list',
    default: [],
    validator: patterns,
    doc: 'Java patterns of names that are not in the group all the same.',
    order: 2,
    ...low,
  },
  'replication.factor': {
    type: 'short',
    validator: positiveOrDefault(
      'Replication factor',
      ' and not larger than the number of brokers in the Kafka cluster',
    ),
    doc: "Replicas of new topics; -1 for the broker's default.",
    order: 3,
    ...low,
  },
  partitions: {
    type: 'int',
    validator: positiveOrDefault('Number of partitions', ''),
    doc: "Partitions of new topics; -1 for the broker's default.",
    order: 4,
    ...low,
  },
} as const satisfies ConfigSpec

/**
 * `topic.creation.*` of a source connector, the default group last; null when it has none.
 * @throws ConnectError CONFIG_INVALID
 */
export function topicGroups(props: Props): readonly TopicGroup[] | null {
  if (Object.keys(withPrefix(props, PREFIX)).length === 0) return null
  const last = readGroup(props, DEFAULT, {
    ...groupKeys,
    include: { ...groupKeys.include, default: ['.*'] },
  })
  const names = listOf(props, `${PREFIX}groups`).filter((name) => name !== DEFAULT)
  const groups = names.map((name) =>
    readGroup(props, name, {
      ...groupKeys,
      'replication.factor': {
        ...groupKeys['replication.factor'],
        default: last.replicationFactor,
      },
      partitions: { ...groupKeys.partitions, default: last.partitions },
    }),
  )
  return [...groups, { ...last, matches: () => true }]
}

function readGroup(props: Props, name: string, keys: ConfigSpec): TopicGroup {
  const prefix = `${PREFIX}${name}.`
  const values = parseConfig({ keys: embed(prefix, name, 1, keys) }, props)
  const matcher = (key: string) => matchesAny(values[prefix + key] as readonly string[])
  const included = matcher('include')
  const excluded = matcher('exclude')
  const others = Object.entries(withPrefix(props, prefix)).filter(
    ([key]) => !Object.hasOwn(groupKeys, key),
  )
  return {
    name,
    matches: (topic) => included(topic) && !excluded(topic),
    partitions: Number(values[`${prefix}partitions`]),
    replicationFactor: Number(values[`${prefix}replication.factor`]),
    configs: Object.fromEntries(others),
  }
}

function matchesAny(expressions: readonly string[]): (topic: string) => boolean {
  const compiled = expressions.map(javaWholePattern)
  return (topic) => compiled.some((pattern) => pattern.test(topic))
}
