import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/group-offsets.ts'
import { defineApi } from '../api.ts'
import { offsetsToCommit } from '../groups/offsets-to-commit.ts'

/**
 * OffsetCommit: stores offsets, of a member in its generation, or of anybody in an empty group.
 *
 * Left out: topic ids (version 10).
 */
export const offsetCommit = defineApi({
  request: offsetCommitRequest,
  response: offsetCommitResponse,
  versions: [2, 9],
  async handle(broker, body) {
    const { offsets, answer } = offsetsToCommit(broker, body.topics, body.retentionTimeMs)
    const code = await broker.groups.commit({
      groupId: body.groupId,
      memberId: body.memberId,
      instanceId: body.groupInstanceId,
      generation: body.generationIdOrMemberEpoch,
      offsets,
    })
    return { topics: answer(code) }
  },
  refuse: (body, code) => ({
    topics: body.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
    })),
  }),
})
