import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer, type ServerOptions as TlsOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { ConnectError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { WorkerClient } from '../cluster/distributed/worker-client.ts'
import { ForwardError } from '../cluster/herder.ts'
import type { RestExtension, RestExtensionAnswer } from '../sdk/rest-extension.ts'
import { dropAbsentType, fail, refuse, send, sendText } from './answers.ts'
import { extensionFilter, extensionRoutes } from './extensions.ts'
import { forward, GoneError, isLastHop } from './forward.ts'
import { acceptsJson, hasReadableAccept, hasReadableType, sendsJson } from './media-types.ts'
import { errorPage, HEADER_BYTES_MAX, pathProblem, withoutPathParameters } from './request-line.ts'
import { logLine } from './request-log.ts'
import type { ResponseHeaders } from './response-headers.ts'
import type { Answer, RestContext, RestRequest, Route } from './routes.ts'

/** The reference has no limit; this one only protects the worker's memory. */
const BODY_BYTES_MAX = 256 * 1024 * 1024
const IDLE_TIMEOUT_MS = 90_000
/** In the order of `Allow`, which clients may compare. */
const methods = ['HEAD', 'DELETE', 'POST', 'GET', 'OPTIONS', 'PUT', 'PATCH'] as const

export interface AppOptions {
  readonly routes: readonly Route[]
  readonly logger: Logger
  /** null for plain HTTP. */
  readonly tls: TlsOptions | null
  readonly sendToWorker: WorkerClient
  readonly extensions: readonly RestExtension[]
  /** Requests that come earlier wait for it. */
  readonly context: Promise<RestContext>
  /** Headers of every answer. */
  headersFor(origin: string | undefined, isPreflight: boolean): ResponseHeaders
}

/** Makes the HTTP application of one listener. */
export function createApp(options: AppOptions): FastifyInstance {
  const { routes, logger, headersFor, tls } = options
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: HEADER_BYTES_MAX },
    rewriteUrl: ({ url = '/' }) => withoutPathParameters(url),
    serverFactory: (handler) => {
      const listener = (request: IncomingMessage, response: ServerResponse) => {
        if (!refusesHead(request, response)) handler(request, response)
      }
      const limits = { maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: IDLE_TIMEOUT_MS }
      const server =
        tls === null
          ? createHttpServer(limits, listener)
          : createHttpsServer({ ...limits, ...tls }, listener).on(
              'secureConnection',
              refuseDistrusted,
            )
      return server.on('clientError', answerClientError)
    },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', async ({ method, headers }, reply) => {
    const isPreflight = method === 'OPTIONS' && 'access-control-request-method' in headers
    reply.headers(headersFor(headers.origin, isPreflight))
  })
  app.addHook('onSend', async (_request, reply) => dropAbsentType(reply))
  app.addHook('onResponse', async (request, reply) => logger.info(logLine(request, reply)))
  app.setErrorHandler((error, _request, reply) => {
    const { statusCode } = error as { readonly statusCode?: number }
    return statusCode === undefined ? fail(reply, error, logger) : refuse(reply, statusCode)
  })
  app.setNotFoundHandler(({ method }, reply) =>
    // Methods of which HTTP servers know nothing come here for every path.
    refuse(reply, app.supportedMethods.includes(method) ? 404 : 405),
  )
  const all = [...routes, ...extensionRoutes(options.extensions, routes, logger)]
  for (const [path, ofPath] of Map.groupBy(all, (route) => route.path)) {
    addPath(app, path, ofPath, options)
  }
  return app
}

function addPath(
  app: FastifyInstance,
  path: string,
  routes: readonly Route[],
  { logger, context, sendToWorker, extensions }: AppOptions,
): void {
  const filter = extensionFilter(extensions)
  for (const route of routes) {
    app.route({
      method: route.method,
      url: path,
      onRequest: (request, reply, done) => {
        const problem = mediaProblem(route, request.headers)
        if (problem === null) filter(request, reply, done)
        else if (problem === 400) reply.status(400).send()
        else refuse(reply, problem)
      },
      handler: async (request, reply) => {
        try {
          const here = await context
          const given = await answer(route, here, request, sendToWorker)
          return 'headers' in given ? sendText(reply, given) : send(reply, given)
        } catch (error) {
          return fail(reply, error, logger)
        }
      },
    })
  }
  const served = new Set<string>(routes.map(({ method }) => method)).add('OPTIONS')
  if (served.has('GET')) served.add('HEAD')
  const allow = methods.filter((method) => served.has(method))
  app.options(path, { onRequest: filter }, (_request, reply) =>
    reply
      .headers({ allow: allow.join(','), 'content-type': 'text/plain' })
      .send(Buffer.from(allow.join(', '))),
  )
  app.route({
    method: app.supportedMethods.filter((method) => !served.has(method)),
    url: path,
    handler: (_request, reply) => refuse(reply, 405),
  })
}

