import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** CreateTopics (API 19): creates topics or checks whether they could be. */
export const createTopicsRequest = defineMessage({
  key: 19,
  name: 'CreateTopicsRequest',
  versions: [2, 7],
  flexibleSince: 5,
  fields: {
    topics: array({
      name: field('string'),
      numPartitions: field('int32'),
      replicationFactor: field('int16'),
      assignments: array({
        partitionIndex: field('int32'),
        brokerIds: array('int32'),
      }),
      configs: array({
        name: field('string'),
        value: field('string', { nullable: 0 }),
      }),
    }),
    timeoutMs: field('int32', { default: 60000 }),
    validateOnly: field('bool', { default: false }),
  },
})
export type CreateTopicsRequest = Decoded<typeof createTopicsRequest>

export const createTopicsResponse = defineMessage({
  key: 19,
  name: 'CreateTopicsResponse',
  versions: [2, 7],
  flexibleSince: 5,
  fields: {
    throttleTimeMs: field('int32'),
    topics: array({
      name: field('string'),
      topicId: field('uuid', { since: 7 }),
      errorCode: field('int16'),
      errorMessage: field('string', { nullable: 0 }),
      topicConfigErrorCode: field('int16', { since: 5, tag: 0 }),
      numPartitions: field('int32', { since: 5, default: -1 }),
      replicationFactor: field('int16', { since: 5, default: -1 }),
      configs: array(
        {
          name: field('string'),
          value: field('string', { nullable: 0 }),
          readOnly: field('bool'),
          configSource: field('int8', { default: -1 }),
          isSensitive: field('bool'),
        },
        { since: 5, nullable: 0 },
      ),
    }),
  },
})
export type CreateTopicsResponse = Decoded<typeof createTopicsResponse>

/** DeleteTopics (API 20): deletes topics by name or id. */
export const deleteTopicsRequest = defineMessage({
  key: 20,
  name: 'DeleteTopicsRequest',
  versions: [1, 6],
  flexibleSince: 4,
  fields: {
    topics: array(
      {
        name: field('string', { nullable: 0, default: null }),
        topicId: field('uuid'),
      },
      { since: 6 },
    ),
    topicNames: array('string', { until: 5 }),
    timeoutMs: field('int32'),
  },
})
export type DeleteTopicsRequest = Decoded<typeof deleteTopicsRequest>

export const deleteTopicsResponse = defineMessage({
  key: 20,
  name: 'DeleteTopicsResponse',
  versions: [1, 6],
  flexibleSince: 4,
  fields: {
    throttleTimeMs: field('int32'),
    responses: array({
      name: field('string', { nullable: 6 }),
      topicId: field('uuid', { since: 6 }),
      errorCode: field('int16'),
      errorMessage: field('string', { since: 5, nullable: 0, default: null }),
    }),
  },
})
export type DeleteTopicsResponse = Decoded<typeof deleteTopicsResponse>

/** CreatePartitions (API 37): adds partitions to topics. */
export const createPartitionsRequest = defineMessage({
  key: 37,
  name: 'CreatePartitionsRequest',
  versions: [0, 3],
  flexibleSince: 2,
  fields: {
    topics: array({
      name: field('string'),
      count: field('int32'),
      assignments: array(
        {
          brokerIds: array('int32'),
        },
        { nullable: 0 },
      ),
    }),
    timeoutMs: field('int32'),
    validateOnly: field('bool'),
  },
})
export type CreatePartitionsRequest = Decoded<typeof createPartitionsRequest>

export const createPartitionsResponse = defineMessage({
  key: 37,
  name: 'CreatePartitionsResponse',
  versions: [0, 3],
  flexibleSince: 2,
  fields: {
    throttleTimeMs: field('int32'),
    results: array({
      name: field('string'),
      errorCode: field('int16'),
      errorMessage: field('string', { nullable: 0, default: null }),
    }),
  },
})
export type CreatePartitionsResponse = Decoded<typeof createPartitionsResponse>

/** DeleteRecords (API 21): drops the records before an offset. */
export const deleteRecordsRequest = defineMessage({
  key: 21,
  name: 'DeleteRecordsRequest',
  versions: [0, 2],
  flexibleSince: 2,
  fields: {
    topics: array({
      name: field('string'),
      partitions: array({
        partitionIndex: field('int32'),
        offset: field('int64'),
      }),
    }),
    timeoutMs: field('int32'),
  },
})
export type DeleteRecordsRequest = Decoded<typeof deleteRecordsRequest>

export const deleteRecordsResponse = defineMessage({
  key: 21,
  name: 'DeleteRecordsResponse',
  versions: [0, 2],
  flexibleSince: 2,
  fields: {
    throttleTimeMs: field('int32'),
    topics: array({
      name: field('string'),
      partitions: array({
        partitionIndex: field('int32'),
        lowWatermark: field('int64'),
        errorCode: field('int16'),
      }),
    }),
  },
})
export type DeleteRecordsResponse = Decoded<typeof deleteRecordsResponse>
