import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded, Encodable } from '../../protocol/message.ts'
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/coordinator.ts'
import { defineApi, type RequestContext } from '../api.ts'
import { NODE_ID } from '../broker.ts'

type Request = Decoded<typeof findCoordinatorRequest>
type Answer = Encodable<typeof findCoordinatorResponse>

/** Versions from here on ask for several coordinators at once. */
const BATCH_SINCE = 4
const keyType = { group: 0, transaction: 1 } as const

/** FindCoordinator: this node, for groups and transactions. Left out: share groups. */
export const findCoordinator = defineApi({
  request: findCoordinatorRequest,
  response: findCoordinatorResponse,
  versions: [0, 6],
  handle(_broker, body, context) {
    const isKnown = body.keyType === keyType.group || body.keyType === keyType.transaction
    if (!isKnown) return failed(body, errorCode.INVALID_REQUEST, context)
    const node = { nodeId: NODE_ID, ...context.advertised }
    // Apache Kafka says the one and the other; null is allowed, but no client has seen it.
    const errorMessage = context.apiVersion < BATCH_SINCE ? 'NONE' : ''
    return answer(body, { ...node, errorCode: errorCode.NONE, errorMessage }, context)
  },
  refuse: failed,
})

function failed(body: Request, code: number, context: RequestContext): Answer {
  const errorMessage = 'The coordinator can not be found.'
  return answer(body, { nodeId: -1, host: '', port: -1, errorCode: code, errorMessage }, context)
}

function answer(
  { key, coordinatorKeys }: Request,
  found: Omit<NonNullable<Answer['coordinators']>[number], 'key'>,
  { apiVersion }: RequestContext,
): Answer {
  const keys = apiVersion < BATCH_SINCE ? [key] : coordinatorKeys
  return { ...found, coordinators: keys.map((one) => ({ key: one, ...found })) }
}
