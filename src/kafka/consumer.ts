import type { Clock } from '../base/clock.ts'
import { ConnectError, isRetriable } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { ClientMetrics } from '../metrics/client-metrics.ts'
import { CoordinatorMetrics } from '../metrics/coordinator-metrics.ts'
import { FetchMetrics } from '../metrics/fetch-metrics.ts'
import { errorCode } from '../protocol/error-codes.ts'
import type {
  Consumer,
  FetchedRecords,
  PartitionOffset,
  RebalanceListener,
  TopicPartition,
} from './client.ts'
import { Cluster } from './cluster.ts'
import type { ConsumerConfig } from './consumer-config.ts'
import { ConsumerGroup } from './consumer-group.ts'
import type { Coordinator } from './coordinator.ts'
import { Fetcher } from './fetcher.ts'
import { GroupMember } from './group-member.ts'
import { commitGroupOffsets, nobody } from './group-offsets.ts'
import { EARLIEST, findOffsets, type IsolationLevel, LATEST } from './list-offsets.ts'
import { groupCoordinator } from './metered-coordinator.ts'
import { PositionFinder } from './position-finder.ts'
import { retrying } from './retry.ts'
import { Signal } from './signal.ts'

export interface ConsumerOptions {
  readonly config: ConsumerConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: ClientMetrics | null
}

/** Longest sleep in a poll, so that changes of the metadata are noticed. */
const TICK_MS = 1000

interface Membership {
  readonly member: GroupMember
  readonly group: ConsumerGroup
}

/** Puts group membership, positions and fetching together; see the port for what it promises. */
export class KafkaConsumer implements Consumer {
  readonly #options: ConsumerOptions
  readonly #cluster: Cluster
  readonly #coordinator: Coordinator | null
  readonly #fetcher: Fetcher
  readonly #positions: PositionFinder
  readonly #signal = new Signal()
  readonly #closing = new AbortController()
  #membership: Membership | null = null
  #refreshing: Promise<void> | null = null
  #failure: ConnectError | null = null
  #isWoken: boolean
  /** Metadata that the subscription was compared with. */
  #checkedVersion = 0

