import { errorCode } from '../../protocol/error-codes.ts'
import { syncGroupRequest, syncGroupResponse } from '../../protocol/messages/group-membership.ts'
import { defineApi } from '../api.ts'
import { refusedSync } from '../groups/requests.ts'

/** Versions from here on have to name the protocol. */
const PROTOCOL_SINCE = 5

/** SyncGroup: hands in what the leader assigned; answered with the member's own assignment. */
export const syncGroup = defineApi({
  request: syncGroupRequest,
  response: syncGroupResponse,
  versions: [0, 5],
  handle(broker, body, { apiVersion }) {
    const isNamed = body.protocolType !== null && body.protocolName !== null
    if (apiVersion >= PROTOCOL_SINCE && !isNamed) {
      return refusedSync(errorCode.INCONSISTENT_GROUP_PROTOCOL)
    }
    return broker.groups.sync(body.groupId, {
      memberId: body.memberId,
      instanceId: body.groupInstanceId,
      generation: body.generationId,
      protocolType: body.protocolType,
      protocolName: body.protocolName,
      assignments: new Map(
        body.assignments.map(({ memberId, assignment }) => [memberId, Buffer.from(assignment)]),
      ),
    })
  },
  refuse: (_body, code) => refusedSync(code),
})
