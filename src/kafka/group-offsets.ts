import { errorCode } from '../protocol/error-codes.ts'
import { offsetCommit, offsetFetch } from './apis.ts'
import { brokerError } from './broker-error.ts'
import type { PartitionOffset, TopicPartition } from './client.ts'
import type { Coordinator } from './coordinator.ts'

/** Who commits: a member of the group, or anybody while it has none. */
export interface Committer {
  readonly generation: number
  readonly memberId: string
  readonly instanceId: string | null
}

export const nobody: Committer = { generation: -1, memberId: '', instanceId: null }

/**
 * Offsets that the group has stored, of those asked for; null asks for all.
 * @throws ConnectError
 */
export async function fetchGroupOffsets(
  coordinator: Coordinator,
  partitions: readonly TopicPartition[] | null,
): Promise<readonly PartitionOffset[]> {
  const { key: groupId } = coordinator
  const topics =
    partitions === null
      ? null
      : [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, group]) => ({
          name,
          partitionIndexes: group.map(({ partition }) => partition),
        }))
  const answer = await coordinator.send(offsetFetch, {
    groupId,
    topics,
    groups: [{ groupId, topics }],
    requireStable: true,
  })
  const group = answer.groups[0] ?? answer
  coordinator.check('reading offsets', group.errorCode)
  return (group.topics ?? []).flatMap(({ name, partitions: found }) =>
    found.flatMap(({ partitionIndex, committedOffset, errorCode: code }) => {
      if (code !== errorCode.NONE) {
        throw brokerError(`reading the offset of ${name}-${partitionIndex} for ${groupId}`, code)
      }
      if (committedOffset < 0) return []
      return [{ topic: name, partition: partitionIndex, offset: committedOffset }]
    }),
  )
}

/**
 * Stores offsets in the group.
 * @returns The first error code other than NONE, with its partition; null when all are stored.
 */
export async function commitGroupOffsets(
  coordinator: Coordinator,
  { generation, memberId, instanceId }: Committer,
  offsets: readonly PartitionOffset[],
): Promise<(TopicPartition & { readonly code: number }) | null> {
  const answer = await coordinator.send(offsetCommit, {
    groupId: coordinator.key,
    generationIdOrMemberEpoch: generation,
    memberId,
    groupInstanceId: instanceId,
    topics: [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, group]) => ({
      name,
      partitions: group.map(({ partition, offset }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedMetadata: '',
      })),
    })),
  })
  for (const { name, partitions } of answer.topics) {
    for (const { partitionIndex, errorCode: code } of partitions) {
      if (code !== errorCode.NONE) return { topic: name, partition: partitionIndex, code }
    }
  }
  return null
}
