import { errorCode } from '../../protocol/error-codes.ts'
import {
  describeProducersRequest,
  describeProducersResponse,
} from '../../protocol/messages/transaction-admin.ts'
import { defineApi } from '../api.ts'
import type { ProducerEntry } from '../log/producer-state.ts'

/** DescribeProducers: idempotent and transactional producers that partitions remember. */
export const describeProducers = defineApi({
  request: describeProducersRequest,
  response: describeProducersResponse,
  versions: [0, 0],
  handle: ({ topics }, body) => ({
    throttleTimeMs: 0,
    topics: body.topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => {
        const log = topics.partition(name, partitionIndex)
        return log === null
          ? failed(partitionIndex, errorCode.UNKNOWN_TOPIC_OR_PARTITION)
          : {
              partitionIndex,
              errorCode: errorCode.NONE,
              activeProducers: Array.from(log.producers.entries.values(), describe),
            }
      }),
    })),
  }),
  refuse: (body, code) => ({
    throttleTimeMs: 0,
    topics: body.topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => failed(partitionIndex, code)),
    })),
  }),
})

function describe(entry: ProducerEntry) {
  return {
    producerId: entry.producerId,
    producerEpoch: entry.epoch,
    lastSequence: entry.batches.at(-1)?.lastSequence ?? -1,
    lastTimestamp: entry.lastTimestamp,
    coordinatorEpoch: entry.coordinatorEpoch,
    currentTxnStartOffset: entry.transactionStart ?? -1,
  }
}

function failed(partitionIndex: number, code: number) {
  return { partitionIndex, errorCode: code, activeProducers: [] }
}
