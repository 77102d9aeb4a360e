import type { FastifyReply, FastifyRequest } from 'fastify'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** One line for each request: NCSA's extended form, then the milliseconds that it took. */
export function logLine(request: FastifyRequest, reply: FastifyReply): string {
  const { raw, ip, headers } = request
  const line = `${raw.method} ${raw.url} HTTP/${raw.httpVersion}`
  const size = reply.getHeader('content-length') ?? 0
  const took = Math.round(reply.elapsedTime)
  return `${ip} - - [${timeOf(new Date())}] "${line}" ${reply.statusCode} ${size} "${headers.referer ?? '-'}" "${headers['user-agent'] ?? '-'}" ${took}`
}

function timeOf(time: Date): string {
  const iso = time.toISOString()
  return `${iso.slice(8, 10)}/${months[time.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`
}
