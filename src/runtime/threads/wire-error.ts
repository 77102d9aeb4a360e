import { ConnectError, type ErrorCode } from '../../base/errors.ts'

/** An error between threads; structured cloning itself would lose its code and class. */
export interface WireError {
  readonly name: string
  readonly message: string
  readonly stack: string
  /** Of a ConnectError. */
  readonly connectCode: ErrorCode | null
  /** Of any other error that has one, such as Node's own. */
  readonly code: string | null
  readonly cause: WireError | null
}

export function encodeError(error: unknown): WireError {
  const isError = error instanceof Error
  const { code } = isError ? (error as { code?: unknown }) : {}
  return {
    name: isError ? error.name : 'Error',
    message: isError ? error.message : String(error),
    stack: isError ? (error.stack ?? '') : '',
    connectCode: error instanceof ConnectError ? error.code : null,
    code: typeof code === 'string' ? code : null,
    cause: isError && error.cause !== undefined ? encodeError(error.cause) : null,
  }
}

export function decodeError(wire: WireError): Error {
  const { name, message, stack, connectCode, code } = wire
  const options = wire.cause === null ? {} : { cause: decodeError(wire.cause) }
  if (connectCode !== null) {
    return Object.assign(new ConnectError(message, { ...options, code: connectCode }), { stack })
  }
  return Object.assign(new Error(message, options), {
    name,
    stack,
    ...(code === null ? {} : { code }),
  })
}
