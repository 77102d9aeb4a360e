import { errorCode } from '../../protocol/error-codes.ts'
import type { BatchHeader } from '../../protocol/record-batch.ts'
import { RefusedRecords } from '../log/append-check.ts'
import type { TransactionCoordinator } from './coordinator.ts'

/** Versions of Produce from here on know TRANSACTION_ABORTABLE. */
const ABORTABLE_SINCE = 11

/** Whether a batch may begin its producer's transaction in a partition. @throws RefusedRecords */
export type Admission = (batch: BatchHeader, topic: string, partition: number) => void

/** Takes records of a transaction only into partitions that were added to it before. */
export function admissionOf(
  transactions: TransactionCoordinator,
  transactionalId: string | null,
  apiVersion: number,
): Admission {
  return ({ producerId, producerEpoch }, topic, partition) => {
    if (transactionalId === null) {
      throw new RefusedRecords('records of a transaction come without a transactional id', {
        errorCode: errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
      })
    }
    const producer = { transactionalId, producerId, producerEpoch }
    const code = transactions.verify(producer, new Map([[topic, new Set([partition])]]))
    if (code === errorCode.NONE) return
    throw new RefusedRecords(
      `${topic}-${partition} was not added to a transaction of the producer`,
      {
        errorCode: codeOfProduce(code, apiVersion),
      },
    )
  }
}

function codeOfProduce(code: number, apiVersion: number): number {
  if (code === errorCode.PRODUCER_FENCED) return errorCode.INVALID_PRODUCER_EPOCH
  const isAbortable = code === errorCode.INVALID_TXN_STATE && apiVersion >= ABORTABLE_SINCE
  return isAbortable ? errorCode.TRANSACTION_ABORTABLE : code
}
