import { messageOf } from '../base/errors.ts'
import {
  isGoing,
  UNREACHABLE_HELP,
  UnsentError,
  type WorkerAnswer,
  type WorkerClient,
} from '../cluster/distributed/worker-client.ts'
import type { ForwardError } from '../cluster/herder.ts'
import { RestError } from './errors.ts'
import type { Answer, RestRequest } from './routes.ts'

/** Parameters of the query that mean something to the other worker. */
const keptParameters = ['includeTasks', 'onlyFailed']

/** The worker that a request was forwarded to is going or gone, and has done nothing of it. */
export class GoneError extends RestError {
  /** As other workers know it. */
  readonly url: string

  constructor(url: string, error: RestError) {
    super(error.message, error)
    this.url = url
  }
}

/**
 * Has another worker answer, and relays status and body of its answer.
 * @throws RestError 409 when nobody knows who that is, or the request was forwarded enough; with
 *   the status of the other worker when that refused it; 500 when it can't be reached. GoneError
 *   where it did nothing.
 */
export async function forward(
  { url }: ForwardError,
  request: RestRequest,
  send: WorkerClient,
): Promise<Answer> {
  const hop = request.query.get('forward')
  if (isLastHop(request)) {
    throw conflict(
      'Cannot complete request because of a conflicting operation (e.g. worker rebalance)',
    )
  }
  if (url === null || url === '') {
    throw conflict(
      'Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.',
    )
  }
  const target = new URL(url.replace(/\/$/, '') + request.path)
  target.searchParams.set('forward', String(hop === null))
  for (const name of keptParameters) {
    const value = request.query.get(name)
    if (value !== null) target.searchParams.set(name, value)
  }
  try {
    const answered = await sent(target, request, send)
    if (isGoing(answered)) throw ended(target)
    return relayed(answered, request)
  } catch (error) {
    throw isGone(error) ? new GoneError(url, error) : error
  }
}

function isGone(error: unknown): error is RestError {
  if (!(error instanceof RestError)) return false
  return error.status === 503 || error.cause instanceof UnsentError
}

/** Another worker sent it here, and nobody shall send it on. */
export function isLastHop({ query }: RestRequest): boolean {
  const hop = query.get('forward')
  return hop !== null && hop.toLowerCase() !== 'true'
}

async function sent(
  target: URL,
  { method, body, headers: { authorization } }: RestRequest,
  send: WorkerClient,
): Promise<WorkerAnswer> {
  try {
    return await send(target, {
      method,
      headers: authorization === undefined ? {} : { authorization },
      body,
    })
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
    throw new RestError(
      `IO Error trying to forward REST request: ${messageOf(reason)} (${target.origin}; ${UNREACHABLE_HELP})`,
      { status: 500, cause },
    )
  }
}

function ended({ origin }: URL): RestError {
  const problem = `no worker serves its REST API at ${origin} any more, or another program is there`
  return new RestError(
    `IO Error trying to forward REST request: ${problem} (${UNREACHABLE_HELP})`,
    { status: 500, cause: new UnsentError(problem) },
  )
}

function relayed({ status, location, body: text }: WorkerAnswer, { base }: RestRequest): Answer {
  if (status >= 400) throw new RestError(messageIn(text), { status })
  if (status < 200 || status >= 300) {
    throw new RestError(`Unexpected status code when handling forwarded request: ${status}`, {
      status: 500,
    })
  }
  return {
    status,
    ...(text === '' ? {} : { body: JSON.parse(text) as unknown }),
    ...(location === null ? {} : { location: base + new URL(location, base).pathname }),
  }
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown }
    return typeof message === 'string' ? message : text
  } catch {
    return text
  }
}

function conflict(message: string): RestError {
  return new RestError(message, { status: 409 })
}
