import { errorCode } from '../../protocol/error-codes.ts'
import { listGroupsRequest, listGroupsResponse } from '../../protocol/messages/group-admin.ts'
import { defineApi } from '../api.ts'

/** The one kind of group there is here. */
const groupType = 'classic'

/** ListGroups: all groups, or those in some states. */
export const listGroups = defineApi({
  request: listGroupsRequest,
  response: listGroupsResponse,
  versions: [0, 5],
  handle(broker, { statesFilter, typesFilter }) {
    const groups = Array.from(broker.groups.all(), ({ id, cycle }) => ({
      groupId: id,
      protocolType: cycle.protocolType ?? '',
      groupState: cycle.state,
      groupType,
    }))
    return {
      errorCode: errorCode.NONE,
      groups: groups.filter(
        ({ groupState }) => isAmong(statesFilter, groupState) && isAmong(typesFilter, groupType),
      ),
    }
  },
  refuse: (_body, code) => ({ errorCode: code, groups: [] }),
})

function isAmong(filter: readonly string[], name: string): boolean {
  return filter.length === 0 || filter.some((one) => one.toLowerCase() === name.toLowerCase())
}
