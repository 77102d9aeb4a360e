import type { Clock } from '../../base/clock.ts'
import { ConnectError, isRetriable, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type {
  Admin,
  Consumer,
  FetchedRecords,
  PartitionOffset,
  Producer,
  SentBatch,
  TopicDescription,
  TopicPartition,
} from '../../kafka/client.ts'
import { keyedRecord } from '../../kafka/keyed-record.ts'
import type { LogRecord, ReadRecord, RecordLog } from './record-log.ts'

export interface TopicLogDependencies {
  readonly topic: string
  readonly admin: Admin
  readonly consumer: Consumer
  readonly producer: Producer
  readonly clock: Clock
  readonly logger: Logger
}

/** Between two looks whether the topic is still there. */
const POLL_TIMEOUT_MS = 5000
const RETRY_DELAY_MS = 1000
/** How long a topic that was just created may be unknown to the broker that is asked. */
const PARTITIONS_TIMEOUT_MS = 30_000
const PARTITIONS_DELAY_MS = 100
/** How long the topic is taken to be there after it was last seen. */
const SEEN_MS = 1000
/** How long a topic may seem to be missing before it is taken for deleted. */
const MISSING_TIMEOUT_MS = 15_000
const CLOSE_TIMEOUT_MS = 5000

interface Waiter {
  /** Offsets up to which it waits; null until the ends were asked for. */
  ends: readonly PartitionOffset[] | null
  resolve(): void
  reject(error: unknown): void
}

/** A topic of the worker as a log, by clients of its own. */
export class TopicLog implements RecordLog {
  readonly #deps: TopicLogDependencies
  readonly #waiters = new Set<Waiter>()
  #partitions: readonly TopicPartition[] = []
  #topicId = ''
  #missingSinceMs: number | null = null
  #seenAtMs = Number.NEGATIVE_INFINITY
  #onRecord: (record: ReadRecord) => void = () => {}
  #isClosed: boolean

  constructor(deps: TopicLogDependencies) {
    this.#deps = deps
    this.#isClosed = false
  }

  async start(
    onRecord: (record: ReadRecord) => void,
    onFailure: (error: unknown) => void,
  ): Promise<void> {
    const { topic, consumer, producer } = this.#deps
    this.#onRecord = onRecord
    const { id, partitions: count } = await this.#description()
    this.#topicId = id
    this.#partitions = Array.from({ length: count }, (_, partition) => ({ topic, partition }))
    await consumer.assign(this.#partitions)
    await consumer.seekToBeginning(this.#partitions)
    await producer.prepare(topic)
    const atEnd = this.readToEnd()
    void this.#follow().catch((error: unknown) => {
      this.#endWaiters(error)
      // Whoever waits for a write would wait for ever.
      void producer.close(0)
      onFailure(error)
    })
    await atEnd
  }

  readToEnd(): Promise<void> {
    if (this.#isClosed) return Promise.reject(closedError(this.#deps.topic))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiters.add({ ends: null, resolve, reject })
    this.#deps.consumer.wakeup()
    return promise
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    const { producer, topic } = this.#deps
    const batches = new Set<SentBatch>()
    for (const record of records) {
      const room = producer.room()
      if (room !== null) await room
      batches.add(producer.append(keyedRecord(topic, record)))
    }
    await Promise.all([...batches].map(({ acked }) => acked))
  }

  async close(): Promise<void> {
    const { consumer, producer, topic } = this.#deps
    this.#isClosed = true
    this.#endWaiters(closedError(topic))
    await Promise.all([consumer.close(), producer.close(CLOSE_TIMEOUT_MS)])
  }

  async #description(): Promise<TopicDescription> {
    const { admin, topic, clock } = this.#deps
    const deadline = clock.elapsed() + PARTITIONS_TIMEOUT_MS
    for (;;) {
      const [found] = await admin.describeTopics([topic])
      if (found !== undefined && found.partitions > 0) return found
      if (clock.elapsed() > deadline) {
        throw new ConnectError(
          `Topic ${topic} can't be read: no broker knows its partitions after ${PARTITIONS_TIMEOUT_MS} ms: it does not exist, or this client may not describe it (ACLs)`,
          { code: 'CONNECT_FAILED' },
        )
      }
      await clock.sleep(PARTITIONS_DELAY_MS)
    }
  }

  async #follow(): Promise<void> {
    const { clock, logger, topic } = this.#deps
    while (!this.#isClosed) {
      try {
        await this.#readOn()
      } catch (error) {
        if (this.#isClosed) return
        if (!isRetriable(error)) throw this.#lost(error)
        logger.warn(`Topic ${topic} can't be read: ${messageOf(error)}. Trying again.`)
        await clock.sleep(RETRY_DELAY_MS)
      }
    }
  }

  async #readOn(): Promise<void> {
    const { consumer } = this.#deps
    await this.#serveWaiters()
    const isMissing = this.#missingSinceMs !== null
    const fetched = await consumer.poll(isMissing ? RETRY_DELAY_MS : POLL_TIMEOUT_MS)
    for (const records of fetched) this.#deliver(records)
    if (fetched.length === 0 && this.#waiters.size === 0) await this.#ensureThere()
  }

  /** @throws ConnectError when the topic is not there: retriable at first, a broker may be starting. */
  async #ensureThere(): Promise<void> {
    const { admin, topic, clock } = this.#deps
    const [found] = await admin.describeTopics([topic])
    if (found !== undefined && found.id !== this.#topicId) {
      throw new ConnectError(`topic ${topic} was deleted and created anew`, { code: 'KAFKA' })
    }
    if (found !== undefined) {
      this.#missingSinceMs = null
      this.#seenAtMs = clock.elapsed()
      return
    }
    this.#missingSinceMs ??= clock.elapsed()
    const isGone = clock.elapsed() - this.#missingSinceMs > MISSING_TIMEOUT_MS
    throw new ConnectError(`topic ${topic} does not exist any more`, {
      code: isGone ? 'KAFKA' : 'KAFKA_UNAVAILABLE',
    })
  }

  #lost(cause: unknown): ConnectError {
    return new ConnectError(
      `Topic ${this.#deps.topic} can't be followed any more, so this worker stops, and writes nothing over what is left of it: ${messageOf(cause)}`,
      { code: 'TOPIC_LOST', cause },
    )
  }

  async #serveWaiters(): Promise<void> {
    const { admin, consumer, clock } = this.#deps
    const waiting = [...this.#waiters]
    if (waiting.length === 0) return
    if (waiting.some(({ ends }) => ends === null)) {
      if (clock.elapsed() - this.#seenAtMs > SEEN_MS) await this.#ensureThere()
      const ends = await admin.endOffsets(this.#partitions)
      for (const waiter of waiting) waiter.ends ??= ends
    }
    const positions = await Promise.all(
      this.#partitions.map(
        async (each) => [each.partition, await consumer.position(each)] as const,
      ),
    )
    const positionOf = new Map(positions)
    for (const waiter of waiting) {
      const isThere = waiter.ends?.every(
        ({ partition, offset }) => (positionOf.get(partition) ?? 0) >= offset,
      )
      if (isThere !== true) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }

  #deliver(records: FetchedRecords): void {
    const { topic, partition, bytes, offsets } = records
    const { keyStarts, keyEnds, valueStarts, valueEnds } = records
    for (let index = 0; index < records.count; index++) {
      this.#onRecord({
        topic,
        partition,
        offset: offsets[index] ?? -1,
        key: copyOf(bytes, keyStarts[index] ?? -1, keyEnds[index] ?? -1),
        value: copyOf(bytes, valueStarts[index] ?? -1, valueEnds[index] ?? -1),
      })
    }
  }

  #endWaiters(error: unknown): void {
    for (const { reject } of this.#waiters) reject(error)
    this.#waiters.clear()
  }
}

/** The buffer of a fetch would be kept whole for the one record in it that stays. */
function copyOf(bytes: Buffer, start: number, end: number): Buffer | null {
  return start < 0 ? null : Buffer.from(bytes.subarray(start, end))
}

function closedError(topic: string): ConnectError {
  return new ConnectError(`Topic ${topic} is no longer read: the worker is shutting down`, {
    code: 'WORKER_STATE',
  })
}
