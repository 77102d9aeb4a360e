import { heartbeatRequest, heartbeatResponse } from '../../protocol/messages/group-membership.ts'
import { defineApi } from '../api.ts'

/** Heartbeat: a member is alive, and learns when it has to join again. */
export const heartbeat = defineApi({
  request: heartbeatRequest,
  response: heartbeatResponse,
  versions: [0, 4],
  handle: ({ groups }, { groupId, generationId, memberId, groupInstanceId }) => ({
    errorCode: groups.heartbeat(groupId, {
      memberId,
      instanceId: groupInstanceId,
      generation: generationId,
    }),
  }),
  refuse: (_body, errorCode) => ({ errorCode }),
})
