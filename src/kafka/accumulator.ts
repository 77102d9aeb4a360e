import type { Clock } from '../base/clock.ts'
import { ConnectError } from '../base/errors.ts'
import { BATCH_HEADER_BYTES } from '../protocol/record-batch.ts'
import { recordSizeBytesMax } from '../protocol/record-batch-builder.ts'
import type { OutgoingRecord } from './client.ts'
import { OutgoingBatch } from './outgoing-batch.ts'
import { PartitionQueue } from './partition-queue.ts'
import { partitionOfKey } from './partitioner.ts'

/** Bytes after which records without a key go on to another partition, as in the Java client. */
const STICKY_BYTES = 16 * 1024
const BATCH_BYTES_MIN = 4 * 1024

export interface AccumulatorOptions {
  readonly batchBytesMax: number
  readonly requestBytesMax: number
  readonly bufferBytesMax: number
  readonly clock: Clock
  /** Node id of each partition's leader, -1 for none; null for a topic that is not known. */
  readonly leadersOf: (topic: string) => readonly number[] | null
}

class TopicQueues {
  readonly name: string
  readonly partitions: (PartitionQueue | undefined)[] = []
  leaders: readonly number[] = []
  batchBytesMax: number
  /** Partition that records without a key go to, and what it got of them. */
  sticky = -1
  stickyBytes = 0

  constructor(name: string, batchBytesMax: number) {
    this.name = name
    this.batchBytesMax = batchBytesMax
  }
}

/** Unsent records in batches by partition, bounded by `buffer.memory`. */
export class Accumulator {
  /** Partitions that have something to send. */
  readonly active = new Set<PartitionQueue>()
  /** Batches that are not settled. */
  readonly pending = new Set<OutgoingBatch>()
  readonly #options: AccumulatorOptions
  readonly #topics = new Map<string, TopicQueues>()
  #last: TopicQueues
  #bufferedBytes = 0
  #now = 0
  #room: PromiseWithResolvers<void> | null = null

  constructor(options: AccumulatorOptions) {
    this.#options = options
    this.#last = new TopicQueues('', 0)
  }

