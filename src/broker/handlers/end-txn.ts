import { endTxnRequest, endTxnResponse } from '../../protocol/messages/transactions.ts'
import { defineApi } from '../api.ts'
import { knownCode } from '../transactions/known-code.ts'

/** From this version on an end brings the epoch, or the id, that the producer goes on with. */
const RENEWS_SINCE = 5

/** EndTxn: commits or aborts. */
export const endTxn = defineApi({
  request: endTxnRequest,
  response: endTxnResponse,
  versions: [0, 5],
  async handle({ transactions }, body, { apiVersion }) {
    if (apiVersion >= RENEWS_SINCE) {
      return { throttleTimeMs: 0, ...(await transactions.endAndRenew(body, body.committed)) }
    }
    const code = await transactions.end(body, body.committed)
    return { throttleTimeMs: 0, errorCode: knownCode(code, apiVersion) }
  },
  refuse: (_body, code) => ({ throttleTimeMs: 0, errorCode: code }),
})
