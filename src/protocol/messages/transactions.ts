import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** AddPartitionsToTxn (API 24): takes partitions into a transaction. */
export const addPartitionsToTxnRequest = defineMessage({
  key: 24,
  name: 'AddPartitionsToTxnRequest',
  versions: [0, 5],
  flexibleSince: 3,
  fields: {
    transactions: array(
      {
        transactionalId: field('string'),
        producerId: field('int64'),
        producerEpoch: field('int16'),
        verifyOnly: field('bool', { default: false }),
        topics: array({
          name: field('string'),
          partitions: array('int32'),
        }),
      },
      { since: 4 },
    ),
    v3AndBelowTransactionalId: field('string', { until: 3 }),
    v3AndBelowProducerId: field('int64', { until: 3 }),
    v3AndBelowProducerEpoch: field('int16', { until: 3 }),
    v3AndBelowTopics: array(
      {
        name: field('string'),
        partitions: array('int32'),
      },
      { until: 3 },
    ),
  },
})
export type AddPartitionsToTxnRequest = Decoded<typeof addPartitionsToTxnRequest>

export const addPartitionsToTxnResponse = defineMessage({
  key: 24,
  name: 'AddPartitionsToTxnResponse',
  versions: [0, 5],
  flexibleSince: 3,
  fields: {
    throttleTimeMs: field('int32'),
    errorCode: field('int16', { since: 4 }),
    resultsByTransaction: array(
      {
        transactionalId: field('string'),
        topicResults: array({
          name: field('string'),
          resultsByPartition: array({
            partitionIndex: field('int32'),
            partitionErrorCode: field('int16'),
          }),
        }),
      },
      { since: 4 },
    ),
    resultsByTopicV3AndBelow: array(
      {
        name: field('string'),
        resultsByPartition: array({
          partitionIndex: field('int32'),
          partitionErrorCode: field('int16'),
        }),
      },
      { until: 3 },
    ),
  },
})
export type AddPartitionsToTxnResponse = Decoded<typeof addPartitionsToTxnResponse>

/** AddOffsetsToTxn (API 25): takes a group's offsets into a transaction. */
export const addOffsetsToTxnRequest = defineMessage({
  key: 25,
  name: 'AddOffsetsToTxnRequest',
  versions: [0, 4],
  flexibleSince: 3,
  fields: {
    transactionalId: field('string'),
    producerId: field('int64'),
    producerEpoch: field('int16'),
    groupId: field('string'),
  },
})
export type AddOffsetsToTxnRequest = Decoded<typeof addOffsetsToTxnRequest>

export const addOffsetsToTxnResponse = defineMessage({
  key: 25,
  name: 'AddOffsetsToTxnResponse',
  versions: [0, 4],
  flexibleSince: 3,
  fields: {
    throttleTimeMs: field('int32'),
    errorCode: field('int16'),
  },
})
export type AddOffsetsToTxnResponse = Decoded<typeof addOffsetsToTxnResponse>

/** EndTxn (API 26): commits or aborts a transaction. */
export const endTxnRequest = defineMessage({
  key: 26,
  name: 'EndTxnRequest',
  versions: [0, 5],
  flexibleSince: 3,
  fields: {
    transactionalId: field('string'),
    producerId: field('int64'),
    producerEpoch: field('int16'),
    committed: field('bool'),
  },
})
export type EndTxnRequest = Decoded<typeof endTxnRequest>

export const endTxnResponse = defineMessage({
  key: 26,
  name: 'EndTxnResponse',
  versions: [0, 5],
  flexibleSince: 3,
  fields: {
    throttleTimeMs: field('int32'),
    errorCode: field('int16'),
    producerId: field('int64', { since: 5, default: -1 }),
    producerEpoch: field('int16', { since: 5, default: -1 }),
  },
})
export type EndTxnResponse = Decoded<typeof endTxnResponse>

/** TxnOffsetCommit (API 28): stores the offsets of a group when its transaction commits. */
export const txnOffsetCommitRequest = defineMessage({
  key: 28,
  name: 'TxnOffsetCommitRequest',
  versions: [0, 5],
  flexibleSince: 3,
  fields: {
    transactionalId: field('string'),
    groupId: field('string'),
    producerId: field('int64'),
    producerEpoch: field('int16'),
    generationId: field('int32', { since: 3, default: -1 }),
    memberId: field('string', { since: 3, default: '' }),
    groupInstanceId: field('string', { since: 3, nullable: 0, default: null }),
    topics: array({
      name: field('string'),
      partitions: array({
        partitionIndex: field('int32'),
        committedOffset: field('int64'),
        committedLeaderEpoch: field('int32', { since: 2, default: -1 }),
        committedMetadata: field('string', { nullable: 0 }),
      }),
    }),
  },
})
export type TxnOffsetCommitRequest = Decoded<typeof txnOffsetCommitRequest>

export const txnOffsetCommitResponse = defineMessage({
  key: 28,
  name: 'TxnOffsetCommitResponse',
  versions: [0, 5],
  flexibleSince: 3,
  fields: {
    throttleTimeMs: field('int32'),
    topics: array({
      name: field('string'),
      partitions: array({
        partitionIndex: field('int32'),
        errorCode: field('int16'),
      }),
    }),
  },
})
export type TxnOffsetCommitResponse = Decoded<typeof txnOffsetCommitResponse>
