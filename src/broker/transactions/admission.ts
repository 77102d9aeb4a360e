import { errorCode } from '../../protocol/error-codes.ts'
import type { BatchHeader } from '../../protocol/record-batch.ts'
import { RefusedRecords } from '../log/append-check.ts'
import type { PartitionLog } from '../log/partition-log.ts'
import type { TransactionCoordinator } from './coordinator.ts'
import { refusedCode } from './known-code.ts'

/** Versions of Produce from here on know TRANSACTION_ABORTABLE. */
const ABORTABLE_SINCE = 11
/** From here on its first batch takes a partition into a producer's transaction. */
export const JOINS_SINCE = 12

/** Whether a batch may be part of its producer's transaction. @throws RefusedRecords */
export type Admission = (batch: BatchHeader, log: PartitionLog) => void

/**
 * Lets transactions begin only in partitions that were added to them before.
 * @param joined What came of `joinTransaction`.
 */
export function admissionOf(
  transactions: TransactionCoordinator,
  transactionalId: string | null,
  apiVersion: number,
  joined: number,
): Admission {
  return (batch, { topic, partition, producers }) => {
    if (transactionalId === null) {
      throw new RefusedRecords('records of a transaction come without a transactional id', {
        errorCode: errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
      })
    }
    if (producers.isOpen(batch)) return
    const { producerId, producerEpoch } = batch
    const producer = { transactionalId, producerId, producerEpoch }
    const code =
      joined === errorCode.NONE
        ? transactions.verify(producer, new Map([[topic, new Set([partition])]]))
        : joined
    if (code !== errorCode.NONE) {
      throw new RefusedRecords(
        `${topic}-${partition} was not added to a transaction of the producer`,
        { errorCode: refusedCode(code, apiVersion >= ABORTABLE_SINCE) },
      )
    }
    if (apiVersion >= JOINS_SINCE && !producers.entries.has(producerId)) checkFirst(batch)
  }
}

/** One with another number is behind one that is missing. */
function checkFirst({ baseSequence }: BatchHeader): void {
  if (baseSequence === 0) return
  throw new RefusedRecords(`the producer begins with sequence ${baseSequence} instead of 0`, {
    errorCode: errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  })
}
