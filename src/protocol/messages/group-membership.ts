import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** JoinGroup (API 11): enters a group; answered once all its members are known. */
export const joinGroupRequest = defineMessage({
  key: 11,
  name: 'JoinGroupRequest',
  versions: [0, 9],
  flexibleSince: 6,
  fields: {
    groupId: field('string'),
    sessionTimeoutMs: field('int32'),
    rebalanceTimeoutMs: field('int32', { since: 1, default: -1 }),
    memberId: field('string'),
    groupInstanceId: field('string', { since: 5, nullable: 0, default: null }),
    protocolType: field('string'),
    protocols: array({
      name: field('string'),
      metadata: field('bytes'),
    }),
    reason: field('string', { since: 8, nullable: 0, default: null }),
  },
})
export type JoinGroupRequest = Decoded<typeof joinGroupRequest>

export const joinGroupResponse = defineMessage({
  key: 11,
  name: 'JoinGroupResponse',
  versions: [0, 9],
  flexibleSince: 6,
  fields: {
    throttleTimeMs: field('int32', { since: 2 }),
    errorCode: field('int16'),
    generationId: field('int32', { default: -1 }),
    protocolType: field('string', { since: 7, nullable: 0, default: null }),
    protocolName: field('string', { nullable: 7 }),
    leader: field('string'),
    skipAssignment: field('bool', { since: 9, default: false }),
    memberId: field('string'),
    members: array({
      memberId: field('string'),
      groupInstanceId: field('string', { since: 5, nullable: 0, default: null }),
      metadata: field('bytes'),
    }),
  },
})
export type JoinGroupResponse = Decoded<typeof joinGroupResponse>

/** SyncGroup (API 14): hands in the leader's assignment and gets one's own. */
export const syncGroupRequest = defineMessage({
  key: 14,
  name: 'SyncGroupRequest',
  versions: [0, 5],
  flexibleSince: 4,
  fields: {
    groupId: field('string'),
    generationId: field('int32'),
    memberId: field('string'),
    groupInstanceId: field('string', { since: 3, nullable: 0, default: null }),
    protocolType: field('string', { since: 5, nullable: 0, default: null }),
    protocolName: field('string', { since: 5, nullable: 0, default: null }),
    assignments: array({
      memberId: field('string'),
      assignment: field('bytes'),
    }),
  },
})
export type SyncGroupRequest = Decoded<typeof syncGroupRequest>

export const syncGroupResponse = defineMessage({
  key: 14,
  name: 'SyncGroupResponse',
  versions: [0, 5],
  flexibleSince: 4,
  fields: {
    throttleTimeMs: field('int32', { since: 1 }),
    errorCode: field('int16'),
    protocolType: field('string', { since: 5, nullable: 0, default: null }),
    protocolName: field('string', { since: 5, nullable: 0, default: null }),
    assignment: field('bytes'),
  },
})
export type SyncGroupResponse = Decoded<typeof syncGroupResponse>

/** Heartbeat (API 12): tells the coordinator that a member is alive. */
export const heartbeatRequest = defineMessage({
  key: 12,
  name: 'HeartbeatRequest',
  versions: [0, 4],
  flexibleSince: 4,
  fields: {
    groupId: field('string'),
    generationId: field('int32'),
    memberId: field('string'),
    groupInstanceId: field('string', { since: 3, nullable: 0, default: null }),
  },
})
export type HeartbeatRequest = Decoded<typeof heartbeatRequest>

export const heartbeatResponse = defineMessage({
  key: 12,
  name: 'HeartbeatResponse',
  versions: [0, 4],
  flexibleSince: 4,
  fields: {
    throttleTimeMs: field('int32', { since: 1 }),
    errorCode: field('int16'),
  },
})
export type HeartbeatResponse = Decoded<typeof heartbeatResponse>

/** LeaveGroup (API 13): takes members out of a group. */
export const leaveGroupRequest = defineMessage({
  key: 13,
  name: 'LeaveGroupRequest',
  versions: [0, 5],
  flexibleSince: 4,
  fields: {
    groupId: field('string'),
    memberId: field('string', { until: 2 }),
    members: array(
      {
        memberId: field('string'),
        groupInstanceId: field('string', { nullable: 0, default: null }),
        reason: field('string', { since: 5, nullable: 0, default: null }),
      },
      { since: 3 },
    ),
  },
})
export type LeaveGroupRequest = Decoded<typeof leaveGroupRequest>

export const leaveGroupResponse = defineMessage({
  key: 13,
  name: 'LeaveGroupResponse',
  versions: [0, 5],
  flexibleSince: 4,
  fields: {
    throttleTimeMs: field('int32', { since: 1 }),
    errorCode: field('int16'),
    members: array(
      {
        memberId: field('string'),
        groupInstanceId: field('string', { nullable: 0 }),
        errorCode: field('int16'),
      },
      { since: 3 },
    ),
  },
})
export type LeaveGroupResponse = Decoded<typeof leaveGroupResponse>
