import { endTxnRequest, endTxnResponse } from '../../protocol/messages/transactions.ts'
import { defineApi } from '../api.ts'
import { knownCode } from '../transactions/fenced-code.ts'

/** EndTxn: commits or aborts. Left out: a new epoch with every end (version 5, KIP-890). */
export const endTxn = defineApi({
  request: endTxnRequest,
  response: endTxnResponse,
  versions: [0, 4],
  async handle({ transactions }, body, { apiVersion }) {
    const code = await transactions.end(body, body.committed)
    return { throttleTimeMs: 0, errorCode: knownCode(code, apiVersion) }
  },
  refuse: (_body, code) => ({ throttleTimeMs: 0, errorCode: code }),
})
