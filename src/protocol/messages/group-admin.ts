import { array, field } from '../fields.ts'
import { type Decoded, defineMessage } from '../message.ts'

/** ListGroups (API 16): groups that a broker coordinates. */
export const listGroupsRequest = defineMessage({
  key: 16,
  name: 'ListGroupsRequest',
  versions: [0, 5],
  flexibleSince: 3,
  fields: {
    statesFilter: array('string', { since: 4 }),
    typesFilter: array('string', { since: 5 }),
  },
})
export type ListGroupsRequest = Decoded<typeof listGroupsRequest>

export const listGroupsResponse = defineMessage({
  key: 16,
  name: 'ListGroupsResponse',
  versions: [0, 5],
  flexibleSince: 3,
  fields: {
    throttleTimeMs: field('int32', { since: 1 }),
    errorCode: field('int16'),
    groups: array({
      groupId: field('string'),
      protocolType: field('string'),
      groupState: field('string', { since: 4 }),
      groupType: field('string', { since: 5 }),
    }),
  },
})
export type ListGroupsResponse = Decoded<typeof listGroupsResponse>

/** DescribeGroups (API 15): state, members and assignments of groups. */
export const describeGroupsRequest = defineMessage({
  key: 15,
  name: 'DescribeGroupsRequest',
  versions: [0, 6],
  flexibleSince: 5,
  fields: {
    groups: array('string'),
    includeAuthorizedOperations: field('bool', { since: 3 }),
  },
})
export type DescribeGroupsRequest = Decoded<typeof describeGroupsRequest>

export const describeGroupsResponse = defineMessage({
  key: 15,
  name: 'DescribeGroupsResponse',
  versions: [0, 6],
  flexibleSince: 5,
  fields: {
    throttleTimeMs: field('int32', { since: 1 }),
    groups: array({
      errorCode: field('int16'),
      errorMessage: field('string', { since: 6, nullable: 0, default: null }),
      groupId: field('string'),
      groupState: field('string'),
      protocolType: field('string'),
      protocolData: field('string'),
      members: array({
        memberId: field('string'),
        groupInstanceId: field('string', { since: 4, nullable: 0, default: null }),
        clientId: field('string'),
        clientHost: field('string'),
        memberMetadata: field('bytes'),
        memberAssignment: field('bytes'),
      }),
      authorizedOperations: field('int32', { since: 3, default: -(2 ** 31) }),
    }),
  },
})
export type DescribeGroupsResponse = Decoded<typeof describeGroupsResponse>

/** DeleteGroups (API 42): deletes groups without members. */
export const deleteGroupsRequest = defineMessage({
  key: 42,
  name: 'DeleteGroupsRequest',
  versions: [0, 2],
  flexibleSince: 2,
  fields: {
    groupsNames: array('string'),
  },
})
export type DeleteGroupsRequest = Decoded<typeof deleteGroupsRequest>

export const deleteGroupsResponse = defineMessage({
  key: 42,
  name: 'DeleteGroupsResponse',
  versions: [0, 2],
  flexibleSince: 2,
  fields: {
    throttleTimeMs: field('int32'),
    results: array({
      groupId: field('string'),
      errorCode: field('int16'),
    }),
  },
})
export type DeleteGroupsResponse = Decoded<typeof deleteGroupsResponse>

/** OffsetDelete (API 47): deletes stored offsets of a group. */
export const offsetDeleteRequest = defineMessage({
  key: 47,
  name: 'OffsetDeleteRequest',
  versions: [0, 0],
  flexibleSince: null,
  fields: {
    groupId: field('string'),
    topics: array({
      name: field('string'),
      partitions: array({
        partitionIndex: field('int32'),
      }),
    }),
  },
})
export type OffsetDeleteRequest = Decoded<typeof offsetDeleteRequest>

export const offsetDeleteResponse = defineMessage({
  key: 47,
  name: 'OffsetDeleteResponse',
  versions: [0, 0],
  flexibleSince: null,
  fields: {
    errorCode: field('int16'),
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
export type OffsetDeleteResponse = Decoded<typeof offsetDeleteResponse>
