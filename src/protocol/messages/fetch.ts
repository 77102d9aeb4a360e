import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** Fetch (API 1): reads record batches from partitions, waiting for new ones. */
export const fetchRequest = defineMessage({
  key: 1,
  name: 'FetchRequest',
  versions: [4, 18],
  flexibleSince: 12,
  fields: {
    clusterId: field('string', { since: 12, nullable: 0, tag: 0, default: null }),
    replicaId: field('int32', { until: 14, default: -1 }),
    replicaState: field(
      {
        replicaId: field('int32', { default: -1 }),
        replicaEpoch: field('int64', { default: -1 }),
      },
      { since: 15, tag: 1 },
    ),
    maxWaitMs: field('int32'),
    minBytes: field('int32'),
    maxBytes: field('int32', { default: 0x7fff_ffff }),
    isolationLevel: field('int8', { default: 0 }),
    sessionId: field('int32', { since: 7, default: 0 }),
    sessionEpoch: field('int32', { since: 7, default: -1 }),
    topics: array({
      topic: field('string', { until: 12 }),
      topicId: field('uuid', { since: 13 }),
      partitions: array({
        partition: field('int32'),
        currentLeaderEpoch: field('int32', { since: 9, default: -1 }),
        fetchOffset: field('int64'),
        lastFetchedEpoch: field('int32', { since: 12, default: -1 }),
        logStartOffset: field('int64', { since: 5, default: -1 }),
        partitionMaxBytes: field('int32'),
        replicaDirectoryId: field('uuid', { since: 17, tag: 0 }),
        highWatermark: field('int64', { since: 18, tag: 1, default: 2 ** 63 }),
      }),
    }),
    forgottenTopicsData: array(
      {
        topic: field('string', { until: 12 }),
        topicId: field('uuid', { since: 13 }),
        partitions: array('int32'),
      },
      { since: 7 },
    ),
    rackId: field('string', { since: 11, default: '' }),
  },
})
export type FetchRequest = Decoded<typeof fetchRequest>

export const fetchResponse = defineMessage({
  key: 1,
  name: 'FetchResponse',
  versions: [4, 18],
  flexibleSince: 12,
  fields: {
    throttleTimeMs: field('int32'),
    errorCode: field('int16', { since: 7 }),
    sessionId: field('int32', { since: 7, default: 0 }),
    responses: array({
      topic: field('string', { until: 12 }),
      topicId: field('uuid', { since: 13 }),
      partitions: array({
        partitionIndex: field('int32'),
        errorCode: field('int16'),
        highWatermark: field('int64'),
        lastStableOffset: field('int64', { default: -1 }),
        logStartOffset: field('int64', { since: 5, default: -1 }),
        divergingEpoch: field(
          {
            epoch: field('int32', { default: -1 }),
            endOffset: field('int64', { default: -1 }),
          },
          { since: 12, tag: 0 },
        ),
        currentLeader: field(
          {
            leaderId: field('int32', { default: -1 }),
            leaderEpoch: field('int32', { default: -1 }),
          },
          { since: 12, tag: 1 },
        ),
        snapshotId: field(
          {
            endOffset: field('int64', { default: -1 }),
            epoch: field('int32', { default: -1 }),
          },
          { since: 12, tag: 2 },
        ),
        abortedTransactions: array(
          {
            producerId: field('int64'),
            firstOffset: field('int64'),
          },
          { nullable: 0 },
        ),
        preferredReadReplica: field('int32', { since: 11, default: -1 }),
        records: field('records', { nullable: 0 }),
      }),
    }),
    nodeEndpoints: array(
      {
        nodeId: field('int32'),
        host: field('string'),
        port: field('int32'),
        rack: field('string', { nullable: 0, default: null }),
      },
      { since: 16, tag: 0 },
    ),
  },
})
export type FetchResponse = Decoded<typeof fetchResponse>
