import { systemClock } from '../../src/base/clock.ts'
import type { LogRecord } from '../../src/cluster/distributed/record-log.ts'
import { TopicLog } from '../../src/cluster/distributed/topic-log.ts'
import { createKafkaClients } from '../../src/kafka/clients.ts'
import { silentLogger } from './silent-logger.ts'

/** All records of a topic, those of each partition in order. */
export function readTopic(bootstrap: string, topic: string): Promise<readonly LogRecord[]> {
  return withLog(bootstrap, topic, async (_log, records) => records)
}

/** Creates a compacted topic that has these records, each in the partition of its key. */
export async function writeTopic(
  bootstrap: string,
  topic: string,
  partitions: number,
  records: readonly LogRecord[],
): Promise<void> {
  const admin = createKafkaClients({ clock: systemClock, logger: silentLogger }).admin({
    'bootstrap.servers': bootstrap,
  })
  const configs = { 'cleanup.policy': 'compact' }
  await admin
    .createTopics([{ name: topic, partitions, replicationFactor: 1, configs }])
    .finally(() => admin.close())
  await withLog(bootstrap, topic, (log) => log.append(records))
}

/**
 * A topic after its log was compacted up to a record: of each key the last is left, and no
 * tombstones.
 */
export function compacted(records: readonly LogRecord[], end: number): readonly LogRecord[] {
  const lasts = new Map(records.slice(0, end).map(({ key }, at) => [key?.toString('latin1'), at]))
  return records.filter(
    ({ key, value }, at) =>
      at >= end || (value !== null && lasts.get(key?.toString('latin1')) === at),
  )
}

async function withLog<T>(
  bootstrap: string,
  topic: string,
  use: (log: TopicLog, records: readonly LogRecord[]) => Promise<T>,
): Promise<T> {
  const logger = silentLogger
  const clients = createKafkaClients({ clock: systemClock, logger })
  const props = { 'bootstrap.servers': bootstrap }
  const admin = clients.admin(props)
  const log = new TopicLog({
    ...{ topic, admin, clock: systemClock, logger },
    consumer: clients.consumer({ ...props, 'auto.offset.reset': 'none' }),
    producer: clients.producer(props),
  })
  const records: LogRecord[] = []
  try {
    await log.start(
      (record) => records.push(record),
      () => {},
    )
    return await use(log, records)
  } finally {
    await log.close()
    await admin.close()
  }
}
