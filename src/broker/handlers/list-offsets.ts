import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded, Encodable } from '../../protocol/message.ts'
import { listOffsetsRequest, listOffsetsResponse } from '../../protocol/messages/list-offsets.ts'
import { defineApi } from '../api.ts'
import { LEADER_EPOCH, leaderEpochError } from '../log/leader-epoch.ts'
import type { PartitionLog } from '../log/partition-log.ts'

type Asked = Decoded<typeof listOffsetsRequest>['topics'][number]['partitions'][number]
type Answer = Encodable<typeof listOffsetsResponse>['topics'][number]['partitions'][number]

/** Times that stand for a place in the log. */
const latest = -1
const earliest = -2
const maxTimestamp = -3
const earliestLocal = -4
const latestTiered = -5

/** ListOffsets: the first, the last, or the first from a time on. Left out: tiers, as there are none. */
export const listOffsets = defineApi({
  request: listOffsetsRequest,
  response: listOffsetsResponse,
  versions: [1, 10],
  async handle(broker, body) {
    const topics = body.topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(
        partitions.map((asked) =>
          answer(broker.topics.partition(name, asked.partitionIndex), asked, body.isolationLevel),
        ),
      ),
    }))
    return { topics: await Promise.all(topics) }
  },
  refuse: (body, code) => ({
    topics: body.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
    })),
  }),
})

async function answer(
  log: PartitionLog | null,
  { partitionIndex, timestamp, currentLeaderEpoch }: Asked,
  isolationLevel: number,
): Promise<Answer> {
  if (log === null) return { partitionIndex, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION }
  const wrongEpoch = leaderEpochError(currentLeaderEpoch)
  if (wrongEpoch !== errorCode.NONE) return { partitionIndex, errorCode: wrongEpoch }
  if (timestamp < latestTiered) return { partitionIndex, errorCode: errorCode.UNSUPPORTED_VERSION }
  const found = await find(log, timestamp, isolationLevel)
  const leaderEpoch = found.offset === -1 ? -1 : LEADER_EPOCH
  return { partitionIndex, errorCode: errorCode.NONE, leaderEpoch, ...found }
}

async function find(log: PartitionLog, timestamp: number, isolationLevel: number) {
  switch (timestamp) {
    case latest:
      return { offset: isolationLevel === 1 ? log.lastStableOffset : log.highWatermark }
    case earliest:
    case earliestLocal:
      return { offset: log.startOffset }
    case latestTiered:
      return { offset: -1 }
    case maxTimestamp:
      return await log.findLargestTimestamp()
    default:
      return await log.findTimestamp(timestamp)
  }
}
