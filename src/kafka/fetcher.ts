import { backoffMs } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import { ConnectError, isRetriable } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { FetchMetrics } from '../metrics/fetch-metrics.ts'
import { errorCode } from '../protocol/error-codes.ts'
import type { Decoded } from '../protocol/message.ts'
import type { fetchResponse } from '../protocol/messages/fetch.ts'
import { prepareDecoding } from '../protocol/record-batch-decoder.ts'
import { fetch } from './apis.ts'
import type { Broker } from './broker.ts'
import { brokerError } from './broker-error.ts'
import type { FetchedRecords, TopicPartition } from './client.ts'
import type { Cluster } from './cluster.ts'
import type { ConsumerConfig } from './consumer-config.ts'
import { PartitionState } from './partition-state.ts'

export interface FetcherOptions {
  readonly config: ConsumerConfig
  readonly cluster: Cluster
  readonly clock: Clock
  readonly logger: Logger
  /** Called when `next` may have something, or an error. */
  readonly notify: () => void
  readonly metrics: FetchMetrics | null
}

type PartitionAnswer = Decoded<typeof fetchResponse>['responses'][number]['partitions'][number]

/** Topics are named instead. */
const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA'

/**
 * Fetches the assigned partitions ahead of the caller: from each broker one request at a time,
 * sent again as soon as it was answered, as long as there is room for what it may bring.
 */
export class Fetcher {
  readonly #options: FetcherOptions
  readonly #inFlight = new Set<Broker>()
  #partitions = new Map<string, PartitionState>()
  #failure: ConnectError | null = null
  #failures = 0
  #refreshing: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  readonly #closing = new AbortController()

  constructor(options: FetcherOptions) {
    this.#options = options
  }

