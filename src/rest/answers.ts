import type { FastifyReply } from 'fastify'
import type { Logger } from '../base/logger.ts'
import type { RestExtensionAnswer } from '../sdk/rest-extension.ts'
import { errorBody, httpError, statusOf } from './errors.ts'
import { toJson } from './json-text.ts'
import { jsonTypeFor } from './media-types.ts'
import type { Answer } from './routes.ts'

/** Stands for no Content-Type at all: Fastify would set one. `dropAbsentType` takes it out. */
const NO_TYPE = 'application/x-none'

export function send(reply: FastifyReply, { status, body, location }: Answer): FastifyReply {
  if (location !== undefined) reply.header('location', location)
  return sendJson(reply, status, body, jsonTypeFor(reply.request.headers))
}

export function sendText(reply: FastifyReply, answer: RestExtensionAnswer): FastifyReply {
  return reply.status(answer.status).headers(answer.headers).send(Buffer.from(answer.body))
}

/** Answers before any resource is reached: that JSON has no Content-Type, as in the reference. */
export function refuse(reply: FastifyReply, status: number): FastifyReply {
  return sendJson(reply, status, errorBody(httpError(status)), NO_TYPE)
}

/** Answers with an error of a handler; the log has the stack trace of what is the worker's fault. */
export function fail(reply: FastifyReply, error: unknown, logger: Logger): FastifyReply {
  const status = statusOf(error)
  if (status >= 500) {
    const { method, url } = reply.request
    logger.error(`The REST request ${method} ${url} failed`, error)
  }
  return sendJson(reply, status, errorBody(error), jsonTypeFor(reply.request.headers))
}

export function dropAbsentType(reply: FastifyReply): void {
  if (reply.getHeader('content-type') === NO_TYPE) reply.removeHeader('content-type')
}

function sendJson(
  reply: FastifyReply,
  status: number,
  body: unknown,
  contentType: string,
): FastifyReply {
  reply.status(status)
  if (status === 500) reply.raw.statusMessage = 'Server Error'
  if (body === undefined) return reply.send()
  return reply.header('content-type', contentType).send(Buffer.from(toJson(body)))
}
