import { ConnectError, messageOf } from '../base/errors.ts'

/** The same error, or one whose message is for people: it shows none of the hidden values. */
export function hiddenError(error: unknown, hide: (text: string) => string): unknown {
  const message = messageOf(error)
  const told = hide(message)
  if (told === message) return error
  const code = error instanceof ConnectError ? error.code : 'CONNECT_FAILED'
  return new ConnectError(told, { code, cause: error })
}
