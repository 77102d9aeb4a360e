import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded, Encodable } from '../../protocol/message.ts'
import { deleteTopicsRequest, deleteTopicsResponse } from '../../protocol/messages/topics.ts'
import { defineApi, type RequestContext } from '../api.ts'
import type { Broker } from '../broker.ts'
import type { Topic } from '../topics/topic.ts'

type Request = Decoded<typeof deleteTopicsRequest>
type Asked = Request['topics'][number]
type Answer = Encodable<typeof deleteTopicsResponse>['responses'][number]

/** Versions from here on also name topics by id. */
const TOPIC_ID_SINCE = 6
const NO_ID = 'AAAAAAAAAAAAAAAAAAAAAA'

/** DeleteTopics: by name or id. The coordinators' own topics stay. */
export const deleteTopics = defineApi({
  request: deleteTopicsRequest,
  response: deleteTopicsResponse,
  versions: [1, 6],
  handle: (broker, body, context) => ({
    throttleTimeMs: 0,
    responses: askedOf(body, context).map((asked) => remove(broker, asked)),
  }),
  refuse: (body, code, context) => ({
    throttleTimeMs: 0,
    responses: askedOf(body, context).map((asked) => failed(asked, code)),
  }),
})

function askedOf(
  { topics, topicNames }: Request,
  { apiVersion }: RequestContext,
): readonly Asked[] {
  if (apiVersion >= TOPIC_ID_SINCE) return topics
  return topicNames.map((name) => ({ name, topicId: NO_ID }))
}

function remove(broker: Broker, asked: Asked): Answer {
  const topic = find(broker, asked)
  if (topic === null) {
    const code =
      asked.name === null ? errorCode.UNKNOWN_TOPIC_ID : errorCode.UNKNOWN_TOPIC_OR_PARTITION
    return failed(asked, code)
  }
  if (topic.isInternal) {
    return failed(asked, errorCode.INVALID_REQUEST, `${topic.name} belongs to the broker.`)
  }
  broker.topics.delete(topic)
  broker.groups.forgetTopic(topic.name)
  return { name: topic.name, topicId: topic.id, errorCode: errorCode.NONE }
}

function find({ topics }: Broker, { name, topicId }: Asked): Topic | null {
  return name === null ? topics.byId(topicId) : topics.get(name)
}

function failed({ name, topicId }: Asked, code: number, message: string | null = null): Answer {
  return { name, topicId, errorCode: code, errorMessage: message }
}
