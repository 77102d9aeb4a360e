import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded, Encodable } from '../../protocol/message.ts'
import { produceRequest, produceResponse } from '../../protocol/messages/produce.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'
import { loadKeyCodec, RefusedRecords } from '../log/append-check.ts'
import type { PartitionLog } from '../log/partition-log.ts'
import { StorageError } from '../storage/storage-error.ts'
import type { Topic } from '../topics/topic.ts'
import { type Admission, admissionOf } from '../transactions/admission.ts'
import { joinTransaction } from '../transactions/join-transaction.ts'

type Request = Decoded<typeof produceRequest>
type PartitionData = Request['topicData'][number]['partitionData'][number]
type PartitionAnswer = Encodable<
  typeof produceResponse
>['responses'][number]['partitionResponses'][number]

const noRecords = Buffer.alloc(0)

/**
 * Produce: appends batches as they come, compressed or not.
 *
 * Versions 0 to 2 are offered and refused, as by Apache Kafka: a librdkafka bug needs them offered
 * (KAFKA-18659). Left out: topic ids (version 13).
 */
export const produce = defineApi({
  request: produceRequest,
  response: produceResponse,
  versions: [0, 12],
  handle(broker, body, { apiVersion }) {
    if (body.acks < -1 || body.acks > 1) return refused(body, errorCode.INVALID_REQUIRED_ACKS)
    const loading = loadKeyCodecs(broker, body)
    const joining = joinTransaction(broker, body, apiVersion)
    const append = (joined: number) =>
      appendAll(
        broker,
        body,
        admissionOf(broker.transactions, body.transactionalId, apiVersion, joined),
      )
    // Requests that come meanwhile wait for the same, so that all keep their order.
    return loading === null && typeof joining === 'number'
      ? append(joining)
      : Promise.all([joining, loading]).then(([joined]) => append(joined))
  },
  refuse: refused,
})

function loadKeyCodecs({ topics }: Broker, { topicData }: Request): Promise<void> | null {
  for (const { name, partitionData } of topicData) {
    if (topics.get(name)?.settings.isCompacted !== true) continue
    for (const { records } of partitionData) {
      const loading = loadKeyCodec(records ?? noRecords)
      if (loading !== null) return loading
    }
  }
  return null
}

function appendAll(broker: Broker, body: Request, admit: Admission) {
  const waits: Promise<unknown>[] = []
  const responses = body.topicData.map(({ name, partitionData }) => {
    const topic = broker.topics.get(name)
    const partitionResponses = partitionData.map((data) => append(broker, topic, data, admit))
    for (const [nth, { index }] of partitionData.entries()) {
      const log = topic?.partitions[index]
      const kept = log?.kept() ?? null
      if (log === undefined || kept === null) continue
      const fail = (error: unknown) => {
        partitionResponses[nth] = failure(broker, log, index, error)
      }
      waits.push(kept.catch(fail))
    }
    return { name, partitionResponses }
  })
  const answer = body.acks === 0 ? null : { responses }
  return waits.length === 0 ? answer : Promise.all(waits).then(() => answer)
}

function refused(body: Request, code: number) {
  if (body.acks === 0) return null
  return {
    responses: body.topicData.map(({ name, partitionData }) => ({
      name,
      partitionResponses: partitionData.map(({ index }) => failed(index, code)),
    })),
  }
}

function append(
  broker: Broker,
  topic: Topic | null,
  data: PartitionData,
  admit: Admission,
): PartitionAnswer {
  const log = topic?.partitions[data.index]
  if (topic === null || log === undefined) {
    return failed(data.index, errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  }
  if (topic.isInternal) return failed(data.index, errorCode.INVALID_TOPIC_EXCEPTION)
  try {
    return appendTo(log, data, admit)
  } catch (error) {
    return failure(broker, log, data.index, error)
  }
}

function appendTo(
  log: PartitionLog,
  { index, records }: PartitionData,
  admit: Admission,
): PartitionAnswer {
  const { baseOffset, logAppendTimeMs } = log.append(records ?? noRecords, admit)
  return {
    index,
    errorCode: errorCode.NONE,
    baseOffset,
    logAppendTimeMs,
    logStartOffset: log.startOffset,
  }
}

function failure(
  broker: Broker,
  log: PartitionLog,
  index: number,
  error: unknown,
): PartitionAnswer {
  if (error instanceof RefusedRecords) return failed(index, error.errorCode, error.message)
  broker.config.logger?.error(`${log.topic}-${log.partition}: records aren't kept`, error)
  return error instanceof StorageError
    ? failed(index, errorCode.KAFKA_STORAGE_ERROR, error.message)
    : failed(index, errorCode.UNKNOWN_SERVER_ERROR)
}

function failed(index: number, code: number, errorMessage: string | null = null): PartitionAnswer {
  return { index, errorCode: code, baseOffset: -1, errorMessage }
}
