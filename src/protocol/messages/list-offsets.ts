import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** ListOffsets (API 2): the offset at a time, at the start or at the end of partitions. */
export const listOffsetsRequest = defineMessage({
  key: 2,
  name: 'ListOffsetsRequest',
  versions: [1, 11],
  flexibleSince: 6,
  fields: {
    replicaId: field('int32'),
    isolationLevel: field('int8', { since: 2 }),
    topics: array({
      name: field('string'),
      partitions: array({
        partitionIndex: field('int32'),
        currentLeaderEpoch: field('int32', { since: 4, default: -1 }),
        timestamp: field('int64'),
      }),
    }),
    timeoutMs: field('int32', { since: 10 }),
  },
})
export type ListOffsetsRequest = Decoded<typeof listOffsetsRequest>

export const listOffsetsResponse = defineMessage({
  key: 2,
  name: 'ListOffsetsResponse',
  versions: [1, 11],
  flexibleSince: 6,
  fields: {
    throttleTimeMs: field('int32', { since: 2 }),
    topics: array({
      name: field('string'),
      partitions: array({
        partitionIndex: field('int32'),
        errorCode: field('int16'),
        timestamp: field('int64', { default: -1 }),
        offset: field('int64', { default: -1 }),
        leaderEpoch: field('int32', { since: 4, default: -1 }),
      }),
    }),
  },
})
export type ListOffsetsResponse = Decoded<typeof listOffsetsResponse>

/** OffsetForLeaderEpoch (API 23): where a leader epoch ended, to notice a log that was cut back. */
export const offsetForLeaderEpochRequest = defineMessage({
  key: 23,
  name: 'OffsetForLeaderEpochRequest',
  versions: [2, 4],
  flexibleSince: 4,
  fields: {
    replicaId: field('int32', { since: 3, default: -2 }),
    topics: array({
      topic: field('string'),
      partitions: array({
        partition: field('int32'),
        currentLeaderEpoch: field('int32', { default: -1 }),
        leaderEpoch: field('int32'),
      }),
    }),
  },
})
export type OffsetForLeaderEpochRequest = Decoded<typeof offsetForLeaderEpochRequest>

export const offsetForLeaderEpochResponse = defineMessage({
  key: 23,
  name: 'OffsetForLeaderEpochResponse',
  versions: [2, 4],
  flexibleSince: 4,
  fields: {
    throttleTimeMs: field('int32'),
    topics: array({
      topic: field('string'),
      partitions: array({
        errorCode: field('int16'),
        partition: field('int32'),
        leaderEpoch: field('int32', { default: -1 }),
        endOffset: field('int64', { default: -1 }),
      }),
    }),
  },
})
export type OffsetForLeaderEpochResponse = Decoded<typeof offsetForLeaderEpochResponse>
