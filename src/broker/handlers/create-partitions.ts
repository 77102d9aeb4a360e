import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded } from '../../protocol/message.ts'
import {
  createPartitionsRequest,
  createPartitionsResponse,
} from '../../protocol/messages/topics.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'
import { type Problem, problem } from '../problem.ts'
import { assignmentProblem, growthProblem } from '../topics/topic-plan.ts'

type Asked = Decoded<typeof createPartitionsRequest>['topics'][number]

/** CreatePartitions: more partitions for topics. */
export const createPartitions = defineApi({
  request: createPartitionsRequest,
  response: createPartitionsResponse,
  versions: [0, 3],
  handle(broker, { topics, validateOnly }) {
    return {
      throttleTimeMs: 0,
      results: topics.map((asked) => {
        const isDuplicate = topics.some((other) => other !== asked && other.name === asked.name)
        const wrong = isDuplicate ? duplicate : grow(broker, asked, validateOnly)
        return result(asked, wrong)
      }),
    }
  },
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    results: topics.map((asked) => result(asked, problem(code, ''))),
  }),
})

const duplicate = problem(errorCode.INVALID_REQUEST, 'Duplicate topic in request.')

function result({ name }: Asked, wrong: Problem | null) {
  return {
    name,
    errorCode: wrong?.errorCode ?? errorCode.NONE,
    errorMessage: wrong?.message ?? null,
  }
}

function grow(
  { topics }: Broker,
  { name, count, assignments }: Asked,
  validateOnly: boolean,
): Problem | null {
  const topic = topics.get(name)
  if (topic === null) {
    return problem(errorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic '${name}'.`)
  }
  const current = topic.partitions.length
  const wrong = growthProblem(current, count) ?? assignedProblem(assignments, count - current)
  if (wrong === null && !validateOnly) topics.addPartitions(topic, count)
  return wrong
}

function assignedProblem(assignments: Asked['assignments'], added: number): Problem | null {
  if (assignments === null) return null
  return assignments.length === added
    ? assignmentProblem(assignments)
    : problem(
        errorCode.INVALID_REPLICA_ASSIGNMENT,
        `${assignments.length} assignments are not one for each of ${added} new partitions.`,
      )
}
