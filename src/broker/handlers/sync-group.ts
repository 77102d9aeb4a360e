import { syncGroupRequest, syncGroupResponse } from '../../protocol/messages/group-membership.ts'
import { defineApi } from '../api.ts'
import { refusedSync } from '../groups/requests.ts'

/** SyncGroup: hands in what the leader assigned; answered with the member's own assignment. */
export const syncGroup = defineApi({
  request: syncGroupRequest,
  response: syncGroupResponse,
  versions: [0, 5],
  handle: (broker, body) =>
    broker.groups.sync(body.groupId, {
      memberId: body.memberId,
      instanceId: body.groupInstanceId,
      generation: body.generationId,
      protocolType: body.protocolType,
      protocolName: body.protocolName,
      assignments: new Map(
        body.assignments.map(({ memberId, assignment }) => [memberId, Buffer.from(assignment)]),
      ),
    }),
  refuse: (_body, code) => refusedSync(code),
})