  /** @throws ConnectError KAFKA for a record that is too large or a partition that does not exist. */
  append(record: OutgoingRecord): OutgoingBatch {
    const topic = record.topic === this.#last.name ? this.#last : this.#topicOf(record.topic)
    const sizeBytes = recordSizeBytesMax(record)
    const queue = this.#queueOf(topic, record, sizeBytes)
    let batch = queue.open
    if (batch === null || batch.sizeBytes + sizeBytes > topic.batchBytesMax) {
      batch = this.#nextBatch(queue, sizeBytes)
    }
    const before = batch.sizeBytes
    batch.append(record.timestamp ?? this.#turnTime(), record)
    const grown = batch.sizeBytes - before
    this.#bufferedBytes += grown
    if (record.partition === null && record.keyStart < 0) topic.stickyBytes += grown
    return batch
  }

  /** null when there is room. */
  room(): Promise<void> | null {
    if (this.#bufferedBytes < this.#options.bufferBytesMax) return null
    this.#room ??= Promise.withResolvers()
    return this.#room.promise
  }

  adopt(batch: OutgoingBatch): void {
    this.pending.add(batch)
    this.#bufferedBytes += batch.sizeBytes
  }

  /** The batch is settled. */
  release(batch: OutgoingBatch): void {
    this.pending.delete(batch)
    this.#bufferedBytes -= batch.sizeBytes
    if (this.#room === null || this.#bufferedBytes >= this.#options.bufferBytesMax) return
    this.#room.resolve()
    this.#room = null
  }

  /** The open batches take no more records. */
  closeAll(): void {
    for (const queue of this.active) queue.close()
  }

  /** Metadata is newer. */
  updateLeaders(): void {
    for (const topic of this.#topics.values()) {
      topic.leaders = this.#options.leadersOf(topic.name) ?? topic.leaders
    }
  }

  /** The broker takes no batches of this size for the topic. */
  limitBatches(topic: string, batchBytesMax: number): void {
    const known = this.#topicOf(topic)
    known.batchBytesMax = Math.max(BATCH_BYTES_MIN, Math.min(known.batchBytesMax, batchBytesMax))
  }

  *queues(): Generator<PartitionQueue> {
    for (const { partitions } of this.#topics.values()) {
      for (const queue of partitions) if (queue !== undefined) yield queue
    }
  }

  /** Time of this turn of the event loop: asking for each record would cost as much as copying it. */
  #turnTime(): number {
    if (this.#now === 0) {
      this.#now = this.#options.clock.now()
      setImmediate(() => {
        this.#now = 0
      })
    }
    return this.#now
  }

  #topicOf(name: string): TopicQueues {
    let topic = this.#topics.get(name)
    if (topic === undefined) {
      const { batchBytesMax, requestBytesMax, leadersOf } = this.#options
      const leaders = leadersOf(name)
      if (leaders === null) throw new TypeError(`topic ${name} was not prepared`)
      topic = new TopicQueues(name, Math.min(batchBytesMax, requestBytesMax))
      topic.leaders = leaders
      this.#topics.set(name, topic)
    }
    this.#last = topic
    return topic
  }

  #queueOf(topic: TopicQueues, record: OutgoingRecord, sizeBytes: number): PartitionQueue {
    const partition = record.partition ?? choosePartition(topic, record, sizeBytes)
    const known = topic.partitions[partition]
    if (known !== undefined) return known
    if (partition < 0 || partition >= topic.leaders.length) {
      throw new ConnectError(
        `topic ${topic.name} has ${topic.leaders.length} partitions, so none with the number ${partition}`,
        { code: 'KAFKA' },
      )
    }
    const queue = new PartitionQueue(topic.name, partition)
    topic.partitions[partition] = queue
    return queue
  }

  #nextBatch(queue: PartitionQueue, sizeBytes: number): OutgoingBatch {
    const neededBytes = BATCH_HEADER_BYTES + sizeBytes
    if (neededBytes > this.#options.requestBytesMax) {
      throw new ConnectError(
        `a record of ${sizeBytes} bytes for topic ${queue.topic} is larger than max.request.size (${this.#options.requestBytesMax}); raise it for the producer (and message.max.bytes of the broker)`,
        { code: 'KAFKA' },
      )
    }
    queue.close()
    const capacityBytes = Math.max(queue.capacityBytes, neededBytes)
    const { topic, partition } = queue
    const createdAt = this.#options.clock.elapsed()
    const batch = new OutgoingBatch(topic, partition, createdAt, capacityBytes)
    queue.open = batch
    this.adopt(batch)
    this.active.add(queue)
    return batch
  }
}

function choosePartition(topic: TopicQueues, record: OutgoingRecord, sizeBytes: number): number {
  const { leaders } = topic
  if (record.keyStart >= 0) {
    return partitionOfKey(record.bytes, record.keyStart, record.keyEnd, leaders.length)
  }
  const openBytes = topic.partitions[topic.sticky]?.open?.sizeBytes ?? topic.batchBytesMax
  const isSent = openBytes + sizeBytes > topic.batchBytesMax
  if (topic.sticky < 0 || (isSent && topic.stickyBytes >= STICKY_BYTES)) {
    topic.sticky = nextAvailable(leaders, topic.sticky)
    topic.stickyBytes = 0
  }
  return topic.sticky
}

/** The partition after `last` that has a leader; from anywhere at first, any where there is none. */
function nextAvailable(leaders: readonly number[], last: number): number {
  const first = last < 0 ? Math.floor(Math.random() * leaders.length) : last + 1
  for (let step = 0; step < leaders.length; step++) {
    const partition = (first + step) % leaders.length
    if (leaders[partition] !== -1) return partition
  }
  return first % leaders.length
}
