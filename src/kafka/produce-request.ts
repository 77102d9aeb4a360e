import type { Decoded, Encodable } from '../protocol/message.ts'
import type { produceRequest, produceResponse } from '../protocol/messages/produce.ts'
import type { OutgoingBatch } from './outgoing-batch.ts'
import type { PartitionQueue } from './partition-queue.ts'

/** A batch on its way. */
export interface Shipment {
  readonly queue: PartitionQueue
  readonly batch: OutgoingBatch
  readonly encoded: Buffer
}

/** What a broker says of one batch. */
export interface ShipmentAnswer {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly baseOffset: number
  readonly logAppendTimeMs: number
}

export function produceBody(
  shipments: readonly Shipment[],
  options: Pick<Encodable<typeof produceRequest>, 'acks' | 'timeoutMs' | 'transactionalId'>,
): Encodable<typeof produceRequest> {
  const byTopic = Map.groupBy(shipments, ({ batch }) => batch.topic)
  return {
    ...options,
    topicData: [...byTopic].map(([name, group]) => ({
      name,
      partitionData: group.map(({ batch, encoded }) => ({
        index: batch.partition,
        records: encoded,
      })),
    })),
  }
}

/** Undefined when the broker left the batch out of its answer. */
export function answerOf(
  { batch }: Shipment,
  { responses }: Decoded<typeof produceResponse>,
): ShipmentAnswer | undefined {
  return responses
    .find(({ name }) => name === batch.topic)
    ?.partitionResponses.find(({ index }) => index === batch.partition)
}
