import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** ConsumerProtocolSubscription: what a consumer wants, in its JoinGroup metadata. */
export const consumerProtocolSubscription = defineMessage({
  key: null,
  name: 'ConsumerProtocolSubscription',
  versions: [0, 3],
  flexibleSince: null,
  fields: {
    topics: array('string'),
    userData: field('bytes', { nullable: 0, default: null }),
    ownedPartitions: array(
      {
        topic: field('string'),
        partitions: array('int32'),
      },
      { since: 1 },
    ),
    generationId: field('int32', { since: 2, default: -1 }),
    rackId: field('string', { since: 3, nullable: 0, default: null }),
  },
})
export type ConsumerProtocolSubscription = Decoded<typeof consumerProtocolSubscription>

/** ConsumerProtocolAssignment: what a consumer gets, in its SyncGroup assignment. */
export const consumerProtocolAssignment = defineMessage({
  key: null,
  name: 'ConsumerProtocolAssignment',
  versions: [0, 3],
  flexibleSince: null,
  fields: {
    assignedPartitions: array({
      topic: field('string'),
      partitions: array('int32'),
    }),
    userData: field('bytes', { nullable: 0, default: null }),
  },
})
export type ConsumerProtocolAssignment = Decoded<typeof consumerProtocolAssignment>