/** Status for the Content-Type or Accept of a request; null where nothing is wrong. */
function mediaProblem(route: Route, headers: IncomingHttpHeaders): 400 | 406 | 415 | null {
  if (route.consumesJson !== false && !sendsJson(headers)) return 415
  if (route.producesJson === false) return null
  if (!hasReadableAccept(headers)) return 400
  return acceptsJson(headers) ? null : 406
}

async function answer(
  route: Route,
  context: RestContext,
  incoming: FastifyRequest,
  sendToWorker: WorkerClient,
): Promise<Answer | RestExtensionAnswer> {
  const request = toRestRequest(incoming)
  try {
    return await handleOrForward(route, context, request, sendToWorker)
  } catch (error) {
    if (!(error instanceof GoneError) || isLastHop(request)) throw error
    if (!(await context.herder.settled(error.url))) throw error
  }
  return handleOrForward(route, context, request, sendToWorker)
}

async function handleOrForward(
  route: Route,
  context: RestContext,
  request: RestRequest,
  sendToWorker: WorkerClient,
): Promise<Answer | RestExtensionAnswer> {
  try {
    return await handleSettled(route, context, request)
  } catch (error) {
    if (!(error instanceof ForwardError)) throw error
    const answered = await forward(error, request, sendToWorker)
    // Whoever asks this worker next shall find what was changed.
    if (request.method !== 'GET') await context.herder.catchUp()
    return answered
  }
}

/** What a rebalance keeps from being done is done after it, if that does not take too long. */
async function handleSettled(
  route: Route,
  context: RestContext,
  request: RestRequest,
): Promise<Answer | RestExtensionAnswer> {
  try {
    return await route.handle(context, request)
  } catch (error) {
    // Who forwarded it has waited already, and a worker that waits for others may be waited for.
    if (!isUnsettled(error) || isLastHop(request)) throw error
    if (!(await context.herder.settled())) throw error
  }
  return route.handle(context, request)
}

function isUnsettled(error: unknown): boolean {
  if (error instanceof ForwardError) return error.url === null
  return error instanceof ConnectError && error.code === 'REBALANCE'
}

function toRestRequest(request: FastifyRequest): RestRequest {
  const { url = '/' } = request.raw
  const query = url.indexOf('?')
  return {
    method: request.method,
    path: query < 0 ? url : url.slice(0, query),
    base: `${request.protocol}://${request.host}`,
    params: request.params as Readonly<Record<string, string>>,
    query: new URLSearchParams(query < 0 ? '' : url.slice(query + 1)),
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  }
}

/** A certificate that is shown must be trusted, even where none is asked for. */
function refuseDistrusted(socket: TLSSocket): void {
  if (!socket.authorized && socket.getPeerX509Certificate() !== undefined) socket.destroy()
}

function refusesHead({ url = '/', headers }: IncomingMessage, response: ServerResponse): boolean {
  const problem = pathProblem(url) ?? (hasReadableType(headers) ? null : 'Bad media type')
  if (problem === null) return false
  response.writeHead(400, { 'content-type': 'text/html;charset=iso-8859-1' })
  response.end(errorPage(400, problem))
  return true
}

const reasons = { 400: 'Bad Request', 414: 'URI Too Long', 431: 'Request Header Fields Too Large' }

/** Answers what isn't HTTP, or has a head that is too long. */
function answerClientError(
  { code, rawPacket }: { readonly code?: string; readonly rawPacket?: Buffer },
  socket: Duplex,
): void {
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const lineEnd = rawPacket?.indexOf('\r\n') ?? -1
  const isLongLine = lineEnd < 0 || lineEnd > HEADER_BYTES_MAX
  const status = code === 'HPE_HEADER_OVERFLOW' ? (isLongLine ? 414 : 431) : 400
  const page = errorPage(status, reasons[status])
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status]}\r\nContent-Type: text/html;charset=iso-8859-1\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
  )
}
