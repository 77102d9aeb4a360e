import { Cursor } from '../protocol/cursor.ts'
import { errorCode } from '../protocol/error-codes.ts'
import type { Fields } from '../protocol/fields.ts'
import { encodeResponse, readRequestHeader } from '../protocol/frame.ts'
import type { Answer, Api, RequestContext } from './api.ts'
import { apis, apiVersions } from './apis.ts'
import type { Broker } from './broker.ts'
import { API_VERSIONS_KEY } from './handlers/api-versions.ts'

/** A request that can't be answered: the connection ends. */
export class UnanswerableRequest extends Error {
  override readonly name = 'UnanswerableRequest'
}

/** What is to be sent; null when the client expects no answer. */
export type Response = readonly Buffer[] | null

/** What the connection adds to the header of a request. */
export type ConnectionContext = Omit<RequestContext, 'apiVersion' | 'clientId'>

/**
 * Answers one request.
 *
 * @throws UnanswerableRequest
 * @throws ConnectError RECORD_CORRUPT for bytes that are no request.
 */
export function dispatch(
  broker: Broker,
  frame: Buffer,
  connection: ConnectionContext,
): Response | Promise<Response> {
  const cursor = new Cursor(frame)
  const header = readRequestHeader(cursor, isFlexible)
  const { apiKey, apiVersion, correlationId } = header
  const api = apis.get(apiKey)
  if (api === undefined || !isOffered(api, apiVersion)) {
    if (apiKey === API_VERSIONS_KEY) return unknownApiVersions(correlationId)
    throw new UnanswerableRequest(`API ${apiKey} has no version ${apiVersion} here`)
  }
  const body = api.request.decode(cursor, apiVersion)
  const context = { ...connection, apiVersion, clientId: header.clientId ?? '' }
  const encode = (answer: Answer<Fields>): Response =>
    answer === null ? null : encodeResponse(api.response, apiVersion, correlationId, answer)
  const failed = (error: unknown): Response => {
    broker.config.logger?.error(`${api.request.name} failed`, error)
    return encode(api.refuse(body, errorCode.UNKNOWN_SERVER_ERROR, context))
  }
  try {
    const answer = api.handle(broker, body, context)
    return answer instanceof Promise ? answer.then(encode).catch(failed) : encode(answer)
  } catch (error) {
    return failed(error)
  }
}

function isOffered({ request }: Api, apiVersion: number): boolean {
  return apiVersion >= request.versions[0] && apiVersion <= request.versions[1]
}

function isFlexible(apiKey: number, apiVersion: number): boolean {
  return apis.get(apiKey)?.request.isFlexible(apiVersion) ?? false
}

/** Version 0 can be read by every client, which then asks again in a version that is offered. */
function unknownApiVersions(correlationId: number): Response {
  const { apiKeys } = apiVersions.offer
  return encodeResponse(apiVersions.response, 0, correlationId, {
    errorCode: errorCode.UNSUPPORTED_VERSION,
    apiKeys,
  })
}
