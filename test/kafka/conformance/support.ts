import { randomUUID } from 'node:crypto'
import { systemClock } from '../../../src/base/clock.ts'
import type { Logger } from '../../../src/base/logger.ts'
import type {
  ClientProps,
  Consumer,
  FetchedRecords,
  KafkaClients,
  OutgoingRecord,
  Producer,
  RawHeader,
  RebalanceListener,
  SentBatch,
} from '../../../src/kafka/client.ts'
import { createKafkaClients } from '../../../src/kafka/clients.ts'

/** What clients said, to be asked by tests. */
export interface LogLines {
  readonly lines: string[]
  readonly logger: Logger
}

export function logLines(): LogLines {
  const lines: string[] = []
  const add = (message: string) => {
    lines.push(message)
  }
  const logger: Logger = {
    trace: () => {},
    debug: () => {},
    info: add,
    warn: add,
    error: add,
    named: () => logger,
    within: () => logger,
  }
  return { lines, logger }
}

export function clientsOf({ logger }: LogLines = logLines()): KafkaClients {
  return createKafkaClients({ clock: systemClock, logger })
}

/** A name that no other test and no earlier run has. */
export function unique(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`
}

/** Settings that Kafka Connect gives to the producer of a source task. */
export function sourceProducer(bootstrap: string, more: ClientProps = {}): ClientProps {
  return {
    'bootstrap.servers': bootstrap,
    'enable.idempotence': 'false',
    acks: 'all',
    'max.in.flight.requests.per.connection': '1',
    'delivery.timeout.ms': '2147483647',
    'max.block.ms': '9223372036854775807',
    ...more,
  }
}

/** Creates a topic and waits for its leaders: a broker says that there is a topic before it has it. */
export async function createTopic(
  bootstrap: string,
  topic: string,
  partitions: number,
  configs: Readonly<Record<string, string>> = {},
): Promise<void> {
  const admin = clientsOf().admin({ 'bootstrap.servers': bootstrap })
  try {
    await admin.createTopics([{ name: topic, partitions, replicationFactor: 1, configs }])
    await admin.endOffsets(
      Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
    )
  } finally {
    await admin.close()
  }
}

export interface TextRecord {
  readonly key?: string | null
  readonly value?: string | null
  readonly partition?: number
  readonly timestamp?: number
  readonly headers?: readonly RawHeader[]
}

export function append(producer: Producer, topic: string, record: TextRecord): SentBatch {
  const { key = null, value = null } = record
  const keyBytes = Buffer.from(key ?? '')
  const valueBytes = Buffer.from(value ?? '')
  const outgoing: OutgoingRecord = {
    topic,
    partition: record.partition ?? null,
    timestamp: record.timestamp ?? null,
    bytes: Buffer.concat([keyBytes, valueBytes]),
    keyStart: key === null ? -1 : 0,
    keyEnd: key === null ? -1 : keyBytes.length,
    valueStart: value === null ? -1 : keyBytes.length,
    valueEnd: value === null ? -1 : keyBytes.length + valueBytes.length,
    headers: record.headers ?? [],
  }
  return producer.append(outgoing)
}

/** Sends all values in order, as fast as the buffer allows. */
export async function produceAll(
  producer: Producer,
  topic: string,
  records: Iterable<TextRecord>,
): Promise<void> {
  await producer.prepare(topic)
  const batches = new Set<SentBatch>()
  for (const record of records) {
    const room = producer.room()
    if (room !== null) await room
    batches.add(append(producer, topic, record))
  }
  await producer.flush()
  await Promise.all(Array.from(batches, ({ acked }) => acked))
}

export interface ReadRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: ReadonlyArray<readonly [key: string, value: string | null]>
}

export function readable(fetched: FetchedRecords): ReadRecord[] {
  const { topic, partition, bytes } = fetched
  const text = (start = -1, end = -1) => (start < 0 ? null : bytes.toString('utf8', start, end))
  return Array.from({ length: fetched.count }, (_, index) => ({
    topic,
    partition,
    offset: fetched.offsets[index] ?? -1,
    timestamp: fetched.timestamps[index] ?? -1,
    key: text(fetched.keyStarts[index], fetched.keyEnds[index]),
    value: text(fetched.valueStarts[index], fetched.valueEnds[index]),
    headers: fetched
      .headers(index)
      .map(
        ({ key, value }) => [key, value === null ? null : Buffer.from(value).toString()] as const,
      ),
  }))
}

/** Polls until there are `count` records; an error says how far it came. */
export async function pollRecords(
  consumer: Consumer,
  count: number,
  timeoutMs = 60_000,
): Promise<ReadRecord[]> {
  const records: ReadRecord[] = []
  const deadline = Date.now() + timeoutMs
  while (records.length < count) {
    if (Date.now() > deadline) throw new Error(`${records.length} of ${count} records`)
    for (const fetched of await consumer.poll(500)) records.push(...readable(fetched))
  }
  return records
}

/** All records of partition 0 from the first on. */
export async function readAll(
  clients: KafkaClients,
  bootstrap: string,
  topic: string,
  count: number,
  more: ClientProps = {},
): Promise<ReadRecord[]> {
  const consumer = clients.consumer({
    'bootstrap.servers': bootstrap,
    'auto.offset.reset': 'earliest',
    'max.poll.records': '10000',
    ...more,
  })
  try {
    await consumer.assign([{ topic, partition: 0 }])
    return await pollRecords(consumer, count)
  } finally {
    await consumer.close()
  }
}

/** A listener that only keeps what it was told. */
export function recordingListener(events: string[]): RebalanceListener {
  const told =
    (what: string): RebalanceListener['onAssigned'] =>
    async (partitions) => {
      events.push(`${what} ${partitions.map(({ partition }) => partition).join()}`)
    }
  return { onAssigned: told('assigned'), onRevoked: told('revoked'), onLost: told('lost') }
}
