import { errorCode } from '../../protocol/error-codes.ts'
import {
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
} from '../../protocol/messages/list-offsets.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'
import { LEADER_EPOCH, leaderEpochError } from '../log/leader-epoch.ts'

/** OffsetForLeaderEpoch: the end of the log, as there is only one leader epoch. */
export const offsetForLeaderEpoch = defineApi({
  request: offsetForLeaderEpochRequest,
  response: offsetForLeaderEpochResponse,
  versions: [2, 4],
  handle: (broker, { topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch }) => ({
        partition,
        errorCode: leaderEpochError(currentLeaderEpoch),
        ...end(broker, topic, partition, leaderEpoch),
      })),
    })),
  }),
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => ({ partition, errorCode: code })),
    })),
  }),
})

function end({ topics }: Broker, topic: string, partition: number, leaderEpoch: number) {
  const log = topics.partition(topic, partition)
  if (log === null) return { errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION }
  return leaderEpoch === LEADER_EPOCH ? { leaderEpoch, endOffset: log.endOffset } : {}
}
