import type { GroupPlace } from './worker-group.ts'
import { assignmentError } from './worker-protocol.ts'

/** What a worker does next after a rebalance, until it may work. */
export type SettleStep =
  | { readonly kind: 'read' }
  | { readonly kind: 'rejoin'; readonly reason: string }
  | { readonly kind: 'work' }

/**
 * Work only starts when this worker knows the config topic exactly as far as the leader did.
 * @param offset Up to which this worker has read.
 * @param hasRead Whether it has read to the end since the rebalance.
 */
export function settleStep(place: GroupPlace, offset: number, hasRead: boolean): SettleStep {
  const { error, configOffset } = place.assignment
  const isFailed = error !== assignmentError.none
  const isBehind = offset < configOffset
  if (!hasRead && (isBehind || (isFailed && place.isLeader))) return { kind: 'read' }
  if (isFailed) return { kind: 'rejoin', reason: 'the leader was behind in the config topic' }
  if (offset === configOffset) return { kind: 'work' }
  return {
    kind: 'rejoin',
    reason: `the config topic was read up to ${offset}, and the leader knew ${configOffset}`,
  }
}
