import type { Decoded, Encodable } from '../../protocol/message.ts'
import { joinGroupRequest, joinGroupResponse } from '../../protocol/messages/group-membership.ts'
import { defineApi, type RequestContext } from '../api.ts'
import { type JoinAnswer, type JoinRequest, refusedJoin } from '../groups/requests.ts'

type Request = Decoded<typeof joinGroupRequest>

const MEMBER_ID_REQUIRED_SINCE = 4
const NULL_PROTOCOL_SINCE = 7
const SKIP_ASSIGNMENT_SINCE = 9

/**
 * JoinGroup: enters a group, or stays in it; answered when the group has a new generation.
 *
 * Any protocol type. There is no delay before the first generation.
 */
export const joinGroup = defineApi({
  request: joinGroupRequest,
  response: joinGroupResponse,
  versions: [0, 9],
  async handle(broker, body, context) {
    return encodable(await broker.groups.join(body.groupId, asked(body, context)), context)
  },
  refuse: (body, code, context) => encodable(refusedJoin(code, body.memberId), context),
})

function asked(body: Request, { apiVersion, clientId, clientHost }: RequestContext): JoinRequest {
  const { sessionTimeoutMs, rebalanceTimeoutMs } = body
  return {
    memberId: body.memberId,
    instanceId: body.groupInstanceId,
    clientId,
    clientHost,
    protocolType: body.protocolType,
    protocols: body.protocols.map(({ name, metadata }) => ({
      name,
      metadata: Buffer.from(metadata),
    })),
    sessionTimeoutMs,
    rebalanceTimeoutMs: rebalanceTimeoutMs < 0 ? sessionTimeoutMs : rebalanceTimeoutMs,
    isIdRequired: apiVersion >= MEMBER_ID_REQUIRED_SINCE,
    maySkipAssignment: apiVersion >= SKIP_ASSIGNMENT_SINCE,
  }
}

function encodable(
  answer: JoinAnswer,
  { apiVersion }: RequestContext,
): Encodable<typeof joinGroupResponse> {
  const { protocolName } = answer
  return {
    ...answer,
    protocolName: apiVersion < NULL_PROTOCOL_SINCE ? (protocolName ?? '') : protocolName,
  }
}
