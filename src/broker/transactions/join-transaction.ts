import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded } from '../../protocol/message.ts'
import type { produceRequest } from '../../protocol/messages/produce.ts'
import { type BatchHeader, readBatchHeader } from '../../protocol/record-batch.ts'
import type { Broker } from '../broker.ts'
import { JOINS_SINCE } from './admission.ts'

type Request = Decoded<typeof produceRequest>

interface Beginning {
  readonly topic: string
  readonly partition: number
  readonly batch: BatchHeader
}

/**
 * Takes partitions into the transaction that a request has records of.
 * @returns An error code; not at once where something has to be written.
 */
export function joinTransaction(
  broker: Broker,
  { transactionalId, topicData }: Request,
  apiVersion: number,
): number | Promise<number> {
  if (transactionalId === null || apiVersion < JOINS_SINCE) return errorCode.NONE
  const beginnings = topicData.flatMap(({ name, partitionData }) =>
    partitionData.flatMap(({ index, records }) => {
      const batch = records === null ? null : beginningBatch(broker, name, index, records)
      return batch === null ? [] : [{ topic: name, partition: index, batch }]
    }),
  )
  const [first] = beginnings
  if (first === undefined) return errorCode.NONE
  const { producerId, producerEpoch } = first.batch
  const producer = { transactionalId, producerId, producerEpoch }
  return broker.transactions.join(producer, partitionsOf(beginnings))
}

/** The first batch; null where no transaction begins with it, and for bytes that are refused later. */
function beginningBatch(
  { topics }: Broker,
  topic: string,
  partition: number,
  records: Buffer,
): BatchHeader | null {
  const log = topics.partition(topic, partition)
  if (log === null || topics.get(topic)?.isInternal === true) return null
  try {
    const batch = readBatchHeader(records, 0)
    return batch?.isTransactional === true && !log.producers.isOpen(batch) ? batch : null
  } catch {
    return null
  }
}

function partitionsOf(beginnings: readonly Beginning[]): Map<string, Set<number>> {
  const byTopic = Map.groupBy(beginnings, ({ topic }) => topic)
  return new Map(
    Array.from(byTopic, ([topic, of]) => [topic, new Set(of.map(({ partition }) => partition))]),
  )
}
