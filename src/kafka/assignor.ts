import type { TopicPartition } from './client.ts'

/** What a member of a consumer group told the leader when it joined. */
export interface MemberSubscription {
  readonly memberId: string
  /** `group.instance.id` of a static member, else null. */
  readonly instanceId: string | null
  readonly topics: readonly string[]
  /** Partitions it holds; empty with the eager protocol. */
  readonly owned: readonly TopicPartition[]
  /** Generation in which it got them; -1 when it does not know. */
  readonly generation: number
}

/** Partitions by member id. */
export type Assignment = Map<string, TopicPartition[]>

/** Shares out the partitions of the subscribed topics; pure, run by the leader of the group. */
export interface Assignor {
  /** Name in the group protocol, as the Java client's. */
  readonly name: string
  readonly javaClass: string
  /** True when members keep their partitions through a rebalance and only give up those that move. */
  readonly cooperative: boolean
  /** @param partitionCounts By topic; topics that do not exist are left out. */
  assign(
    partitionCounts: ReadonlyMap<string, number>,
    members: readonly MemberSubscription[],
  ): Assignment
}
