import { errorCode } from '../../protocol/error-codes.ts'

/** The one epoch that a partition's only leader ever has. */
export const LEADER_EPOCH = 0

/** What a client gets that knows of another leader epoch; `NONE` for this one and for -1, any. */
export function leaderEpochError(epoch: number): number {
  if (epoch < 0 || epoch === LEADER_EPOCH) return errorCode.NONE
  return errorCode.UNKNOWN_LEADER_EPOCH
}
