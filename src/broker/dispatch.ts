import { Cursor } from '../protocol/cursor.ts'
import { errorCode } from '../protocol/error-codes.ts'
import type { Fields, FieldsOut } from '../protocol/fields.ts'
import { encodeResponse, readRequestHeader } from '../protocol/frame.ts'
import type { Answer, Api, RequestContext } from './api.ts'
import { apis, apiVersions, loginApis } from './apis.ts'
import type { Broker } from './broker.ts'
import type { FaultKind } from './faults.ts'
import { API_VERSIONS_KEY } from './handlers/api-versions.ts'
import { StorageError } from './storage/storage-error.ts'
import { topicsNamed } from './topics-named.ts'

/** A request that can't be answered: the connection ends. */
export class UnanswerableRequest extends Error {
  override readonly name = 'UnanswerableRequest'
}

/** What is to be sent; null when the client expects no answer. */
export type Response = readonly Buffer[] | null

/** What the connection adds to the header of a request. */
export type ConnectionContext = Omit<RequestContext, 'apiVersion' | 'clientId'>

/** A request that was understood. */
interface Request {
  readonly broker: Broker
  readonly api: Api
  readonly body: FieldsOut<Fields>
  readonly context: RequestContext
  encode(answer: Answer<Fields>): Response
}

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
  const { apiKey, apiVersion, correlationId, clientId } = readRequestHeader(cursor, isFlexible)
  const api = apis.get(apiKey)
  if (api === undefined || !isOffered(api, apiVersion)) {
    if (apiKey === API_VERSIONS_KEY) return unknownApiVersions(correlationId)
    throw new UnanswerableRequest(`API ${apiKey} has no version ${apiVersion} here`)
  }
  if (connection.login?.isDone === false && !loginApis.has(api)) {
    throw new UnanswerableRequest(`${api.request.name} came before a login`)
  }
  const request: Request = {
    broker,
    api,
    body: api.request.decode(cursor, apiVersion),
    context: { ...connection, apiVersion, clientId: clientId ?? '' },
    encode: (answer) =>
      answer === null ? null : encodeResponse(api.response, apiVersion, correlationId, answer),
  }
  if (broker.faults.isEmpty) return answer(request)
  const apiName = api.request.name.slice(0, -'Request'.length)
  const fault = broker.faults.hit(apiName, () => topicsNamed(request.body, broker.topics))
  if (fault === null) return answer(request)
  return fault.when === 'after'
    ? Promise.resolve(answer(request)).then((done) => suffer(request, fault, () => done))
    : suffer(request, fault, () => answer(request))
}

function answer({ broker, api, body, context, encode }: Request): Response | Promise<Response> {
  const failed = (error: unknown): Response => {
    broker.config.logger?.error(`${api.request.name} failed`, error)
    const code =
      error instanceof StorageError ? errorCode.KAFKA_STORAGE_ERROR : errorCode.UNKNOWN_SERVER_ERROR
    return encode(api.refuse(body, code, context))
  }
  try {
    const given = api.handle(broker, body, context)
    return given instanceof Promise ? given.then(encode).catch(failed) : encode(given)
  } catch (error) {
    return failed(error)
  }
}

/** @param go What happens where the fault lets it. */
function suffer(
  { broker, api, body, context, encode }: Request,
  fault: FaultKind,
  go: () => Response | Promise<Response>,
): Response | Promise<Response> {
  switch (fault.kind) {
    case 'delay':
      return new Promise<void>((resolve) => {
        broker.config.clock.after(fault.delayMs, resolve)
      }).then(go)
    case 'drop':
      return new Promise(() => {})
    case 'error':
      return encode(api.refuse(body, errorCode[fault.error], context))
    case 'disconnect':
      throw new UnanswerableRequest('a fault was asked for')
  }
}

/** Of Produce, versions are offered that can't be read. */
function isOffered({ request, versions }: Api, apiVersion: number): boolean {
  const isIn = ([first, last]: Api['versions']) => apiVersion >= first && apiVersion <= last
  return isIn(versions) && isIn(request.versions)
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
