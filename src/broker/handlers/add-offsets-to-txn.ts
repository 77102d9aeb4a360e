import {
  addOffsetsToTxnRequest,
  addOffsetsToTxnResponse,
} from '../../protocol/messages/transactions.ts'
import { defineApi } from '../api.ts'
import { knownCode } from '../transactions/known-code.ts'
import { offsetsPartition } from '../transactions/offsets-partition.ts'

/** AddOffsetsToTxn: takes the partition that keeps a group's offsets into a transaction. */
export const addOffsetsToTxn = defineApi({
  request: addOffsetsToTxnRequest,
  response: addOffsetsToTxnResponse,
  versions: [0, 4],
  async handle({ transactions }, body, { apiVersion }) {
    const code = await transactions.add(body, offsetsPartition)
    return { throttleTimeMs: 0, errorCode: knownCode(code, apiVersion) }
  },
  refuse: (_body, code) => ({ throttleTimeMs: 0, errorCode: code }),
})
