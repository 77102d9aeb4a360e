import { errorCode } from '../../protocol/error-codes.ts'
import { deleteRecordsRequest, deleteRecordsResponse } from '../../protocol/messages/topics.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'

/** Stands for all records that there are. */
const ALL = -1

/** DeleteRecords: moves the first offset of partitions forward. */
export const deleteRecords = defineApi({
  request: deleteRecordsRequest,
  response: deleteRecordsResponse,
  versions: [0, 2],
  handle: (broker, { topics }) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, offset }) => ({
        partitionIndex,
        ...remove(broker, name, partitionIndex, offset),
      })),
    })),
  }),
  refuse: ({ topics }, code) => ({
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, ...failed(code) })),
    })),
  }),
})

function remove({ topics }: Broker, name: string, partition: number, offset: number) {
  const topic = topics.get(name)
  const log = topic?.partitions[partition]
  if (topic === null || log === undefined) return failed(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  if (!topic.settings.isDeleted) return failed(errorCode.POLICY_VIOLATION)
  const startOffset = offset === ALL ? log.endOffset : offset
  if (startOffset < 0 || startOffset > log.endOffset) return failed(errorCode.OFFSET_OUT_OF_RANGE)
  topics.deleteRecords(topic, log, startOffset)
  return { lowWatermark: log.startOffset, errorCode: errorCode.NONE }
}

function failed(code: number) {
  return { lowWatermark: -1, errorCode: code }
}
