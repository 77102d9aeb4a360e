import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { ConnectionOptions as TlsOptions } from 'node:tls'

export interface HttpOptions {
  readonly tls: TlsOptions
  /** `http://host:port`; null for none. */
  readonly proxy: string | null
  /** 0 sets no limit. */
  readonly connectTimeoutMs: number
  /** From the connection to the end of the answer; 0 sets no limit. */
  readonly readTimeoutMs: number
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface HttpAnswer {
  readonly status: number
  /** Where a redirect leads to. */
  readonly location: string | null
  readonly body: string
}

/** Sends requests, one connection for many; redirects are answers as others are. */
export interface Http {
  /** @throws Error with a `code` of the system or of TLS, or TypeError that says what took too long. */
  send(request: HttpRequest): Promise<HttpAnswer>
  close(): void
}

/** Longer answers are refused: no schema is as long. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024

export function createHttp(options: HttpOptions): Http {
  const { proxy, tls } = options
  const shared = {
    keepAlive: true,
    ...(proxy === null ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
  }
  const plain = new HttpAgent(shared)
  const secure = new HttpsAgent({ ...shared, ...tls })
  const closed = new AbortController()
  return {
    send: (request) => exchange(request, options, { plain, secure, signal: closed.signal }),
    close() {
      closed.abort()
      plain.destroy()
      secure.destroy()
    },
  }
}

interface Transport {
  readonly plain: HttpAgent
  readonly secure: HttpsAgent
  readonly signal: AbortSignal
}

function exchange(
  { method, url, headers, body }: HttpRequest,
  { connectTimeoutMs, readTimeoutMs }: HttpOptions,
  { plain, secure, signal }: Transport,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, signal }
    const outgoing =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, agent: secure })
        : requestHttp(url, { ...options, agent: plain })
    let expired: Error | null = null
    let timer = limit(connectTimeoutMs, 'no connection')
    function limit(durationMs: number, what: string): NodeJS.Timeout | undefined {
      if (durationMs === 0) return undefined
      return setTimeout(() => {
        expired = new TypeError(`${what} within ${durationMs} ms`)
        outgoing.destroy(expired)
      }, durationMs)
    }
    const fail = (error: unknown) => {
      clearTimeout(timer)
      reject(expired ?? error)
    }
    outgoing.once('socket', (socket) => {
      const connected = () => {
        clearTimeout(timer)
        timer = limit(readTimeoutMs, 'no answer')
      }
      if (outgoing.reusedSocket || !socket.connecting) connected()
      else socket.once('connect', connected)
    })
    outgoing.once('error', fail)
    outgoing.once('response', (response) => {
      readAnswer(response).then((answer) => {
        clearTimeout(timer)
        resolve(answer)
      }, fail)
    })
    outgoing.end(body ?? undefined)
  })
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > ANSWER_BYTES_MAX) {
      response.destroy()
      throw new TypeError(`an answer of more than ${ANSWER_BYTES_MAX} bytes`)
    }
    chunks.push(chunk)
  }
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location ?? null,
    body: Buffer.concat(chunks).toString(),
  }
}
