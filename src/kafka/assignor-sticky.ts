import type { Assignment, MemberSubscription } from './assignor.ts'
import type { TopicPartition } from './client.ts'

type Partition = TopicPartition & { readonly key: string }

/**
 * Balanced, and every member keeps as much as it can of what it has. A partition that has to move
 * is left out of this round: its owner gives it up, and the rebalance that follows hands it on. So
 * no partition ever has two owners.
 */
export function assignCooperativeSticky(
  partitionCounts: ReadonlyMap<string, number>,
  members: readonly MemberSubscription[],
): Assignment {
  const owners = currentOwners(members)
  const shares = balancedShares(partitionCounts, members, owners)
  return new Map(
    [...shares].map(([memberId, share]) => [
      memberId,
      share
        .filter(({ key }) => (owners.get(key) ?? memberId) === memberId)
        .map(({ topic, partition }) => ({ topic, partition })),
    ]),
  )
}

/** Owner by partition; the newest claim counts, and of two equally new ones neither. */
function currentOwners(members: readonly MemberSubscription[]): Map<string, string> {
  const claims = new Map<string, { memberId: string | null; generation: number }>()
  for (const { memberId, generation, owned } of members) {
    for (const partition of owned) {
      const key = keyOf(partition)
      const claim = claims.get(key)
      if (claim === undefined || claim.generation < generation) {
        claims.set(key, { memberId, generation })
      } else if (claim.generation === generation) {
        claim.memberId = null
      }
    }
  }
  return new Map(
    [...claims].flatMap(([key, { memberId }]) => (memberId === null ? [] : [[key, memberId]])),
  )
}

function balancedShares(
  partitionCounts: ReadonlyMap<string, number>,
  members: readonly MemberSubscription[],
  owners: ReadonlyMap<string, string>,
): Map<string, Partition[]> {
  const subscribed = new Map(members.map((member) => [member.memberId, new Set(member.topics)]))
  const shares = new Map<string, Partition[]>(members.map((member) => [member.memberId, []]))
  const free: Partition[] = []
  for (const partition of allPartitions(partitionCounts)) {
    const owner = owners.get(partition.key)
    const share = owner === undefined ? undefined : shares.get(owner)
    if (owner !== undefined && subscribed.get(owner)?.has(partition.topic)) share?.push(partition)
    else free.push(partition)
  }
  const takersOf = (topic: string) =>
    [...shares]
      .filter(([memberId]) => subscribed.get(memberId)?.has(topic))
      .map(([, share]) => share)
  for (const partition of free) smallest(takersOf(partition.topic))?.push(partition)
  for (const topic of partitionCounts.keys()) level(takersOf(topic), topic)
  return shares
}

/** Moves partitions of the topic from the largest share to the smallest until they are even. */
function level(shares: Partition[][], topic: string): void {
  for (;;) {
    const least = smallest(shares)
    const givers = shares.filter((share) => share.some((partition) => partition.topic === topic))
    const most = givers.reduce<Partition[] | undefined>(
      (best, share) => (best === undefined || share.length > best.length ? share : best),
      undefined,
    )
    if (least === undefined || most === undefined || most.length - least.length < 2) return
    const index = most.findLastIndex((partition) => partition.topic === topic)
    least.push(...most.splice(index, 1))
  }
}

function smallest(shares: readonly Partition[][]): Partition[] | undefined {
  return shares.reduce<Partition[] | undefined>(
    (best, share) => (best === undefined || share.length < best.length ? share : best),
    undefined,
  )
}

function allPartitions(partitionCounts: ReadonlyMap<string, number>): Partition[] {
  return [...partitionCounts].flatMap(([topic, count]) =>
    Array.from({ length: count }, (_, partition) => ({
      topic,
      partition,
      key: keyOf({ topic, partition }),
    })),
  )
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
