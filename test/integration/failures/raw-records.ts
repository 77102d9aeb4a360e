import { systemClock } from '../../../src/base/clock.ts'
import type { Admin, FetchedRecords, OutgoingRecord } from '../../../src/kafka/client.ts'
import { createKafkaClients } from '../../../src/kafka/clients.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'

export interface RawRecord {
  readonly key: string | Buffer | null
  readonly value: string | Buffer | null
  /** null, or not given: by the key. */
  readonly partition?: number | null
}

/** As it was found: text, where it was. */
export interface FoundRecord {
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly value: string | null
}

const clients = createKafkaClients({ clock: systemClock, logger: silentLogger })
const CLOSE_TIMEOUT_MS = 5000
const POLL_TIMEOUT_MS = 1000

/** Writes past every worker; resolves when the broker has it. */
export async function writeRecords(
  bootstrap: string,
  topic: string,
  records: readonly RawRecord[],
): Promise<void> {
  const producer = clients.producer({ 'bootstrap.servers': bootstrap, acks: 'all' })
  try {
    await producer.prepare(topic)
    const batches = new Set(records.map((record) => producer.append(outgoing(topic, record))))
    await Promise.all([...batches].map(({ acked }) => acked))
  } finally {
    await producer.close(CLOSE_TIMEOUT_MS)
  }
}

/** All that is in a topic now, each partition in its order. */
export async function readRecords(bootstrap: string, topic: string): Promise<FoundRecord[]> {
  const partitions = await withAdmin(bootstrap, async (admin) => {
    const [found] = await admin.describeTopics([topic])
    return Array.from({ length: found?.partitions ?? 0 }, (_, partition) => ({ topic, partition }))
  })
  const consumer = clients.consumer({ 'bootstrap.servers': bootstrap })
  const read: FoundRecord[] = []
  try {
    await consumer.assign(partitions)
    await consumer.seekToBeginning(partitions)
    for (const end of await consumer.endOffsets(partitions)) {
      while ((await consumer.position(end)) < end.offset) {
        read.push(...(await consumer.poll(POLL_TIMEOUT_MS)).flatMap(found))
      }
    }
    return read
  } finally {
    await consumer.close()
  }
}

function found(records: FetchedRecords): readonly FoundRecord[] {
  const { bytes, keyStarts, keyEnds, valueStarts, valueEnds, offsets, partition } = records
  return Array.from({ length: records.count }, (_, index) => ({
    partition,
    offset: offsets[index] ?? -1,
    key: textOf(bytes, keyStarts[index] ?? -1, keyEnds[index] ?? -1),
    value: textOf(bytes, valueStarts[index] ?? -1, valueEnds[index] ?? -1),
  }))
}

export async function withAdmin<T>(bootstrap: string, use: (admin: Admin) => Promise<T>) {
  const admin = clients.admin({ 'bootstrap.servers': bootstrap })
  try {
    return await use(admin)
  } finally {
    await admin.close()
  }
}

function outgoing(topic: string, { key, value, partition = null }: RawRecord): OutgoingRecord {
  const keyBytes = Buffer.from(key ?? '')
  const valueBytes = Buffer.from(value ?? '')
  return {
    topic,
    partition,
    timestamp: null,
    bytes: Buffer.concat([keyBytes, valueBytes]),
    keyStart: key === null ? -1 : 0,
    keyEnd: key === null ? -1 : keyBytes.length,
    valueStart: value === null ? -1 : keyBytes.length,
    valueEnd: value === null ? -1 : keyBytes.length + valueBytes.length,
    headers: [],
  }
}

function textOf(bytes: Buffer, start: number, end: number): string | null {
  return start < 0 ? null : bytes.toString('utf8', start, end)
}
