/**
 * What the runtime needs of a Kafka client. Batches cross these ports: no promise and no object
 * per record. Every failure is a ConnectError with a KAFKA_* code that names broker or topic.
 */

import type { Logger } from '../base/logger.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Offset to consume next. */
export interface PartitionOffset extends TopicPartition {
  readonly offset: number
}

export interface RawHeader {
  readonly key: string
  readonly value: Uint8Array | null
}

/** Properties of a client under Kafka's names (`bootstrap.servers`, `acks`, ...). */
export type ClientProps = Readonly<Record<string, string>>

/** A record ready to send: key and value are ranges of one buffer that the producer copies from. */
export interface OutgoingRecord {
  readonly topic: string
  /** null: by hash of the key, else the partition that is being filled. */
  readonly partition: number | null
  /** Milliseconds since the epoch; null is now. */
  readonly timestamp: number | null
  readonly bytes: Uint8Array
  /** -1 for a null key. */
  readonly keyStart: number
  readonly keyEnd: number
  /** -1 for a null value. */
  readonly valueStart: number
  readonly valueEnd: number
  readonly headers: readonly RawHeader[]
}

/** Records that travel in one batch; settled as one. */
export interface SentBatch extends TopicPartition {
  /** Records appended so far; the next one's index. */
  readonly count: number
  /**
   * Resolves once the broker has all of it, as `acks` says. Record i has offset `baseOffset` + i;
   * -1 where that is not known: with `acks=0`, or after the batch was split or sent twice.
   */
  readonly acked: Promise<{ readonly baseOffset: number; readonly timestamp: number }>
}

export interface Producer {
  /** Loads what `append` needs to know of a topic; creates it where the broker auto-creates. */
  prepare(topic: string): Promise<void>
  /** True when `append` may be called for the topic now. */
  isPrepared(topic: string): boolean
  /**
   * Copies the record into the batch of its partition.
   * The record object may be reused by the caller after the call.
   * @throws ConnectError KAFKA for a record over `max.request.size`, an unknown partition, ...
   */
  append(record: OutgoingRecord): SentBatch
  /** null when `buffer.memory` has room, else resolves when it has again. */
  room(): Promise<void> | null
  /** Sends what is open; resolves when all that was appended before is settled. */
  flush(): Promise<void>
  /**
   * Waits at most `timeoutMs` for what is unsent, or for the abort of a transaction that is open; 0
   * gives it up.
   */
  close(timeoutMs: number): Promise<void>
}

/**
 * Sends records in transactions, one after the other. When one fails, `append` and
 * `commitTransaction` throw KAFKA_TRANSACTION_FAILED until `abortTransaction`. Every call throws
 * KAFKA_FENCED after a newer producer has taken the same `transactional.id`, or the broker has
 * aborted a transaction that took longer than `transaction.timeout.ms`: then it can only be closed.
 */
export interface TransactionalProducer extends Producer {
  /** Once, before all else: fences older producers and aborts what they left open. */
  initTransactions(): Promise<void>
  beginTransaction(): void
  /** Resolves when all records of the transaction are there for readers of what is committed. */
  commitTransaction(): Promise<void>
  /** Unsent records are dropped; the next transaction may begin. */
  abortTransaction(): Promise<void>
}

/** Records of one partition as fetched, in columns over one buffer. */
export interface FetchedRecords extends TopicPartition {
  readonly count: number
  readonly bytes: Buffer
  readonly timestampType: 'NoTimestampType' | 'CreateTime' | 'LogAppendTime'
  readonly offsets: ArrayLike<number>
  /** -1 for none. */
  readonly timestamps: ArrayLike<number>
  /** -1 for a null key; likewise for values. */
  readonly keyStarts: ArrayLike<number>
  readonly keyEnds: ArrayLike<number>
  readonly valueStarts: ArrayLike<number>
  readonly valueEnds: ArrayLike<number>
  headers(index: number): readonly RawHeader[]
}

/** Awaited by the group member, so that offsets can be committed before partitions move. */
export interface RebalanceListener {
  /** Newly assigned partitions only. */
  onAssigned(partitions: readonly TopicPartition[]): Promise<void>
  onRevoked(partitions: readonly TopicPartition[]): Promise<void>
  /** Partitions that already belong to somebody else: nothing can be committed. */
  onLost(partitions: readonly TopicPartition[]): Promise<void>
}

