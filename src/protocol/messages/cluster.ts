import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** DescribeCluster (API 60): cluster id, controller and brokers. */
export const describeClusterRequest = defineMessage({
  key: 60,
  name: 'DescribeClusterRequest',
  versions: [0, 2],
  flexibleSince: 0,
  fields: {
    includeClusterAuthorizedOperations: field('bool'),
    endpointType: field('int8', { since: 1, default: 1 }),
    includeFencedBrokers: field('bool', { since: 2 }),
  },
})
export type DescribeClusterRequest = Decoded<typeof describeClusterRequest>

export const describeClusterResponse = defineMessage({
  key: 60,
  name: 'DescribeClusterResponse',
  versions: [0, 2],
  flexibleSince: 0,
  fields: {
    throttleTimeMs: field('int32'),
    errorCode: field('int16'),
    errorMessage: field('string', { nullable: 0, default: null }),
    endpointType: field('int8', { since: 1, default: 1 }),
    clusterId: field('string'),
    controllerId: field('int32', { default: -1 }),
    brokers: array({
      brokerId: field('int32'),
      host: field('string'),
      port: field('int32'),
      rack: field('string', { nullable: 0, default: null }),
      isFenced: field('bool', { since: 2 }),
    }),
    clusterAuthorizedOperations: field('int32', { default: -(2 ** 31) }),
  },
})
export type DescribeClusterResponse = Decoded<typeof describeClusterResponse>

/** DescribeLogDirs (API 35): partitions and sizes in a broker's log directories. */
export const describeLogDirsRequest = defineMessage({
  key: 35,
  name: 'DescribeLogDirsRequest',
  versions: [1, 5],
  flexibleSince: 2,
  fields: {
    topics: array(
      {
        topic: field('string'),
        partitions: array('int32'),
      },
      { nullable: 0 },
    ),
  },
})
export type DescribeLogDirsRequest = Decoded<typeof describeLogDirsRequest>

export const describeLogDirsResponse = defineMessage({
  key: 35,
  name: 'DescribeLogDirsResponse',
  versions: [1, 5],
  flexibleSince: 2,
  fields: {
    throttleTimeMs: field('int32'),
    errorCode: field('int16', { since: 3 }),
    results: array({
      errorCode: field('int16'),
      logDir: field('string'),
      topics: array({
        name: field('string'),
        partitions: array({
          partitionIndex: field('int32'),
          partitionSize: field('int64'),
          offsetLag: field('int64'),
          isFutureKey: field('bool'),
        }),
      }),
      totalBytes: field('int64', { since: 4, default: -1 }),
      usableBytes: field('int64', { since: 4, default: -1 }),
      isCordoned: field('bool', { since: 5, default: false }),
    }),
  },
})
export type DescribeLogDirsResponse = Decoded<typeof describeLogDirsResponse>
