import { errorCode } from '../../protocol/error-codes.ts'
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/group-offsets.ts'
import { defineApi } from '../api.ts'
import { offsetsToCommit } from '../groups/offsets-to-commit.ts'

/** Versions from here on say that a group is unknown. */
const NOT_FOUND_SINCE = 9

/**
 * OffsetCommit: stores offsets, of a member in its generation, or of anybody in an empty group.
 *
 * Left out: topic ids (version 10).
 */
export const offsetCommit = defineApi({
  request: offsetCommitRequest,
  response: offsetCommitResponse,
  versions: [2, 9],
  async handle(broker, body, { apiVersion }) {
    const { offsets, answer } = offsetsToCommit(broker, body.topics, body.retentionTimeMs)
    const code = await broker.groups.commit({
      groupId: body.groupId,
      memberId: body.memberId,
      instanceId: body.groupInstanceId,
      generation: body.generationIdOrMemberEpoch,
      offsets,
    })
    const isUnspeakable = code === errorCode.GROUP_ID_NOT_FOUND && apiVersion < NOT_FOUND_SINCE
    return { topics: answer(isUnspeakable ? errorCode.ILLEGAL_GENERATION : code) }
  },
  refuse: (body, code) => ({
    topics: body.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
    })),
  }),
})
