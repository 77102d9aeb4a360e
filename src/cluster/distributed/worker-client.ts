import { type ClientRequest, Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ConnectionOptions as TlsOptions } from 'node:tls'

export interface WorkerRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent as JSON where there is any. */
  readonly body: Buffer
}

export interface WorkerAnswer {
  readonly status: number
  readonly location: string | null
  readonly body: string
}

/**
 * Apache's worker that is stopping answers so, when its REST API has ended before its server: the
 * API, which tells an `error_code`, has not seen the request.
 */
export function isGoing({ status, body }: WorkerAnswer): boolean {
  return status === 404 && !body.includes('"error_code"')
}

/** The other worker has not seen the request; the cause says why. */
export class UnsentError extends Error {
  override readonly name = 'UnsentError'
}

/**
 * Sends a request to the REST API of another worker; redirects are answers.
 * @throws UnsentError when there was nobody to take it.
 * @throws Error of the system, of TLS, or when there is no answer within 90 s.
 */
export type WorkerClient = (url: URL, request: WorkerRequest) => Promise<WorkerAnswer>

/** For whoever reads that a worker can't be reached. */
export const UNREACHABLE_HELP =
  'that address is what the other worker advertises: check that it can be reached from here, else set rest.advertised.host.name and rest.advertised.port there'

/** A firewall that drops packets is noticed by that; as in the reference. */
const CONNECT_TIMEOUT_MS = 15_000
/** As long as a worker gives its own requests. */
const TIMEOUT_MS = 90_000

/** @param tls How to trust workers that serve HTTPS, and show them who this one is. */
export function createWorkerClient(tls: TlsOptions): WorkerClient {
  const plain = new HttpAgent({ keepAlive: true })
  const secure = new HttpsAgent({ ...tls, keepAlive: true })
  return (url, { method, headers, body }) => {
    const options = {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: 'application/json',
        'user-agent': 'kafka-connect',
        ...(body.length > 0 ? { 'content-type': 'application/json' } : {}),
        ...headers,
        'content-length': body.length,
      },
    }
    return new Promise((resolve, reject) => {
      const outgoing =
        url.protocol === 'https:'
          ? requestHttps(url, { ...options, agent: secure })
          : requestHttp(url, { ...options, agent: plain })
      outgoing.once('error', (error) => {
        reject(isUnsent(outgoing, error) ? new UnsentError(error.message, { cause: error }) : error)
      })
      outgoing.once('socket', (socket) => limitConnecting(outgoing, socket))
      outgoing.once('response', (response) => {
        const { statusCode: status = 0, headers: answered } = response
        const location = answered.location ?? null
        text(response).then((answer) => resolve({ status, location, body: answer }), reject)
      })
      outgoing.end(body)
    })
  }
}

/**
 * A connection that was kept may have been closed by the other side as the request was sent. One
 * that is reset, instead of ended, was closed before the other side had read the request.
 */
function isUnsent({ reusedSocket }: ClientRequest, error: NodeJS.ErrnoException): boolean {
  const { code, syscall } = error
  const isReset = code === 'ECONNRESET' && syscall !== undefined
  return code === 'ECONNREFUSED' || isReset || (code === 'ECONNRESET' && reusedSocket)
}

function limitConnecting(outgoing: ClientRequest, socket: Socket): void {
  if (!socket.connecting) return
  const timer = setTimeout(() => {
    outgoing.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS} ms`))
  }, CONNECT_TIMEOUT_MS)
  const stop = () => clearTimeout(timer)
  socket.once('connect', stop)
  outgoing.once('close', stop)
}
