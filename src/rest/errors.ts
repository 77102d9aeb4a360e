import { ConnectError, messageOf } from '../base/errors.ts'

const reasons: Readonly<Record<number, string>> = {
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
}

/** A refusal that the REST layer itself decides on. */
export class RestError extends Error {
  override readonly name = 'RestError'
  readonly status: number

  constructor(message: string, options: ErrorOptions & { readonly status: number }) {
    super(message, options)
    this.status = options.status
  }
}

/** A refusal with the standard text of its status, such as `HTTP 404 Not Found`. */
export function httpError(status: number): RestError {
  return new RestError(`HTTP ${status} ${reasons[status] ?? 'Error'}`, { status })
}

/** HTTP status of an error: whatever isn't known to be the caller's fault is the worker's. */
export function statusOf(error: unknown): number {
  if (error instanceof RestError) return error.status
  if (!(error instanceof ConnectError)) return 500
  switch (error.code) {
    case 'NOT_FOUND':
      return 404
    case 'ALREADY_EXISTS':
    case 'CONFLICT':
    case 'REBALANCE':
      return 409
    case 'FORBIDDEN':
      return 403
    case 'NOT_READY':
      return 503
    case 'BAD_REQUEST':
      return 400
    default:
      return 500
  }
}

/** Body of every answer that isn't a success. Stack traces stay in the log. */
export function errorBody(error: unknown): {
  readonly error_code: number
  readonly message: string
} {
  return { error_code: statusOf(error), message: messageOf(error) }
}
