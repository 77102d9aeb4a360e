import { errorCode } from '../../protocol/error-codes.ts'
import { offsetDeleteRequest, offsetDeleteResponse } from '../../protocol/messages/group-admin.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'
import type { PartitionName } from '../groups/group-offsets.ts'

/** OffsetDelete: offsets of a group in topics that it doesn't consume. */
export const offsetDelete = defineApi({
  request: offsetDeleteRequest,
  response: offsetDeleteResponse,
  versions: [0, 0],
  async handle(broker, { groupId, topics }) {
    const code = broker.groups.admitDeletion(groupId)
    if (code !== errorCode.NONE) return { errorCode: code, throttleTimeMs: 0, topics: [] }
    const answers = topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(
        partitions.map(async ({ partitionIndex }) => ({
          partitionIndex,
          errorCode: await remove(broker, groupId, { topic: name, partition: partitionIndex }),
        })),
      ),
    }))
    return { errorCode: errorCode.NONE, throttleTimeMs: 0, topics: await Promise.all(answers) }
  },
  refuse: (_body, code) => ({ errorCode: code, throttleTimeMs: 0, topics: [] }),
})

function remove({ topics, groups }: Broker, groupId: string, partition: PartitionName) {
  if (topics.partition(partition.topic, partition.partition) === null) {
    return errorCode.UNKNOWN_TOPIC_OR_PARTITION
  }
  return groups.deleteOffset(groupId, partition)
}
