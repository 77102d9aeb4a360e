import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded } from '../../protocol/message.ts'
import { leaveGroupRequest, leaveGroupResponse } from '../../protocol/messages/group-membership.ts'
import { defineApi, type RequestContext } from '../api.ts'

type Request = Decoded<typeof leaveGroupRequest>

/** Versions from here on name several members, each with an answer of its own. */
const BATCH_SINCE = 3

/** LeaveGroup: takes members out, each by its id, or a static one by its instance. */
export const leaveGroup = defineApi({
  request: leaveGroupRequest,
  response: leaveGroupResponse,
  versions: [0, 5],
  handle({ groups }, body, context) {
    const leaving = leavingOf(body, context)
    const identities = leaving.map(({ memberId, groupInstanceId }) => ({
      memberId,
      instanceId: groupInstanceId,
    }))
    const left = groups.leave(body.groupId, identities)
    if (typeof left === 'number') return { errorCode: left }
    const members = leaving.map(({ memberId, groupInstanceId }, index) => ({
      memberId,
      groupInstanceId,
      errorCode: left[index] ?? errorCode.UNKNOWN_SERVER_ERROR,
    }))
    const isBatch = context.apiVersion >= BATCH_SINCE
    return { errorCode: isBatch ? errorCode.NONE : (left[0] ?? errorCode.NONE), members }
  },
  refuse: (_body, code) => ({ errorCode: code }),
})

function leavingOf(
  { memberId, members }: Request,
  { apiVersion }: RequestContext,
): Pick<Request['members'][number], 'memberId' | 'groupInstanceId'>[] {
  return apiVersion < BATCH_SINCE ? [{ memberId, groupInstanceId: null }] : [...members]
}
