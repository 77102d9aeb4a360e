import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded, Encodable } from '../../protocol/message.ts'
import { metadataRequest, metadataResponse } from '../../protocol/messages/metadata.ts'
import { defineApi, type RequestContext } from '../api.ts'
import { clusterOperations, topicOperations } from '../authorized-operations.ts'
import { type Broker, NODE_ID } from '../broker.ts'
import { LEADER_EPOCH } from '../log/leader-epoch.ts'
import type { Topic } from '../topics/topic.ts'
import { nameProblem } from '../topics/topic-plan.ts'

type Request = Decoded<typeof metadataRequest>
type TopicAnswer = Encodable<typeof metadataResponse>['topics'][number]
type Asked = NonNullable<Request['topics']>[number]

const NO_ID = 'AAAAAAAAAAAAAAAAAAAAAA'

/**
 * Metadata: this node, and topics by name or id.
 *
 * Creates topics that a client names where both allow it.
 */
export const metadata = defineApi({
  request: metadataRequest,
  response: metadataResponse,
  versions: [0, 13],
  handle(broker, body, context) {
    const topics = isAll(body, context)
      ? [...broker.topics.all()].map(describe)
      : (body.topics ?? []).map((asked) => answerTopic(broker, asked, body.allowAutoTopicCreation))
    const answer = { ...cluster(broker, context), topics: topics.map(allowed(body)) }
    return body.includeClusterAuthorizedOperations
      ? { ...answer, clusterAuthorizedOperations: clusterOperations }
      : answer
  },
  refuse: (body, code) => ({
    brokers: [],
    topics: (body.topics ?? []).map(({ name, topicId }) => failed(code, name, topicId)),
  }),
})

function allowed(body: Request): (topic: TopicAnswer) => TopicAnswer {
  return (topic) =>
    body.includeTopicAuthorizedOperations
      ? { ...topic, topicAuthorizedOperations: topicOperations }
      : topic
}

function isAll({ topics }: Request, { apiVersion }: RequestContext): boolean {
  return topics === null || (apiVersion === 0 && topics.length === 0)
}

function cluster(broker: Broker, { advertised }: RequestContext) {
  return {
    brokers: [{ nodeId: NODE_ID, ...advertised }],
    clusterId: broker.clusterId,
    controllerId: NODE_ID,
  }
}

function answerTopic(broker: Broker, asked: Asked, mayCreate: boolean): TopicAnswer {
  if (asked.name === null || asked.name === '') {
    const topic = broker.topics.byId(asked.topicId)
    return topic === null
      ? failed(errorCode.UNKNOWN_TOPIC_ID, null, asked.topicId)
      : describe(topic)
  }
  const topic = broker.topics.get(asked.name)
  if (topic !== null) return describe(topic)
  if (nameProblem(asked.name) !== null) {
    return failed(errorCode.INVALID_TOPIC_EXCEPTION, asked.name)
  }
  if (!mayCreate || broker.config.settings.get('auto.create.topics.enable') === 'false') {
    return failed(errorCode.UNKNOWN_TOPIC_OR_PARTITION, asked.name)
  }
  const { topics } = broker
  return describe(topics.create(asked.name, topics.partitionsByDefault, new Map()))
}

function failed(code: number, name: string | null, topicId = NO_ID): TopicAnswer {
  return { errorCode: code, name, topicId, partitions: [] }
}

const onlyNode = [NODE_ID]

function describe(topic: Topic): TopicAnswer {
  return {
    errorCode: errorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: topic.isInternal,
    partitions: topic.partitions.map(({ partition }) => ({
      errorCode: errorCode.NONE,
      partitionIndex: partition,
      leaderId: NODE_ID,
      leaderEpoch: LEADER_EPOCH,
      replicaNodes: onlyNode,
      isrNodes: onlyNode,
    })),
  }
}
