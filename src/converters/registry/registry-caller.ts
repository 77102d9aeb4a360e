import {
  backoffMs,
  type ConfigProps,
  ConnectError,
  readTls,
  systemClock,
  type TlsConfig,
  tlsKeys,
} from '../../sdk/index.ts'
import { createHttp, type Http } from './http.ts'
import { type Authorize, readAuthorization } from './registry-auth.ts'
import type { RegistryConfig } from './registry-config.ts'
import { type Question, RegistryError, refused, unreachable, unreadable } from './registry-error.ts'
import { readUrls } from './registry-urls.ts'

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json'

/** Puts questions to the registry: to the next address where one fails, and again after a while. */
export class RegistryCaller {
  readonly #config: RegistryConfig
  readonly #urls: readonly URL[]
  readonly #http: Http
  readonly #authorize: Authorize
  readonly #headers: Readonly<Record<string, string>>
  readonly #closed = new AbortController()
  #current: number

  constructor(config: RegistryConfig, given: ConfigProps) {
    this.#config = config
    this.#urls = readUrls(config['schema.registry.url'])
    const randomize = config['schema.registry.url.randomize']
    this.#current = randomize ? Math.floor(Math.random() * this.#urls.length) : 0
    this.#http = createHttp({
      tls: readTls(tlsConfigOf(config)),
      proxy: proxyOf(config),
      connectTimeoutMs: config['http.connect.timeout.ms'],
      readTimeoutMs: config['http.read.timeout.ms'],
    })
    this.#authorize = readAuthorization(config, this.#http)
    this.#headers = {
      accept: `${CONTENT_TYPE}, application/json`,
      ...headersOf(given),
    }
  }

  /** Address of the registry, for messages. */
  get base(): string {
    return textOf(this.#url)
  }

  get #url(): URL {
    return this.#urls[this.#current] as URL
  }

  /** @param body JSON to post; null for a GET. @returns The JSON of the answer. */
  async call(path: string, body: string | null, question: Question): Promise<unknown> {
    const retriesMax = this.#config['max.retries']
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#callAny(path, body, question)
      } catch (error) {
        const isLast = attempt >= retriesMax || this.#closed.signal.aborted
        if (isLast || !(error instanceof ConnectError) || !error.retriable) throw error
        const { 'retries.wait.ms': waitMs, 'retries.max.wait.ms': waitMaxMs } = this.#config
        await systemClock.sleep(backoffMs(attempt, waitMs, waitMaxMs), this.#closed.signal)
      }
    }
  }

  read<T>(answer: unknown, question: Question, reader: (answer: unknown) => T): T {
    try {
      return reader(answer)
    } catch (cause) {
      throw unreadable(this.base, question, cause)
    }
  }

  close(): void {
    this.#closed.abort()
    this.#http.close()
  }

  /** Asks at each address until one answers. */
  async #callAny(path: string, body: string | null, question: Question): Promise<unknown> {
    for (let left = this.#urls.length - 1; ; left--) {
      try {
        return await this.#callOne(path, body, question)
      } catch (error) {
        if (left === 0 || !isElsewherePossible(error)) throw error
        this.#current = (this.#current + 1) % this.#urls.length
      }
    }
  }

  async #callOne(path: string, body: string | null, question: Question): Promise<unknown> {
    const url = this.#url
    const headers = {
      ...this.#headers,
      ...(body === null ? {} : { 'content-type': CONTENT_TYPE }),
      ...(await this.#authorize(url)),
    }
    const answer = await this.#http
      .send({
        method: body === null ? 'GET' : 'POST',
        url: new URL(`${textOf(url)}${path}`),
        headers,
        body,
      })
      .catch((cause: unknown) => {
        throw unreachable(textOf(url), question, cause)
      })
    if (answer.status !== 200) throw refused(textOf(url), question, answer)
    try {
      return JSON.parse(answer.body)
    } catch (cause) {
      throw unreadable(textOf(url), question, cause)
    }
  }
}

function isElsewherePossible(error: unknown): boolean {
  if (!(error instanceof RegistryError)) return false
  return error.status === null ? error.retriable : error.status >= 502 && error.status <= 504
}

/** Without user, password and a slash at the end. */
function textOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`.replace(/\/+$/, '')
}

function tlsConfigOf(config: RegistryConfig): TlsConfig {
  const names = Object.keys(tlsKeys) as (keyof TlsConfig)[]
  return Object.fromEntries(
    names.map((name) => [name, config[`schema.registry.${name}`]]),
  ) as unknown as TlsConfig
}

function proxyOf(config: RegistryConfig): string | null {
  const { 'proxy.host': host, 'proxy.port': port } = config
  return host === '' || port <= 0 ? null : `http://${host}:${port}`
}

const HEADER_PREFIX = 'request.header.'

function headersOf(given: ConfigProps): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([key]) => key.startsWith(HEADER_PREFIX))
      .map(([key, value]) => [key.slice(HEADER_PREFIX.length), String(value)]),
  )
}