  /** Partitions that stay keep their position and what was fetched. */
  assign(partitions: readonly TopicPartition[]): void {
    const before = this.#partitions
    this.#partitions = new Map(
      partitions.map((each) => [keyOf(each), before.get(keyOf(each)) ?? new PartitionState(each)]),
    )
    this.#options.metrics?.assigned(this.states())
  }

  states(): readonly PartitionState[] {
    return [...this.#partitions.values()]
  }

  find(partition: TopicPartition): PartitionState | undefined {
    return this.#partitions.get(keyOf(partition))
  }

  /** @throws ConnectError for a partition that is not assigned. */
  state(partition: TopicPartition): PartitionState {
    const state = this.find(partition)
    if (state !== undefined) return state
    throw new ConnectError(`${keyOf(partition)} is not assigned to this consumer`, {
      code: 'KAFKA',
    })
  }

  /**
   * Records that were fetched, of one partition after the other; null where there are none and no
   * position moved. One moves without records past markers and aborted transactions.
   * @throws ConnectError that concerns a partition; calling again may skip it after a seek.
   */
  next(countMax: number): readonly FetchedRecords[] | null {
    const { config, metrics } = this.#options
    if (this.#failure !== null) {
      const failure = this.#failure
      this.#failure = null
      throw failure
    }
    const taken: FetchedRecords[] = []
    let left = countMax
    let hasMoved = false
    for (const [key, state] of this.#partitions) {
      if (left === 0) break
      if (state.isPaused) continue
      const before = state.position
      const part = state.take(left, config['check.crcs'])
      hasMoved ||= state.position !== before
      if (part.length === 0) continue
      taken.push(...part)
      left -= part.reduce((sum, { count }) => sum + count, 0)
      // Behind the others, so that a busy partition does not starve them.
      this.#partitions.delete(key)
      this.#partitions.set(key, state)
    }
    if (left < countMax) metrics?.consumed(countMax - left)
    return hasMoved ? taken : null
  }

  /** Asks each broker that is not being asked already. */
  send(): void {
    if (this.#closing.signal.aborted) return
    if (this.#bufferedBytes() >= this.#options.config['fetch.max.bytes']) return
    for (const [broker, states] of this.#bySource()) {
      // Waiting for an idle partition would delay one whose records are just being consumed.
      if (this.#inFlight.has(broker) || states.some(({ isFull }) => isFull)) continue
      this.#fetch(broker, states)
    }
  }

  close(): void {
    this.#closing.abort()
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  get #isCommittedOnly(): boolean {
    return this.#options.config['isolation.level'].toLowerCase() === 'read_committed'
  }

  #bufferedBytes(): number {
    let sum = 0
    for (const { bufferedBytes } of this.#partitions.values()) sum += bufferedBytes
    return sum
  }

  #bySource(): Map<Broker, PartitionState[]> {
    const now = this.#options.clock.elapsed()
    const bySource = new Map<Broker, PartitionState[]>()
    let retryAt = Number.POSITIVE_INFINITY
    for (const state of this.#partitions.values()) {
      if (state.isPaused || state.position === null) continue
      if (now < state.retryAt) {
        retryAt = Math.min(retryAt, state.retryAt)
        continue
      }
      const broker = this.#sourceOf(state, now)
      if (broker === null) {
        this.#refreshLeaders()
        continue
      }
      const states = bySource.get(broker)
      if (states === undefined) bySource.set(broker, [state])
      else states.push(state)
    }
    if (retryAt < Number.POSITIVE_INFINITY) this.#sendIn(retryAt - now)
    return bySource
  }

  /** The leader, or the replica that it named. */
  #sourceOf(state: PartitionState, now: number): Broker | null {
    const { cluster } = this.#options
    const { topic, partition, replica } = state
    const near = replica !== null && now < replica.untilMs ? cluster.node(replica.nodeId) : null
    if (near === null) state.replica = null
    return near ?? cluster.leaderOf(topic, partition)
  }

  #sendIn(delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.send(), delayMs)
  }

  #fetch(broker: Broker, states: readonly PartitionState[]): void {
    const asked = new Map(states.map((state) => [keyOf(state), state.offsetNext]))
    this.#inFlight.add(broker)
    const startMs = performance.now()
    broker
      .send(fetch, this.#request(states))
      .then(async ({ errorCode: code, responses }) => {
        if (code !== errorCode.NONE) throw brokerError(`${broker.address}: fetching`, code)
        this.#failures = 0
        const answers = responses.flatMap(({ partitions }) => partitions)
        const bytes = answers.reduce((sum, { records }) => sum + (records?.length ?? 0), 0)
        this.#options.metrics?.fetched(bytes, performance.now() - startMs)
        await prepareDecoding(answers.map(({ records }) => records))
        for (const { topic, partitions } of responses) {
          for (const answer of partitions) this.#take(broker, topic, answer, asked)
        }
      })
      .catch((error: ConnectError) => this.#onError(states, error))
      .finally(() => {
        this.#inFlight.delete(broker)
        this.send()
        this.#options.notify()
      })
  }

  #take(
    broker: Broker,
    topic: string,
    answer: PartitionAnswer,
    asked: ReadonlyMap<string, number>,
  ): void {
    const key = keyOf({ topic, partition: answer.partitionIndex })
    const state = this.#partitions.get(key)
    const offset = asked.get(key)
    if (state === undefined || offset === undefined) return
    if (state.position === null || state.offsetNext !== offset) return
    const { errorCode: code } = answer
    if (code === errorCode.NONE) {
      this.#accept(state, offset, answer)
      return
    }
    const error = brokerError(`${broker.address}: fetching ${key} at offset ${offset}`, code)
    // A replica may be behind: only the leader knows for sure.
    const isUnsure = code === errorCode.UNKNOWN_SERVER_ERROR || state.replica !== null
    if (isUnsure) this.#later([state], error)
    else if (code === errorCode.OFFSET_OUT_OF_RANGE) this.#reset(state, error)
    else this.#onError([state], error)
  }

  #accept(state: PartitionState, offset: number, answer: PartitionAnswer): void {
    const { clock, config, metrics } = this.#options
    const { records, abortedTransactions, preferredReadReplica: nodeId } = answer
    state.end = this.#endOf(answer)
    metrics?.behind(Math.max(0, state.end - (state.position ?? 0)))
    if (records !== null) state.add(offset, records, abortedTransactions ?? [])
    if (nodeId < 0) return
    state.replica = { nodeId, untilMs: clock.elapsed() + config['metadata.max.age.ms'] }
  }

  #endOf({ lastStableOffset, highWatermark }: PartitionAnswer): number {
    return this.#isCommittedOnly ? lastStableOffset : highWatermark
  }

  #reset(state: PartitionState, error: ConnectError): void {
    const { config, logger } = this.#options
    const policy = config['auto.offset.reset']
    if (policy === 'none') {
      this.#failure = error
      return
    }
    logger.warn(`${error.message}; going on at the ${policy} one (auto.offset.reset)`)
    state.outOfRange()
  }

  #onError(states: readonly PartitionState[], error: ConnectError): void {
    if (this.#closing.signal.aborted) return
    if (isRetriable(error)) this.#later(states, error)
    else this.#failure = error
  }

  #later(states: readonly PartitionState[], error: ConnectError): void {
    const { config, clock, logger } = this.#options
    if (this.#failures === 0) logger.warn(`${error.message}; trying again`)
    const [minMs, maxMs] = [config['retry.backoff.ms'], config['retry.backoff.max.ms']]
    const retryAt = clock.elapsed() + backoffMs(this.#failures++, minMs, maxMs)
    for (const state of states) {
      state.retryAt = retryAt
      state.replica = null
    }
    this.#refreshLeaders()
  }

  #refreshLeaders(): void {
    const { cluster, clock, config, logger } = this.#options
    this.#refreshing ??= cluster
      .refresh()
      .catch((error: unknown) => logger.debug('no metadata', error))
      .then(() => clock.sleep(config['retry.backoff.ms'], this.#closing.signal))
      .finally(() => {
        this.#refreshing = null
        this.send()
      })
  }

  #request(states: readonly PartitionState[]) {
    const { config } = this.#options
    return {
      maxWaitMs: config['fetch.max.wait.ms'],
      minBytes: config['fetch.min.bytes'],
      maxBytes: config['fetch.max.bytes'],
      isolationLevel: this.#isCommittedOnly ? 1 : 0,
      topics: [...Map.groupBy(states, ({ topic }) => topic)].map(([topic, group]) => ({
        topic,
        topicId: NO_TOPIC_ID,
        partitions: group.map(({ partition, offsetNext }) => ({
          partition,
          fetchOffset: offsetNext,
          partitionMaxBytes: config['max.partition.fetch.bytes'],
        })),
      })),
      forgottenTopicsData: [],
      rackId: config['client.rack'],
    }
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
