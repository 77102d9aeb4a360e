import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** WriteTxnMarkers (API 27): ends transactions in the logs of partitions. */
export const writeTxnMarkersRequest = defineMessage({
  key: 27,
  name: 'WriteTxnMarkersRequest',
  versions: [1, 2],
  flexibleSince: 1,
  fields: {
    markers: array({
      producerId: field('int64'),
      producerEpoch: field('int16'),
      transactionResult: field('bool'),
      topics: array({
        name: field('string'),
        partitionIndexes: array('int32'),
      }),
      coordinatorEpoch: field('int32'),
      transactionVersion: field('int8', { since: 2, default: 0 }),
    }),
  },
})
export type WriteTxnMarkersRequest = Decoded<typeof writeTxnMarkersRequest>

export const writeTxnMarkersResponse = defineMessage({
  key: 27,
  name: 'WriteTxnMarkersResponse',
  versions: [1, 2],
  flexibleSince: 1,
  fields: {
    markers: array({
      producerId: field('int64'),
      topics: array({
        name: field('string'),
        partitions: array({
          partitionIndex: field('int32'),
          errorCode: field('int16'),
        }),
      }),
    }),
  },
})
export type WriteTxnMarkersResponse = Decoded<typeof writeTxnMarkersResponse>

/** DescribeProducers (API 61): producers with state in partitions. */
export const describeProducersRequest = defineMessage({
  key: 61,
  name: 'DescribeProducersRequest',
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    topics: array({
      name: field('string'),
      partitionIndexes: array('int32'),
    }),
  },
})
export type DescribeProducersRequest = Decoded<typeof describeProducersRequest>

export const describeProducersResponse = defineMessage({
  key: 61,
  name: 'DescribeProducersResponse',
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    throttleTimeMs: field('int32'),
    topics: array({
      name: field('string'),
      partitions: array({
        partitionIndex: field('int32'),
        errorCode: field('int16'),
        errorMessage: field('string', { nullable: 0, default: null }),
        activeProducers: array({
          producerId: field('int64'),
          producerEpoch: field('int32'),
          lastSequence: field('int32', { default: -1 }),
          lastTimestamp: field('int64', { default: -1 }),
          coordinatorEpoch: field('int32'),
          currentTxnStartOffset: field('int64', { default: -1 }),
        }),
      }),
    }),
  },
})
export type DescribeProducersResponse = Decoded<typeof describeProducersResponse>

/** DescribeTransactions (API 65): state of transactions by their ids. */
export const describeTransactionsRequest = defineMessage({
  key: 65,
  name: 'DescribeTransactionsRequest',
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    transactionalIds: array('string'),
  },
})
export type DescribeTransactionsRequest = Decoded<typeof describeTransactionsRequest>

export const describeTransactionsResponse = defineMessage({
  key: 65,
  name: 'DescribeTransactionsResponse',
  versions: [0, 0],
  flexibleSince: 0,
  fields: {
    throttleTimeMs: field('int32'),
    transactionStates: array({
      errorCode: field('int16'),
      transactionalId: field('string'),
      transactionState: field('string'),
      transactionTimeoutMs: field('int32'),
      transactionStartTimeMs: field('int64'),
      producerId: field('int64'),
      producerEpoch: field('int16'),
      topics: array({
        topic: field('string'),
        partitions: array('int32'),
      }),
    }),
  },
})
export type DescribeTransactionsResponse = Decoded<typeof describeTransactionsResponse>

/** ListTransactions (API 66): transactions by state, producer or age. */
export const listTransactionsRequest = defineMessage({
  key: 66,
  name: 'ListTransactionsRequest',
  versions: [0, 2],
  flexibleSince: 0,
  fields: {
    stateFilters: array('string'),
    producerIdFilters: array('int64'),
    durationFilter: field('int64', { since: 1, default: -1 }),
    transactionalIdPattern: field('string', { since: 2, nullable: 0, default: null }),
  },
})
export type ListTransactionsRequest = Decoded<typeof listTransactionsRequest>

export const listTransactionsResponse = defineMessage({
  key: 66,
  name: 'ListTransactionsResponse',
  versions: [0, 2],
  flexibleSince: 0,
  fields: {
    throttleTimeMs: field('int32'),
    errorCode: field('int16'),
    unknownStateFilters: array('string'),
    transactionStates: array({
      transactionalId: field('string'),
      producerId: field('int64'),
      transactionState: field('string'),
    }),
  },
})
export type ListTransactionsResponse = Decoded<typeof listTransactionsResponse>
