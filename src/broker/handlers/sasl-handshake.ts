import { errorCode } from '../../protocol/error-codes.ts'
import { saslHandshakeRequest, saslHandshakeResponse } from '../../protocol/messages/sasl.ts'
import { defineApi } from '../api.ts'
import { mechanismNames } from '../security/login.ts'

/**
 * SaslHandshake: chooses how the client logs in. Where that can't be, the connection ends.
 *
 * Left out: version 0, after which the messages of a login are no requests.
 */
export const saslHandshake = defineApi({
  request: saslHandshakeRequest,
  response: saslHandshakeResponse,
  versions: [1, 1],
  handle(_broker, { mechanism }, { login, end }) {
    const code = login?.begin(mechanism) ?? errorCode.ILLEGAL_SASL_STATE
    if (code === errorCode.UNSUPPORTED_SASL_MECHANISM) end()
    return { errorCode: code, mechanisms: mechanismNames }
  },
  refuse: (_body, code) => ({ errorCode: code, mechanisms: mechanismNames }),
})
