import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** OffsetCommit (API 8): stores the offsets of a group. */
export const offsetCommitRequest = defineMessage({
  key: 8,
  name: 'OffsetCommitRequest',
  versions: [2, 10],
  flexibleSince: 8,
  fields: {
    groupId: field('string'),
    generationIdOrMemberEpoch: field('int32', { default: -1 }),
    memberId: field('string'),
    groupInstanceId: field('string', { since: 7, nullable: 0, default: null }),
    retentionTimeMs: field('int64', { until: 4, default: -1 }),
    topics: array({
      name: field('string', { until: 9 }),
      topicId: field('uuid', { since: 10 }),
      partitions: array({
        partitionIndex: field('int32'),
        committedOffset: field('int64'),
        committedLeaderEpoch: field('int32', { since: 6, default: -1 }),
        committedMetadata: field('string', { nullable: 0 }),
      }),
    }),
  },
})
export type OffsetCommitRequest = Decoded<typeof offsetCommitRequest>

export const offsetCommitResponse = defineMessage({
  key: 8,
  name: 'OffsetCommitResponse',
  versions: [2, 10],
  flexibleSince: 8,
  fields: {
    throttleTimeMs: field('int32', { since: 3 }),
    topics: array({
      name: field('string', { until: 9 }),
      topicId: field('uuid', { since: 10 }),
      partitions: array({
        partitionIndex: field('int32'),
        errorCode: field('int16'),
      }),
    }),
  },
})
export type OffsetCommitResponse = Decoded<typeof offsetCommitResponse>

/** OffsetFetch (API 9): the stored offsets of groups. */
export const offsetFetchRequest = defineMessage({
  key: 9,
  name: 'OffsetFetchRequest',
  versions: [1, 10],
  flexibleSince: 6,
  fields: {
    groupId: field('string', { until: 7 }),
    topics: array(
      {
        name: field('string'),
        partitionIndexes: array('int32'),
      },
      { until: 7, nullable: 2 },
    ),
    groups: array(
      {
        groupId: field('string'),
        memberId: field('string', { since: 9, nullable: 0, default: null }),
        memberEpoch: field('int32', { since: 9, default: -1 }),
        topics: array(
          {
            name: field('string', { until: 9 }),
            topicId: field('uuid', { since: 10 }),
            partitionIndexes: array('int32'),
          },
          { nullable: 0 },
        ),
      },
      { since: 8 },
    ),
    requireStable: field('bool', { since: 7, default: false }),
  },
})
export type OffsetFetchRequest = Decoded<typeof offsetFetchRequest>

export const offsetFetchResponse = defineMessage({
  key: 9,
  name: 'OffsetFetchResponse',
  versions: [1, 10],
  flexibleSince: 6,
  fields: {
    throttleTimeMs: field('int32', { since: 3 }),
    topics: array(
      {
        name: field('string'),
        partitions: array({
          partitionIndex: field('int32'),
          committedOffset: field('int64'),
          committedLeaderEpoch: field('int32', { since: 5, default: -1 }),
          metadata: field('string', { nullable: 0 }),
          errorCode: field('int16'),
        }),
      },
      { until: 7 },
    ),
    errorCode: field('int16', { since: 2, until: 7, default: 0 }),
    groups: array(
      {
        groupId: field('string'),
        topics: array({
          name: field('string', { until: 9 }),
          topicId: field('uuid', { since: 10 }),
          partitions: array({
            partitionIndex: field('int32'),
            committedOffset: field('int64'),
            committedLeaderEpoch: field('int32', { default: -1 }),
            metadata: field('string', { nullable: 0 }),
            errorCode: field('int16'),
          }),
        }),
        errorCode: field('int16', { default: 0 }),
      },
      { since: 8 },
    ),
  },
})
export type OffsetFetchResponse = Decoded<typeof offsetFetchResponse>
