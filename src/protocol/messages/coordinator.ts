import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** FindCoordinator (API 10): which broker coordinates a group or a transactional id. */
export const findCoordinatorRequest = defineMessage({
  key: 10,
  name: 'FindCoordinatorRequest',
  versions: [0, 6],
  flexibleSince: 3,
  fields: {
    key: field('string', { until: 3 }),
    keyType: field('int8', { since: 1, default: 0 }),
    coordinatorKeys: array('string', { since: 4 }),
  },
})
export type FindCoordinatorRequest = Decoded<typeof findCoordinatorRequest>

export const findCoordinatorResponse = defineMessage({
  key: 10,
  name: 'FindCoordinatorResponse',
  versions: [0, 6],
  flexibleSince: 3,
  fields: {
    throttleTimeMs: field('int32', { since: 1 }),
    errorCode: field('int16', { until: 3 }),
    errorMessage: field('string', { since: 1, until: 3, nullable: 0 }),
    nodeId: field('int32', { until: 3 }),
    host: field('string', { until: 3 }),
    port: field('int32', { until: 3 }),
    coordinators: array(
      {
        key: field('string'),
        nodeId: field('int32'),
        host: field('string'),
        port: field('int32'),
        errorCode: field('int16'),
        errorMessage: field('string', { nullable: 0 }),
      },
      { since: 4 },
    ),
  },
})
export type FindCoordinatorResponse = Decoded<typeof findCoordinatorResponse>
