import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded } from '../../protocol/message.ts'
import type { txnOffsetCommitRequest } from '../../protocol/messages/transactions.ts'
import type { Broker } from '../broker.ts'
import type { CommittedOffset } from './group-offsets.ts'

/** As OffsetCommit and TxnOffsetCommit have it. */
type AskedTopic = Decoded<typeof txnOffsetCommitRequest>['topics'][number]

interface AnsweredTopic {
  readonly name: string
  readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[]
}

/** What a client wants to commit. */
export interface OffsetsToCommit {
  /** Those that can be stored. */
  readonly offsets: readonly CommittedOffset[]
  /** The answer, by the code that became of `offsets`. */
  answer(code: number): readonly AnsweredTopic[]
}

/** @param retentionMs How long to keep the offsets; -1 for as long as others. */
export function offsetsToCommit(
  { topics, groups, config }: Broker,
  asked: readonly AskedTopic[],
  retentionMs: number,
): OffsetsToCommit {
  const nowMs = config.clock.now()
  const { metadataBytesMax } = groups.settings
  const offsets: CommittedOffset[] = []
  /** Errors by topic, in the order of its partitions; null for an offset that can be stored. */
  const checked = asked.map(({ name, partitions }) => {
    const topic = topics.get(name)
    const codes = partitions.map((partition) => {
      const { partitionIndex, committedMetadata } = partition
      if (topic?.partitions[partitionIndex] === undefined) {
        return errorCode.UNKNOWN_TOPIC_OR_PARTITION
      }
      const metadata = committedMetadata ?? ''
      if (Buffer.byteLength(metadata) > metadataBytesMax) {
        return errorCode.OFFSET_METADATA_TOO_LARGE
      }
      const value = {
        offset: partition.committedOffset,
        leaderEpoch: partition.committedLeaderEpoch,
        metadata,
        commitTimestamp: nowMs,
        expireTimestamp: retentionMs < 0 ? -1 : nowMs + retentionMs,
        topicId: topic.id,
      }
      offsets.push({ topic: name, partition: partitionIndex, value })
      return null
    })
    return { name, partitions, codes }
  })
  return {
    offsets,
    answer: (code) =>
      checked.map(({ name, partitions, codes }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }, index) => ({
          partitionIndex,
          errorCode: codes[index] ?? code,
        })),
      })),
  }
}
