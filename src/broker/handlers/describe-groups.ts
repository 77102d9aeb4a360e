import { errorCode } from '../../protocol/error-codes.ts'
import type { Encodable } from '../../protocol/message.ts'
import {
  describeGroupsRequest,
  describeGroupsResponse,
} from '../../protocol/messages/group-admin.ts'
import { defineApi, type RequestContext } from '../api.ts'
import { groupOperations } from '../authorized-operations.ts'
import type { Group } from '../groups/group.ts'

type Answer = Encodable<typeof describeGroupsResponse>['groups'][number]

/** Versions from here on say that a group is unknown; before, it is Dead. */
const NOT_FOUND_SINCE = 6
const noBytes = Buffer.alloc(0)

/** DescribeGroups: state and members; what members said only while they agree on a protocol. */
export const describeGroups = defineApi({
  request: describeGroupsRequest,
  response: describeGroupsResponse,
  versions: [0, 6],
  handle: (broker, body, context) => ({
    groups: body.groups.map((groupId) => {
      const group = broker.groups.get(groupId)
      const answer = group === null ? unknown(groupId, context) : describe(group)
      return body.includeAuthorizedOperations && answer.errorCode === errorCode.NONE
        ? { ...answer, authorizedOperations: groupOperations }
        : answer
    }),
  }),
  refuse: (body, code) => ({ groups: body.groups.map((groupId) => failed(groupId, code, '')) }),
})

function describe({ id, cycle }: Group): Answer {
  const isAgreed = cycle.state === 'Stable'
  return {
    errorCode: errorCode.NONE,
    groupId: id,
    groupState: cycle.state,
    protocolType: cycle.protocolType ?? '',
    protocolData: isAgreed ? (cycle.protocolName ?? '') : '',
    members: cycle.members.all().map((member) => ({
      memberId: member.id,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isAgreed ? member.metadata(cycle.protocolName) : noBytes,
      memberAssignment: member.assignment,
    })),
  }
}

function unknown(groupId: string, { apiVersion }: RequestContext): Answer {
  if (apiVersion < NOT_FOUND_SINCE) return failed(groupId, errorCode.NONE, 'Dead')
  return {
    ...failed(groupId, errorCode.GROUP_ID_NOT_FOUND, 'Dead'),
    errorMessage: `There is no group ${groupId}.`,
  }
}

function failed(groupId: string, code: number, groupState: string): Answer {
  return { errorCode: code, groupId, groupState, protocolType: '', protocolData: '', members: [] }
}
