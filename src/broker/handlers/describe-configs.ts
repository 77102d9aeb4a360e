import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded, Encodable } from '../../protocol/message.ts'
import { describeConfigsRequest, describeConfigsResponse } from '../../protocol/messages/configs.ts'
import { defineApi } from '../api.ts'
import { type Broker, NODE_ID } from '../broker.ts'
import { type Problem, problem } from '../problem.ts'
import { brokerSettings } from '../topics/broker-configs.ts'
import { resourceType } from '../topics/resource-type.ts'
import { configSource, type Topic } from '../topics/topic.ts'
import { configType, type TopicConfig, topicConfigs } from '../topics/topic-configs.ts'
import { nameProblem } from '../topics/topic-plan.ts'

type Asked = Decoded<typeof describeConfigsRequest>['resources'][number]
type Answer = Encodable<typeof describeConfigsResponse>['results'][number]
type Entry = Answer['configs'][number]

/** DescribeConfigs of topics and of this broker, with where each value comes from. */
export const describeConfigs = defineApi({
  request: describeConfigsRequest,
  response: describeConfigsResponse,
  versions: [1, 4],
  handle: (broker, { resources }) => ({
    throttleTimeMs: 0,
    results: resources.map((asked) => describe(broker, asked)),
  }),
  refuse: ({ resources }, code) => ({
    throttleTimeMs: 0,
    results: resources.map((asked) => failed(asked, problem(code, ''))),
  }),
})

function describe(broker: Broker, asked: Asked): Answer {
  const entries = entriesOf(broker, asked)
  if ('errorCode' in entries) return failed(asked, entries)
  const keys = asked.configurationKeys
  return {
    errorCode: errorCode.NONE,
    errorMessage: null,
    resourceType: asked.resourceType,
    resourceName: asked.resourceName,
    configs:
      keys === null || keys.length === 0
        ? entries
        : entries.filter(({ name }) => keys.includes(name)),
  }
}

function entriesOf(broker: Broker, asked: Asked): readonly Entry[] | Problem {
  if (asked.resourceType === resourceType.topic) {
    const topic = broker.topics.get(asked.resourceName)
    return topic === null
      ? noTopic(asked.resourceName)
      : Object.entries(topicConfigs).map(([name, config]) => topicEntry(topic, name, config))
  }
  if (asked.resourceType !== resourceType.broker) {
    return problem(errorCode.INVALID_REQUEST, 'Only topics and brokers have settings here.')
  }
  if (asked.resourceName === '') return []
  return asked.resourceName === String(NODE_ID)
    ? brokerSettings(broker.config).map(brokerEntry)
    : problem(errorCode.INVALID_REQUEST, `This is broker ${NODE_ID}, not ${asked.resourceName}.`)
}

function noTopic(name: string): Problem {
  const wrongName = nameProblem(name)
  return wrongName === null
    ? problem(errorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic '${name}'.`)
    : problem(errorCode.INVALID_TOPIC_EXCEPTION, wrongName)
}

function topicEntry(topic: Topic, name: string, config: TopicConfig): Entry {
  const { value, source } = topic.config(name)
  const fromBroker = topic.inherited(name)
  const byDefault = { name: config.brokerName, value: config.default, source: configSource.default }
  return {
    name,
    value,
    readOnly: false,
    configSource: source,
    isSensitive: false,
    synonyms: [
      ...(source === configSource.topic ? [{ name, value, source }] : []),
      ...(fromBroker.source === configSource.default
        ? []
        : [{ name: config.brokerName, ...fromBroker }]),
      byDefault,
    ],
    configType: configType[config.type],
    documentation: null,
  }
}

function brokerEntry({
  name,
  value,
  source,
  type,
}: ReturnType<typeof brokerSettings>[number]): Entry {
  return {
    name,
    value,
    readOnly: true,
    configSource: source,
    isSensitive: false,
    synonyms: [{ name, value, source }],
    configType: configType[type],
    documentation: null,
  }
}

function failed({ resourceType, resourceName }: Asked, { errorCode, message }: Problem): Answer {
  return { errorCode, errorMessage: message, resourceType, resourceName, configs: [] }
}
