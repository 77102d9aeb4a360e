import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded, Encodable } from '../../protocol/message.ts'
import { offsetFetchRequest, offsetFetchResponse } from '../../protocol/messages/group-offsets.ts'
import { defineApi, type RequestContext } from '../api.ts'
import type { Broker } from '../broker.ts'
import type { Group } from '../groups/group.ts'

type Request = Decoded<typeof offsetFetchRequest>
type Asked = Pick<Request['groups'][number], 'groupId'> & {
  /** null for all. */
  readonly topics: readonly AskedTopic[] | null
}
type AskedTopic = NonNullable<Request['topics']>[number]
type AnsweredGroup = NonNullable<Encodable<typeof offsetFetchResponse>['groups']>[number]
type AnsweredTopic = AnsweredGroup['topics'][number]

/** Versions from here on ask for several groups at once. */
const BATCH_SINCE = 8
const noOffset = { committedOffset: -1, committedLeaderEpoch: -1, metadata: '' }

/**
 * OffsetFetch: what groups have committed; on request not while a transaction may change it.
 *
 * Left out: topic ids (version 10).
 */
export const offsetFetch = defineApi({
  request: offsetFetchRequest,
  response: offsetFetchResponse,
  versions: [1, 9],
  handle: (broker, body, context) =>
    answer(
      askedOf(body, context).map((asked) => fetchOffsets(broker, asked, body.requireStable)),
      context,
    ),
  refuse: (body, code, context) =>
    answer(
      askedOf(body, context).map(({ groupId, topics }) => ({
        groupId,
        errorCode: code,
        topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => failed(partitionIndex, code)),
        })),
      })),
      context,
    ),
})

function askedOf(
  { groupId, topics, groups }: Request,
  { apiVersion }: RequestContext,
): readonly Asked[] {
  return apiVersion < BATCH_SINCE ? [{ groupId, topics }] : groups
}

function answer(
  groups: readonly AnsweredGroup[],
  { apiVersion }: RequestContext,
): Encodable<typeof offsetFetchResponse> {
  if (apiVersion >= BATCH_SINCE) return { groups }
  const { errorCode: code = errorCode.NONE, topics = [] } = groups[0] ?? {}
  return {
    errorCode: code,
    topics: topics.map(({ name = '', partitions }) => ({ name, partitions })),
  }
}

function fetchOffsets({ groups }: Broker, asked: Asked, isStableOnly: boolean): AnsweredGroup {
  const group = groups.get(asked.groupId)
  const topics = (asked.topics ?? allTopics(group)).map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partition) => offsetOf(group, name, partition, isStableOnly)),
  }))
  return { groupId: asked.groupId, errorCode: errorCode.NONE, topics }
}

function allTopics(group: Group | null): readonly AskedTopic[] {
  const topics = Map.groupBy(group?.offsets.all() ?? [], ({ topic }) => topic)
  return Array.from(topics, ([name, offsets]) => ({
    name,
    partitionIndexes: offsets.map(({ partition }) => partition),
  }))
}

function offsetOf(
  group: Group | null,
  topic: string,
  partitionIndex: number,
  isStableOnly: boolean,
): AnsweredTopic['partitions'][number] {
  if (isStableOnly && group?.offsets.isUnstable(topic, partitionIndex)) {
    return failed(partitionIndex, errorCode.UNSTABLE_OFFSET_COMMIT)
  }
  const value = group?.offsets.get(topic, partitionIndex) ?? null
  if (value === null) return failed(partitionIndex, errorCode.NONE)
  return {
    partitionIndex,
    errorCode: errorCode.NONE,
    committedOffset: value.offset,
    committedLeaderEpoch: value.leaderEpoch,
    metadata: value.metadata,
  }
}

function failed(partitionIndex: number, code: number): AnsweredTopic['partitions'][number] {
  return { partitionIndex, errorCode: code, ...noOffset }
}
