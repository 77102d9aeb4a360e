import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded } from '../../protocol/message.ts'
import {
  listTransactionsRequest,
  listTransactionsResponse,
} from '../../protocol/messages/transaction-admin.ts'
import { defineApi } from '../api.ts'
import { isTransactionState, type Transaction } from '../transactions/transaction.ts'

type Request = Decoded<typeof listTransactionsRequest>

/** ListTransactions: transactional ids by state, producer and age. Left out: patterns (version 2). */
export const listTransactions = defineApi({
  request: listTransactionsRequest,
  response: listTransactionsResponse,
  versions: [0, 1],
  handle({ transactions, config }, body) {
    const nowMs = config.clock.now()
    const unknown = body.stateFilters.filter((state) => !isTransactionState(state))
    const isNothing = body.stateFilters.length > 0 && unknown.length === body.stateFilters.length
    const listed = isNothing
      ? []
      : Array.from(transactions.all()).filter((one) => isMeant(one, body, nowMs))
    return {
      throttleTimeMs: 0,
      errorCode: errorCode.NONE,
      unknownStateFilters: unknown,
      transactionStates: listed.map(({ id, producerId, state }) => ({
        transactionalId: id,
        producerId,
        transactionState: state,
      })),
    }
  },
  refuse: (_body, code) => ({
    throttleTimeMs: 0,
    errorCode: code,
    unknownStateFilters: [],
    transactionStates: [],
  }),
})

function isMeant({ state, producerId, startMs }: Transaction, asked: Request, nowMs: number) {
  const { stateFilters, producerIdFilters, durationFilter } = asked
  return (
    (stateFilters.length === 0 || stateFilters.includes(state)) &&
    (producerIdFilters.length === 0 || producerIdFilters.includes(producerId)) &&
    (durationFilter < 0 || nowMs - startMs > durationFilter)
  )
}
