import { ConnectError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Assignor } from './assignor.ts'
import type { RebalanceListener, TopicPartition } from './client.ts'
import type { Cluster } from './cluster.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './consumer-protocol.ts'
import type { GroupProtocol, Joined, JoinedMember } from './group-protocol.ts'

export interface ConsumerGroupOptions {
  readonly cluster: Cluster
  readonly assignors: readonly Assignor[]
  readonly topics: readonly string[] | RegExp
  readonly listener: RebalanceListener
  readonly logger: Logger
  /** Takes a new assignment into use. */
  readonly assign: (partitions: readonly TopicPartition[]) => void
  readonly requestRejoin: (reason: string) => void
}

/** What a group of consumers is about: the partitions of its topics. */
export class ConsumerGroup implements GroupProtocol {
  readonly type = 'consumer'
  readonly #options: ConsumerGroupOptions
  /** Only when all ways are cooperative do members keep partitions through a rebalance. */
  readonly #isCooperative: boolean
  #owned: readonly TopicPartition[] = []
  #generation = -1
  #joinedTopics = ''
  /** Partition counts that this member, as the leader, shared out; null for the others. */
  #sharedOut: string | null = null
  #leaderTopics: readonly string[] = []

  constructor(options: ConsumerGroupOptions) {
    this.#options = options
    this.#isCooperative = options.assignors.every(({ cooperative }) => cooperative)
    if (options.topics instanceof RegExp) options.cluster.watchAll()
    else for (const topic of options.topics) options.cluster.watch(topic)
  }

  /** Joins again when there are other topics or partitions than at the last join. */
  checkTopics(): void {
    if (this.#generation < 0) return
    const topics = this.#topics()
    if (topics.join() !== this.#joinedTopics) {
      this.#options.requestRejoin('the topics that match the subscription changed')
    } else if (
      this.#sharedOut !== null &&
      describeCounts(this.#counts(this.#leaderTopics)) !== this.#sharedOut
    ) {
      this.#options.requestRejoin('the partitions of the topics changed')
    }
  }

  protocols() {
    const topics = this.#topics()
    this.#joinedTopics = topics.join()
    const owned = this.#isCooperative ? this.#owned : []
    const metadata = encodeSubscription(topics, owned, this.#generation)
    return this.#options.assignors.map(({ name }) => ({ name, metadata }))
  }

  async assign(
    protocol: string,
    members: readonly JoinedMember[],
  ): Promise<Map<string, Uint8Array>> {
    const assignor = this.#options.assignors.find(({ name }) => name === protocol)
    if (assignor === undefined) {
      throw new ConnectError(`the group chose ${protocol}, which this member did not offer`, {
        code: 'KAFKA',
      })
    }
    const subscriptions = members.map(decodeSubscription)
    this.#leaderTopics = [...new Set(subscriptions.flatMap(({ topics }) => topics))]
    for (const topic of this.#leaderTopics) this.#options.cluster.watch(topic)
    await this.#options.cluster.refresh()
    const counts = this.#counts(this.#leaderTopics)
    this.#sharedOut = describeCounts(counts)
    const shares = assignor.assign(counts, subscriptions)
    return new Map(
      Array.from(shares, ([memberId, partitions]) => [memberId, encodeAssignment(partitions)]),
    )
  }

  async onPrepare(): Promise<void> {
    this.#sharedOut = null
    const topics = new Set(this.#topics())
    const kept = this.#isCooperative ? this.#owned.filter(({ topic }) => topics.has(topic)) : []
    await this.#revoke(kept)
  }

  async onJoined({ generation, assignment }: Joined): Promise<void> {
    this.#generation = generation
    const assigned = decodeAssignment(assignment)
    const before = new Set(this.#owned.map(keyOf))
    const after = new Set(assigned.map(keyOf))
    const kept = this.#owned.filter((each) => after.has(keyOf(each)))
    const mustHandOn = kept.length < this.#owned.length
    await this.#revoke(kept)
    this.#own(assigned)
    this.#options.logger.info(
      `generation ${generation} of the group: ${assigned.map(keyOf).join(', ') || 'no partitions'}`,
    )
    await this.#options.listener.onAssigned(assigned.filter((each) => !before.has(keyOf(each))))
    if (mustHandOn) this.#options.requestRejoin('partitions were given up for other members')
  }

  async onLost(): Promise<void> {
    this.#generation = -1
    this.#sharedOut = null
    const lost = this.#owned
    this.#own([])
    if (lost.length > 0) await this.#options.listener.onLost(lost)
  }

  async #revoke(kept: readonly TopicPartition[]): Promise<void> {
    const keep = new Set(kept.map(keyOf))
    const revoked = this.#owned.filter((each) => !keep.has(keyOf(each)))
    if (revoked.length === 0) return
    try {
      await this.#options.listener.onRevoked(revoked)
    } finally {
      this.#own(kept)
    }
  }

  #own(partitions: readonly TopicPartition[]): void {
    this.#owned = partitions
    this.#options.assign(partitions)
  }

  #topics(): readonly string[] {
    const { topics, cluster } = this.#options
    if (!(topics instanceof RegExp)) return topics
    return Array.from(cluster.topics())
      .filter(
        ({ name, isInternal, errorCode }) => !isInternal && errorCode === 0 && topics.test(name),
      )
      .map(({ name }) => name)
      .sort((a, b) => (a < b ? -1 : 1))
  }

  #counts(topics: readonly string[]): ReadonlyMap<string, number> {
    const { cluster } = this.#options
    return new Map(
      topics.flatMap((topic) => {
        const count = cluster.topic(topic)?.leaders.length ?? 0
        return count === 0 ? [] : [[topic, count]]
      }),
    )
  }
}

function describeCounts(counts: ReadonlyMap<string, number>): string {
  return Array.from(counts, ([topic, count]) => `${topic}:${count}`).join()
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