  constructor(options: ConsumerOptions) {
    const { config, metrics } = options
    this.#options = options
    this.#isWoken = false
    const autoCreateTopics = config['allow.auto.create.topics']
    this.#cluster = new Cluster({ ...options, autoCreateTopics })
    const groupId = config['group.id']
    const ofGroup = metrics === null || groupId === null ? null : this.#groupMetrics(metrics)
    this.#coordinator = groupId === null ? null : groupCoordinator(this.#cluster, groupId, ofGroup)
    const notify = () => this.#signal.raise()
    this.#fetcher = new Fetcher({
      ...options,
      cluster: this.#cluster,
      notify,
      metrics: metrics === null ? null : new FetchMetrics(metrics),
    })
    this.#positions = new PositionFinder({
      ...options,
      cluster: this.#cluster,
      coordinator: this.#coordinator,
      fetcher: this.#fetcher,
      signal: this.#closing.signal,
      notify,
    })
  }

  async subscribe(topics: readonly string[] | RegExp, listener: RebalanceListener): Promise<void> {
    const { config, clock, logger } = this.#options
    const coordinator = this.#coordinator
    if (coordinator === null) {
      throw new ConnectError('subscribing needs group.id', { code: 'CONFIG_INVALID' })
    }
    await this.#membership?.member.close('the subscription is replaced')
    const group = new ConsumerGroup({
      cluster: this.#cluster,
      assignors: config.assignors,
      topics,
      listener,
      logger,
      assign: (partitions) => this.#fetcher.assign(partitions),
      requestRejoin: (reason) => this.#membership?.member.requestRejoin(reason),
    })
    const member = new GroupMember({
      coordinator,
      protocol: group,
      instanceId: config['group.instance.id'],
      sessionTimeoutMs: config['session.timeout.ms'],
      expiresAlone: false,
      rebalanceTimeoutMs: config['max.poll.interval.ms'],
      rebalanceTimeoutHelp: 'raise max.poll.interval.ms or lower max.poll.records',
      heartbeatIntervalMs: config['heartbeat.interval.ms'],
      heartbeatFirstMs: config['heartbeat.interval.ms'],
      requestTimeoutMs: config['request.timeout.ms'],
      retryBackoffMs: config['retry.backoff.ms'],
      retryBackoffMaxMs: config['retry.backoff.max.ms'],
      clock,
      logger,
      notify: () => this.#signal.raise(),
    })
    this.#membership = { member, group }
  }

  async assign(partitions: readonly TopicPartition[]): Promise<void> {
    for (const { topic } of partitions) this.#cluster.watch(topic)
    this.#fetcher.assign(partitions)
  }

  async poll(timeoutMs: number): Promise<readonly FetchedRecords[]> {
    const { clock, config } = this.#options
    const deadline = clock.elapsed() + timeoutMs
    for (;;) {
      this.#refuseWhenClosed()
      this.#throwFailure()
      this.#refreshWhenStale()
      this.#checkTopics()
      if (this.#cluster.isLoaded) await this.#membership?.member.step()
      this.#positions.find()
      this.#fetcher.send()
      const records = this.#fetcher.next(config['max.poll.records'])
      if (records !== null) {
        // The broker prepares the next answer while the caller works on this one.
        this.#fetcher.send()
        return records
      }
      const leftMs = deadline - clock.elapsed()
      if (this.#isWoken || leftMs <= 0) {
        this.#isWoken = false
        return []
      }
      await this.#signal.wait(Math.min(leftMs, TICK_MS))
    }
  }

  wakeup(): void {
    this.#isWoken = true
    this.#signal.raise()
  }

  assignment(): readonly TopicPartition[] {
    return this.#fetcher.states().map(({ topic, partition }) => ({ topic, partition }))
  }

  async position(partition: TopicPartition): Promise<number> {
    const state = this.#fetcher.state(partition)
    const { config } = this.#options
    const what = `the position of ${partition.topic}-${partition.partition}`
    return retrying(what, config['default.api.timeout.ms'], this.#retry(), async () => {
      if (state.position === null) await this.#positions.findNow([state])
      return state.position ?? 0
    })
  }

  seek(offset: PartitionOffset): void {
    this.#fetcher.state(offset).seek(offset.offset)
  }

  async seekToBeginning(partitions: readonly TopicPartition[]): Promise<void> {
    for (const each of partitions) this.#fetcher.state(each)
    for (const offset of await this.#find(partitions, EARLIEST)) this.seek(offset)
  }

  endOffsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffset[]> {
    return this.#find(partitions, LATEST)
  }

  knownEnd(partition: TopicPartition): number | null {
    return this.#fetcher.find(partition)?.end ?? null
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const each of partitions) this.#fetcher.state(each).isPaused = true
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const each of partitions) this.#fetcher.state(each).isPaused = false
    this.#fetcher.send()
  }

  async commit(offsets: readonly PartitionOffset[]): Promise<void> {
    if (offsets.length === 0) return
    const { config } = this.#options
    const coordinator = this.#coordinator
    if (coordinator === null) {
      throw new ConnectError('committing offsets needs group.id', { code: 'CONFIG_INVALID' })
    }
    const what = `committing offsets of group ${coordinator.key}`
    await retrying(what, config['default.api.timeout.ms'], this.#retry(), () =>
      this.#commitOnce(coordinator, offsets),
    )
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    this.#fetcher.close()
    this.#signal.raise()
    await this.#membership?.member.close('the consumer is being closed')
    this.#coordinator?.close()
    this.#cluster.close()
  }

  #groupMetrics(metrics: ClientMetrics): CoordinatorMetrics {
    return new CoordinatorMetrics(metrics, () => ({
      'assigned-partitions': this.#fetcher.states().length,
    }))
  }

  async #commitOnce(coordinator: Coordinator, offsets: readonly PartitionOffset[]): Promise<void> {
    const member = this.#membership?.member ?? null
    const committer = member === null ? nobody : member.committer
    if (committer === null) {
      throw new ConnectError(
        `group ${coordinator.key} is rebalancing; offsets can be committed after the next poll`,
        { code: 'KAFKA_REBALANCE' },
      )
    }
    const failed = await commitGroupOffsets(coordinator, committer, offsets)
    if (failed === null) return
    const { topic, partition, code } = failed
    const what = `committing the offset of ${topic}-${partition}`
    switch (code) {
      case errorCode.REBALANCE_IN_PROGRESS:
        member?.commitRefused(code)
        throw new ConnectError(
          `${what}: group ${coordinator.key} is rebalancing; commit after the next poll`,
          { code: 'KAFKA_REBALANCE' },
        )
      case errorCode.ILLEGAL_GENERATION:
      case errorCode.UNKNOWN_MEMBER_ID:
      case errorCode.FENCED_INSTANCE_ID:
        member?.commitRefused(code)
        throw new ConnectError(
          `${what}: group ${coordinator.key} has given its partitions to other members, as this one was silent for longer than session.timeout.ms or did not poll for max.poll.interval.ms`,
          { code: 'KAFKA_COMMIT_FAILED' },
        )
      default:
        coordinator.check(what, code)
    }
  }

  #find(partitions: readonly TopicPartition[], timestamp: number) {
    const { config } = this.#options
    const isolation = config['isolation.level'].toLowerCase() as IsolationLevel
    const what = `finding the ends of ${partitions.map(({ topic }) => topic).join(', ')}`
    return retrying(what, config['default.api.timeout.ms'], this.#retry(), () =>
      findOffsets(this.#cluster, isolation, partitions, timestamp),
    )
  }

  #retry() {
    const { config, clock } = this.#options
    return { config, clock, signal: this.#closing.signal }
  }

  #refreshWhenStale(): void {
    if (!this.#cluster.isStale) return
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null
      this.#signal.raise()
    })
  }

  #checkTopics(): void {
    if (this.#checkedVersion === this.#cluster.version) return
    this.#checkedVersion = this.#cluster.version
    this.#membership?.group.checkTopics()
  }

  async #refresh(): Promise<void> {
    const { clock, config, logger } = this.#options
    try {
      await this.#cluster.refresh()
    } catch (error) {
      if (!isRetriable(error)) this.#failure = error as ConnectError
      else logger.warn((error as ConnectError).message)
      await clock.sleep(config['retry.backoff.max.ms'], this.#closing.signal)
    }
  }

  #throwFailure(): void {
    const failure = this.#failure ?? this.#positions.takeFailure()
    this.#failure = null
    if (failure !== null) throw failure
  }

  #refuseWhenClosed(): void {
    if (!this.#closing.signal.aborted) return
    throw new ConnectError('the consumer is closed', { code: 'KAFKA' })
  }
}
