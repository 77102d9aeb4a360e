import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded, Encodable } from '../../protocol/message.ts'
import { produceRequest, produceResponse } from '../../protocol/messages/produce.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'
import { RefusedRecords } from '../log/append-check.ts'
import type { PartitionLog } from '../log/partition-log.ts'

type Request = Decoded<typeof produceRequest>
type PartitionData = Request['topicData'][number]['partitionData'][number]
type PartitionAnswer = Encodable<
  typeof produceResponse
>['responses'][number]['partitionResponses'][number]

/**
 * Produce: appends batches as they come, compressed or not.
 *
 * Versions 0 to 2 are offered and refused, as by Apache Kafka: a librdkafka bug needs them offered
 * (KAFKA-18659). Left out: topic ids (version 13) and transactions without AddPartitionsToTxn (12).
 */
export const produce = defineApi({
  request: produceRequest,
  response: produceResponse,
  versions: [0, 11],
  handle(broker, body) {
    const waits: Promise<void>[] = []
    const responses = body.topicData.map(({ name, partitionData }) => ({
      name,
      partitionResponses: partitionData.map((data) => {
        const log = broker.topics.partition(name, data.index)
        const answer = append(broker, log, data)
        const kept = log?.kept() ?? null
        if (kept !== null) waits.push(kept)
        return answer
      }),
    }))
    if (body.acks === 0) return null
    return waits.length === 0 ? { responses } : Promise.all(waits).then(() => ({ responses }))
  },
  refuse: (body, code) =>
    body.acks === 0
      ? null
      : {
          responses: body.topicData.map(({ name, partitionData }) => ({
            name,
            partitionResponses: partitionData.map(({ index }) => failed(index, code)),
          })),
        },
})

function append(
  broker: Broker,
  log: PartitionLog | null,
  { index, records }: PartitionData,
): PartitionAnswer {
  if (log === null) return failed(index, errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  try {
    const { baseOffset, logAppendTimeMs } = log.append(records ?? Buffer.alloc(0))
    return {
      index,
      errorCode: errorCode.NONE,
      baseOffset,
      logAppendTimeMs,
      logStartOffset: log.startOffset,
    }
  } catch (error) {
    if (error instanceof RefusedRecords) return failed(index, error.errorCode, error.message)
    broker.config.logger?.error(`${log.topic}-${log.partition}: records can't be written`, error)
    return failed(index, errorCode.KAFKA_STORAGE_ERROR, 'the records could not be written')
  }
}

function failed(index: number, code: number, errorMessage: string | null = null): PartitionAnswer {
  return { index, errorCode: code, baseOffset: -1, errorMessage }
}
