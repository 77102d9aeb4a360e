import { errorCode } from '../../protocol/error-codes.ts'
import {
  describeTransactionsRequest,
  describeTransactionsResponse,
} from '../../protocol/messages/transaction-admin.ts'
import { defineApi } from '../api.ts'
import type { Transaction } from '../transactions/transaction.ts'

/** DescribeTransactions: what is known of transactional ids. */
export const describeTransactions = defineApi({
  request: describeTransactionsRequest,
  response: describeTransactionsResponse,
  versions: [0, 0],
  handle: ({ transactions }, body) => ({
    throttleTimeMs: 0,
    transactionStates: body.transactionalIds.map((id) => {
      const transaction = transactions.get(id)
      return transaction === null
        ? failed(id, errorCode.TRANSACTIONAL_ID_NOT_FOUND)
        : describe(transaction)
    }),
  }),
  refuse: (body, code) => ({
    throttleTimeMs: 0,
    transactionStates: body.transactionalIds.map((id) => failed(id, code)),
  }),
})

function describe(transaction: Transaction) {
  return {
    errorCode: errorCode.NONE,
    transactionalId: transaction.id,
    transactionState: transaction.state,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: transaction.startMs,
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    topics: Array.from(transaction.partitions, ([topic, numbers]) => ({
      topic,
      partitions: [...numbers],
    })),
  }
}

function failed(transactionalId: string, code: number) {
  return {
    errorCode: code,
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: -1,
    producerId: -1,
    producerEpoch: -1,
    topics: [],
  }
}
