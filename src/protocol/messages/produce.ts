import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** Produce (API 0): appends record batches to partitions. */
export const produceRequest = defineMessage({
  key: 0,
  name: 'ProduceRequest',
  versions: [3, 13],
  flexibleSince: 9,
  fields: {
    transactionalId: field('string', { nullable: 0, default: null }),
    acks: field('int16'),
    timeoutMs: field('int32'),
    topicData: array({
      name: field('string', { until: 12 }),
      topicId: field('uuid', { since: 13 }),
      partitionData: array({
        index: field('int32'),
        records: field('records', { nullable: 0 }),
      }),
    }),
  },
})
export type ProduceRequest = Decoded<typeof produceRequest>

export const produceResponse = defineMessage({
  key: 0,
  name: 'ProduceResponse',
  versions: [3, 13],
  flexibleSince: 9,
  fields: {
    responses: array({
      name: field('string', { until: 12 }),
      topicId: field('uuid', { since: 13 }),
      partitionResponses: array({
        index: field('int32'),
        errorCode: field('int16'),
        baseOffset: field('int64'),
        logAppendTimeMs: field('int64', { default: -1 }),
        logStartOffset: field('int64', { since: 5, default: -1 }),
        recordErrors: array(
          {
            batchIndex: field('int32'),
            batchIndexErrorMessage: field('string', { nullable: 0, default: null }),
          },
          { since: 8 },
        ),
        errorMessage: field('string', { since: 8, nullable: 0, default: null }),
        currentLeader: field(
          {
            leaderId: field('int32', { default: -1 }),
            leaderEpoch: field('int32', { default: -1 }),
          },
          { since: 10, tag: 0 },
        ),
      }),
    }),
    throttleTimeMs: field('int32', { default: 0 }),
    nodeEndpoints: array(
      {
        nodeId: field('int32'),
        host: field('string'),
        port: field('int32'),
        rack: field('string', { nullable: 0, default: null }),
      },
      { since: 10, tag: 0 },
    ),
  },
})
export type ProduceResponse = Decoded<typeof produceResponse>
