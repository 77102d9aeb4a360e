import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** Metadata (API 3): brokers, topics and the leaders of their partitions. */
export const metadataRequest = defineMessage({
  key: 3,
  name: 'MetadataRequest',
  versions: [0, 13],
  flexibleSince: 9,
  fields: {
    topics: array(
      {
        topicId: field('uuid', { since: 10 }),
        name: field('string', { nullable: 10 }),
      },
      { nullable: 1 },
    ),
    allowAutoTopicCreation: field('bool', { since: 4, default: true }),
    includeClusterAuthorizedOperations: field('bool', { since: 8, until: 10 }),
    includeTopicAuthorizedOperations: field('bool', { since: 8 }),
  },
})
export type MetadataRequest = Decoded<typeof metadataRequest>

export const metadataResponse = defineMessage({
  key: 3,
  name: 'MetadataResponse',
  versions: [0, 13],
  flexibleSince: 9,
  fields: {
    throttleTimeMs: field('int32', { since: 3 }),
    brokers: array({
      nodeId: field('int32'),
      host: field('string'),
      port: field('int32'),
      rack: field('string', { since: 1, nullable: 0, default: null }),
    }),
    clusterId: field('string', { since: 2, nullable: 0, default: null }),
    controllerId: field('int32', { since: 1, default: -1 }),
    topics: array({
      errorCode: field('int16'),
      name: field('string', { nullable: 12 }),
      topicId: field('uuid', { since: 10 }),
      isInternal: field('bool', { since: 1, default: false }),
      partitions: array({
        errorCode: field('int16'),
        partitionIndex: field('int32'),
        leaderId: field('int32'),
        leaderEpoch: field('int32', { since: 7, default: -1 }),
        replicaNodes: array('int32'),
        isrNodes: array('int32'),
        offlineReplicas: array('int32', { since: 5 }),
      }),
      topicAuthorizedOperations: field('int32', { since: 8, default: -(2 ** 31) }),
    }),
    clusterAuthorizedOperations: field('int32', { since: 8, until: 10, default: -(2 ** 31) }),
    errorCode: field('int16', { since: 13 }),
  },
})
export type MetadataResponse = Decoded<typeof metadataResponse>
