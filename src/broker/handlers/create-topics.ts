import { errorCode } from '../../protocol/error-codes.ts'
import type { Encodable } from '../../protocol/message.ts'
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/topics.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'
import { type Problem, problem } from '../problem.ts'
import type { Topic } from '../topics/topic.ts'
import { topicConfigs } from '../topics/topic-configs.ts'
import { type NewTopic, newTopicProblem, partitionsOf } from '../topics/topic-plan.ts'

type Answer = Encodable<typeof createTopicsResponse>['topics'][number]

/** CreateTopics. The only replication factor is 1; a new topic is there when the answer comes. */
export const createTopics = defineApi({
  request: createTopicsRequest,
  response: createTopicsResponse,
  versions: [2, 7],
  handle(broker, { topics, validateOnly }) {
    return {
      throttleTimeMs: 0,
      topics: uniqueNames(topics).map((name) => {
        const [topic, second] = topics.filter((asked) => asked.name === name)
        if (topic === undefined || second !== undefined) return failed(name, duplicate)
        const taken = Array.from(broker.topics.all(), (known) => known.name)
        const wrong = newTopicProblem(topic, taken)
        return wrong === null ? create(broker, topic, validateOnly) : failed(name, wrong)
      }),
    }
  },
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name }) => failed(name, problem(code, ''))),
  }),
})

const duplicate = problem(errorCode.INVALID_REQUEST, 'Duplicate topic name.')

function uniqueNames(topics: readonly NewTopic[]): readonly string[] {
  return [...new Set(topics.map(({ name }) => name))]
}

function create(broker: Broker, asked: NewTopic, validateOnly: boolean): Answer {
  const { topics } = broker
  const partitions = partitionsOf(asked, topics.partitionsByDefault)
  const configs = new Map(asked.configs.map(({ name, value }) => [name, value ?? '']))
  const topic = validateOnly
    ? topics.draft(asked.name, configs)
    : topics.create(asked.name, partitions, configs)
  return {
    name: topic.name,
    topicId: topic.id,
    errorCode: errorCode.NONE,
    errorMessage: null,
    numPartitions: partitions,
    replicationFactor: 1,
    configs: settingsOf(topic),
  }
}

function settingsOf(topic: Topic) {
  return Object.keys(topicConfigs).map((name) => {
    const { value, source } = topic.config(name)
    return { name, value, readOnly: false, configSource: source, isSensitive: false }
  })
}

function failed(name: string, { errorCode, message }: Problem): Answer {
  return { name, errorCode, errorMessage: message, configs: [] }
}
