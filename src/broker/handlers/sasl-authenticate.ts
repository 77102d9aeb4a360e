import { errorCode } from '../../protocol/error-codes.ts'
import { saslAuthenticateRequest, saslAuthenticateResponse } from '../../protocol/messages/sasl.ts'
import { defineApi } from '../api.ts'
import { LoginRefused } from '../security/login-refused.ts'

/** SaslAuthenticate: carries a login. One that is refused ends the connection. */
export const saslAuthenticate = defineApi({
  request: saslAuthenticateRequest,
  response: saslAuthenticateResponse,
  versions: [0, 2],
  handle({ config }, { authBytes }, { clientHost, login, end }) {
    if (login === null || login.isDone) {
      return refused(errorCode.ILLEGAL_SASL_STATE, 'There is nothing to log in to.')
    }
    try {
      return { errorCode: errorCode.NONE, errorMessage: null, authBytes: login.step(authBytes) }
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error
      config.logger?.warn(`${clientHost} can't log in: ${error.message}`)
      end()
      return refused(
        errorCode.SASL_AUTHENTICATION_FAILED,
        `Authentication failed: ${error.message}`,
      )
    }
  },
  refuse: (_body, code) => refused(code, null),
})

function refused(code: number, errorMessage: string | null) {
  return { errorCode: code, errorMessage, authBytes: Buffer.alloc(0) }
}
