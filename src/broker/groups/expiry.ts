import type { Group } from './group.ts'
import type { CommittedOffset } from './group-offsets.ts'
import { isSubscribed } from './subscription.ts'

/**
 * Offsets that nobody has needed for `retentionMs`: of a group without members since it is, of a
 * group that never had any since they were committed. A stable group of consumers loses those of
 * topics that it doesn't consume any more, other groups none.
 */
export function expiredOffsets(
  group: Group,
  nowMs: number,
  retentionMs: number,
): readonly CommittedOffset[] {
  const { state, stateSinceMs, protocolType } = group.cycle
  const mayConsume = (topic: string) =>
    state !== 'Empty' &&
    (protocolType !== 'consumer' || state !== 'Stable' || isSubscribed(group, topic))
  const emptySinceMs = state === 'Empty' && protocolType !== null ? stateSinceMs : 0
  return [...group.offsets.all()].filter(({ topic, partition, value }) => {
    const { commitTimestamp, expireTimestamp } = value
    const unusedSinceMs = Math.max(emptySinceMs, commitTimestamp)
    const expiryMs = expireTimestamp >= 0 ? expireTimestamp : unusedSinceMs + retentionMs
    return nowMs >= expiryMs && !mayConsume(topic) && !group.offsets.isUnstable(topic, partition)
  })
}
