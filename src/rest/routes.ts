import type { IncomingHttpHeaders } from 'node:http'
import type { LoggerRegistry } from '../base/logger.ts'
import type { Herder } from '../cluster/herder.ts'
import type { GroupReading } from '../metrics/registry.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import type { RestExtensionAnswer } from '../sdk/rest-extension.ts'
import { httpError, RestError } from './errors.ts'
import { namesJson } from './media-types.ts'
import type { SchemaName } from './openapi-schemas.ts'

/** Everything that routes answer from. */
export interface RestContext {
  readonly herder: Herder
  readonly plugins: PluginRegistry
  readonly loggers: LoggerRegistry
  readonly version: string
  metrics(): Promise<readonly GroupReading[]>
  readonly commit: string
  readonly kafkaClusterId: string
  /** `topic.tracking.enable` */
  readonly tracksTopics: boolean
  /** `topic.tracking.allow.reset` */
  readonly allowsTopicReset: boolean
}

export interface RestRequest {
  readonly method: string
  /** As it was written, without the query. */
  readonly path: string
  /** Scheme and host as the caller wrote them. */
  readonly base: string
  /** Decoded parts of the path. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Answer {
  readonly status: number
  /** Sent as JSON; none where it is absent. */
  readonly body?: unknown
  readonly location?: string
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `:name` stands for one part of the path. */
  readonly path: string
  readonly summary: string
  /** Parameters of the query, each with what it does. */
  readonly query?: Readonly<Record<string, string>>
  /** Shape of the request's body. */
  readonly body?: SchemaName
  /** Shapes of good answers by status; null for no body. */
  readonly answers?: Readonly<Record<number, SchemaName | null>>
  /** False where a Content-Type other than JSON is accepted, too. */
  readonly consumesJson?: false
  /** False where callers need not accept JSON. */
  readonly producesJson?: false
  handle(context: RestContext, request: RestRequest): Promise<Answer | RestExtensionAnswer>
}

export function defineRoutes(routes: readonly Route[]): readonly Route[] {
  return routes
}

export function ok(body: unknown): Answer {
  return { status: 200, body }
}

/** A part of the path. */
export function param({ params }: RestRequest, name: string): string {
  const value = params[name]
  if (value === undefined) throw new TypeError(`the path has no part :${name}`)
  return value
}

/** Number of a task. @throws RestError 404 for anything but a 32-bit integer. */
export function taskParam(request: RestRequest): number {
  const text = param(request, 'task')
  const task = Number(text)
  if (!/^[+-]?\d+$/.test(text) || task !== (task | 0)) throw httpError(404)
  return task
}

/** A boolean parameter of the query: `true` in any case, anything else is false. */
export function flag({ query }: RestRequest, name: string, absent = false): boolean {
  const value = query.get(name)
  return value === null ? absent : value.toLowerCase() === 'true'
}

/** The body, which may be empty, where its Content-Type was told. */
export function jsonText({ body, headers }: RestRequest): string {
  if (body.length > 0 && !namesJson(headers)) throw httpError(415)
  try {
    return new TextDecoder(encodingOf(body), { fatal: true }).decode(body)
  } catch (cause) {
    throw new RestError(`The request body is not valid ${encodingOf(body).toUpperCase()}`, {
      status: 500,
      cause,
    })
  }
}

/** JSON begins with two ASCII characters, so that zeros tell UTF-16; the charset doesn't count. */
function encodingOf([first, second]: Buffer): string {
  if (first === 0 || (first === 0xfe && second === 0xff)) return 'utf-16be'
  return second === 0 || (first === 0xff && second === 0xfe) ? 'utf-16le' : 'utf-8'
}
