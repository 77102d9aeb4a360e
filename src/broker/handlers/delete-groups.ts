import { deleteGroupsRequest, deleteGroupsResponse } from '../../protocol/messages/group-admin.ts'
import { defineApi } from '../api.ts'

/** DeleteGroups: groups that nobody is in, with their offsets. */
export const deleteGroups = defineApi({
  request: deleteGroupsRequest,
  response: deleteGroupsResponse,
  versions: [0, 2],
  async handle(broker, body) {
    const results = body.groupsNames.map(async (groupId) => ({
      groupId,
      errorCode: await broker.groups.delete(groupId),
    }))
    return { throttleTimeMs: 0, results: await Promise.all(results) }
  },
  refuse: (body, errorCode) => ({
    throttleTimeMs: 0,
    results: body.groupsNames.map((groupId) => ({ groupId, errorCode })),
  }),
})
