import { errorCode } from '../../protocol/error-codes.ts'

/** Requests within a transaction know PRODUCER_FENCED from this version on. */
const FENCED_SINCE = 2

/** The code as clients of `apiVersion` know it. */
export function knownCode(code: number, apiVersion: number): number {
  const isUnknown = code === errorCode.PRODUCER_FENCED && apiVersion < FENCED_SINCE
  return isUnknown ? errorCode.INVALID_PRODUCER_EPOCH : code
}

/** The code as clients know it whose records or offsets can't get into a transaction. */
export function refusedCode(code: number, knowsAbortable: boolean): number {
  if (code === errorCode.PRODUCER_FENCED) return errorCode.INVALID_PRODUCER_EPOCH
  const isAbortable = code === errorCode.INVALID_TXN_STATE && knowsAbortable
  return isAbortable ? errorCode.TRANSACTION_ABORTABLE : code
}
