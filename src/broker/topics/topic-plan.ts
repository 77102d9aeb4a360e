import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded } from '../../protocol/message.ts'
import type { createTopicsRequest } from '../../protocol/messages/topics.ts'
import { type Problem, problem } from '../problem.ts'
import { topicConfigs } from './topic-configs.ts'

export type NewTopic = Decoded<typeof createTopicsRequest>['topics'][number]

/** The only broker that a partition can be assigned to. */
type Assignments = readonly { readonly brokerIds: readonly number[] }[]

const NAME_CHARACTERS_MAX = 249
/** Of one request, as in Apache Kafka. */
const PARTITIONS_MAX = 10_000
const PARTITION_INDEX_MAX = 2 ** 31 - 1

/** Why a topic can't have this name; null when it can. */
export function nameProblem(name: string): string | null {
  if (name === '') return 'The name of a topic is not empty.'
  if (name === '.' || name === '..') return `A topic can't be named '${name}'.`
  if (name.length > NAME_CHARACTERS_MAX) {
    return `The name has ${name.length} characters; ${NAME_CHARACTERS_MAX} are the most.`
  }
  return /^[a-zA-Z0-9._-]+$/.test(name)
    ? null
    : `'${name}' has other characters than letters, digits, '.', '_' and '-'.`
}

/**
 * Why a topic can't be created; null when it can.
 * @param taken Names of the topics that there are.
 */
export function newTopicProblem(topic: NewTopic, taken: Iterable<string>): Problem | null {
  const wrongName = nameProblem(topic.name)
  if (wrongName !== null) return problem(errorCode.INVALID_TOPIC_EXCEPTION, wrongName)
  return (
    takenProblem(topic.name, taken) ??
    (topic.assignments.length > 0 ? assignedProblem(topic) : countProblem(topic)) ??
    configProblem(topic.configs)
  )
}

/** Partitions that a new topic gets. */
export function partitionsOf({ assignments, numPartitions }: NewTopic, byDefault: number): number {
  if (assignments.length > 0) return assignments.length
  return numPartitions === -1 ? byDefault : numPartitions
}

/** Names that differ only in '.' and '_' would have the same metrics. */
function takenProblem(name: string, taken: Iterable<string>): Problem | null {
  const plain = name.replaceAll('.', '_')
  for (const other of taken) {
    if (other === name) {
      return problem(errorCode.TOPIC_ALREADY_EXISTS, `Topic '${name}' already exists.`)
    }
    if (other.replaceAll('.', '_') === plain) {
      return problem(
        errorCode.INVALID_TOPIC_EXCEPTION,
        `Topic '${name}' collides with existing topic: ${other}`,
      )
    }
  }
  return null
}

function countProblem({ numPartitions, replicationFactor }: NewTopic): Problem | null {
  if (numPartitions === 0 || numPartitions < -1) {
    return problem(
      errorCode.INVALID_PARTITIONS,
      `A topic has 1 partition or more (-1: the broker's default), not ${numPartitions}.`,
    )
  }
  if (numPartitions > PARTITIONS_MAX) {
    return problem(
      errorCode.POLICY_VIOLATION,
      `${numPartitions} partitions are more than the ${PARTITIONS_MAX} of one request.`,
    )
  }
  if (replicationFactor === -1 || replicationFactor === 1) return null
  return problem(
    errorCode.INVALID_REPLICATION_FACTOR,
    `A replication factor of ${replicationFactor} needs as many brokers: this is the only one.`,
  )
}

function assignedProblem(topic: NewTopic): Problem | null {
  if (topic.numPartitions !== -1 || topic.replicationFactor !== -1) {
    return problem(
      errorCode.INVALID_REQUEST,
      'With assignments, the numbers of partitions and replicas are -1.',
    )
  }
  const indexes = new Set(topic.assignments.map(({ partitionIndex }) => partitionIndex))
  const isSequence = Math.max(...indexes) === indexes.size - 1 && Math.min(...indexes) === 0
  if (!isSequence || indexes.size !== topic.assignments.length) {
    return problem(
      errorCode.INVALID_REPLICA_ASSIGNMENT,
      'The assigned partitions are not 0, 1, 2, and so on.',
    )
  }
  return assignmentProblem(topic.assignments)
}

/** Why new partitions can't be where they are wanted; null when they can. */
export function assignmentProblem(assignments: Assignments): Problem | null {
  return assignments.every(({ brokerIds }) => brokerIds.length === 1 && brokerIds[0] === 0)
    ? null
    : problem(errorCode.INVALID_REPLICA_ASSIGNMENT, 'Broker 0 is the only one.')
}

/** Why more partitions can't be added; null when they can. */
export function growthProblem(current: number, total: number): Problem | null {
  if (total > Math.min(PARTITION_INDEX_MAX, current + PARTITIONS_MAX)) {
    return problem(errorCode.INVALID_PARTITIONS, `${total} partitions are too many.`)
  }
  return total > current
    ? null
    : problem(
        errorCode.INVALID_PARTITIONS,
        `The topic has ${current} partition(s); ${total} would not be an increase.`,
      )
}

/** Why a topic can't have these settings; null when it can. */
export function configProblem(
  configs: Iterable<{ readonly name: string; readonly value: string | null }>,
): Problem | null {
  for (const { name, value } of configs) {
    const known = Object.hasOwn(topicConfigs, name) ? topicConfigs[name] : undefined
    if (known === undefined) {
      return problem(errorCode.INVALID_CONFIG, `Unknown topic config name: ${name}`)
    }
    if (value === null || !known.isValid(value)) {
      return problem(
        errorCode.INVALID_CONFIG,
        `Invalid value ${value} for configuration ${name}${known.expects}`,
      )
    }
  }
  return null
}
