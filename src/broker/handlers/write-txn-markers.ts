import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded } from '../../protocol/message.ts'
import {
  writeTxnMarkersRequest,
  writeTxnMarkersResponse,
} from '../../protocol/messages/transaction-admin.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'
import { StorageError } from '../storage/storage-error.ts'
import { offsetsTopic } from '../topics/topic.ts'

type Request = Decoded<typeof writeTxnMarkersRequest>
type Marker = Request['markers'][number]

/**
 * WriteTxnMarkers: ends transactions in single partitions, for an administrator who has found one
 * that its coordinator knows nothing of.
 */
export const writeTxnMarkers = defineApi({
  request: writeTxnMarkersRequest,
  response: writeTxnMarkersResponse,
  versions: [1, 1],
  handle: async (broker, body) => ({
    markers: await Promise.all(
      body.markers.map(async (marker) => ({
        producerId: marker.producerId,
        topics: await Promise.all(
          marker.topics.map(async ({ name, partitionIndexes }) => ({
            name,
            partitions: await Promise.all(
              partitionIndexes.map(async (partitionIndex) => ({
                partitionIndex,
                errorCode: await write(broker, marker, name, partitionIndex),
              })),
            ),
          })),
        ),
      })),
    ),
  }),
  refuse: (body, code) => ({
    markers: body.markers.map(({ producerId, topics }) => ({
      producerId,
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode: code })),
      })),
    })),
  }),
})

/** @returns An error code. */
async function write(
  { topics, groups }: Broker,
  { producerId, producerEpoch, transactionResult: isCommit, coordinatorEpoch }: Marker,
  topic: string,
  partition: number,
): Promise<number> {
  const log = topics.partition(topic, partition)
  if (log === null) return errorCode.UNKNOWN_TOPIC_OR_PARTITION
  const known = log.producers.entries.get(producerId)
  if (known !== undefined && producerEpoch < known.epoch) return errorCode.INVALID_PRODUCER_EPOCH
  if (known !== undefined && coordinatorEpoch < known.coordinatorEpoch) {
    return errorCode.TRANSACTION_COORDINATOR_FENCED
  }
  try {
    log.appendTransactionEnd({ producerId, producerEpoch, isCommit, coordinatorEpoch })
    if (topic === offsetsTopic) groups.completeTransaction(producerId, isCommit)
    await log.kept()
    return errorCode.NONE
  } catch (error) {
    if (error instanceof StorageError) return errorCode.KAFKA_STORAGE_ERROR
    throw error
  }
}