/** Consumer in a group (`subscribe`) or of fixed partitions (`assign`). */
export interface Consumer {
  subscribe(topics: readonly string[] | RegExp, listener: RebalanceListener): Promise<void>
  assign(partitions: readonly TopicPartition[]): Promise<void>
  /**
   * Next records, `max.poll.records` at the most; runs rebalances and their listener.
   * Resolves with none after `timeoutMs`, when `wakeup` is called, or when the position moved past
   * what is no record for this consumer, such as an aborted transaction.
   */
  poll(timeoutMs: number): Promise<readonly FetchedRecords[]>
  wakeup(): void
  assignment(): readonly TopicPartition[]
  /** Offset of the next record that `poll` returns; from the group, else `auto.offset.reset`. */
  position(partition: TopicPartition): Promise<number>
  seek(offset: PartitionOffset): void
  seekToBeginning(partitions: readonly TopicPartition[]): Promise<void>
  endOffsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffset[]>
  /** Where the next record would be, as the last answer had it; null before there was one. */
  knownEnd(partition: TopicPartition): number | null
  pause(partitions: readonly TopicPartition[]): void
  resume(partitions: readonly TopicPartition[]): void
  commit(offsets: readonly PartitionOffset[]): Promise<void>
  /** Leaves the group, without a call of the listener. */
  close(): Promise<void>
}

export interface NewTopic {
  readonly name: string
  /** -1 for the broker's default; likewise the replication factor. */
  readonly partitions: number
  readonly replicationFactor: number
  readonly configs?: Readonly<Record<string, string>>
}

export interface TopicDescription {
  readonly name: string
  /** Another one after the topic was deleted and created anew. */
  readonly id: string
  readonly partitions: number
}

/** A group of the classic protocol, as its coordinator knows it. */
export interface GroupDescription {
  readonly groupId: string
  /** What the members agreed on; empty while they rebalance. */
  readonly protocol: string
  readonly members: ReadonlyArray<{ readonly metadata: Buffer; readonly assignment: Buffer }>
}

export interface Admin {
  /** @throws ConnectError KAFKA_TIMEOUT when no broker answers within `default.api.timeout.ms`. */
  clusterId(): Promise<string>
  listTopics(): Promise<readonly string[]>
  /** Topics that exist, of those asked for. */
  describeTopics(names: readonly string[]): Promise<readonly TopicDescription[]>
  /** @returns Names of the topics that were created; those that existed are left out. */
  createTopics(topics: readonly NewTopic[]): Promise<readonly string[]>
  deleteTopics(names: readonly string[]): Promise<void>
  topicConfigs(name: string): Promise<Readonly<Record<string, string>>>
  /**
   * Where the next records will be, transactions that are open among them. Unlike a consumer's
   * call it does not wait behind a fetch.
   */
  endOffsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffset[]>
  /** All groups of a type, such as `connect`, that this client may know of. */
  describeGroups(protocolType: string): Promise<readonly GroupDescription[]>
  groupOffsets(group: string): Promise<readonly PartitionOffset[]>
  /** This and the next two throw ConnectError KAFKA_GROUP_NOT_EMPTY while the group has members. */
  alterGroupOffsets(group: string, offsets: readonly PartitionOffset[]): Promise<void>
  deleteGroupOffsets(group: string, partitions: readonly TopicPartition[]): Promise<void>
  deleteGroup(group: string): Promise<void>
  /** Producers with these transactional ids can't commit any more; what they left open is aborted. */
  fenceProducers(transactionalIds: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** Makes clients; each is connected lazily and reconnects for ever. */
export interface KafkaClients {
  /** @param logger Names whose client it is; else the clients' own. */
  producer(props: ClientProps, logger?: Logger): Producer
  /** @throws ConnectError CONFIG_INVALID without `transactional.id` */
  transactionalProducer(props: ClientProps, logger?: Logger): TransactionalProducer
  consumer(props: ClientProps, logger?: Logger): Consumer
  admin(props: ClientProps): Admin
}
