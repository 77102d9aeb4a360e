import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded, Encodable } from '../../protocol/message.ts'
import { fetchRequest, fetchResponse } from '../../protocol/messages/fetch.ts'
import { defineApi, type RequestContext } from '../api.ts'
import type { Broker } from '../broker.ts'
import { type Cancel, systemClock } from '../clock.ts'
import { leaderEpochError } from '../log/leader-epoch.ts'
import type { LogWaiter } from '../log/log-waiters.ts'
import type { Isolation, PartitionLog } from '../log/partition-log.ts'
import type { Topic } from '../topics/topic.ts'

type Request = Decoded<typeof fetchRequest>
type Response = Encodable<typeof fetchResponse>
type AskedTopic = Request['topics'][number]
type Asked = AskedTopic['partitions'][number]
type TopicAnswer = Response['responses'][number]
type PartitionAnswer = TopicAnswer['partitions'][number]

/** Versions from here on name topics by id. */
const TOPIC_ID_SINCE = 13
/** Limit of one answer, as `fetch.max.bytes` of Apache Kafka. */
const ANSWER_BYTES_MAX = 55 * 1024 * 1024
/** A client that wants to wait longer asks again. */
const WAIT_MS_MAX = 5 * 60_000

/**
 * Fetch: whole batches from offsets on, waiting for more where there is too little.
 *
 * Left out: sessions (every answer is a full one, which clients take), replicas' fetches.
 */
export const fetch = defineApi({
  request: fetchRequest,
  response: fetchResponse,
  versions: [4, 17],
  handle(broker, body, context) {
    if (isInSession(body)) {
      // Of a broker that was here before; the client goes on with a full request.
      return { throttleTimeMs: 0, errorCode: errorCode.FETCH_SESSION_ID_NOT_FOUND, responses: [] }
    }
    const first = readAll(broker, body, context)
    const missingBytes = body.minBytes - first.sizeBytes
    if (first.isFinal || missingBytes <= 0 || body.maxWaitMs <= 0) return first.response
    return new Promise((resolve) => {
      park(broker, body, context, missingBytes, () =>
        resolve(readAll(broker, body, context).response),
      )
    })
  },
  refuse: (body, code) => ({
    throttleTimeMs: 0,
    responses: body.topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition }) => failed(partition, code)),
    })),
  }),
})

function isInSession({ sessionId, sessionEpoch }: Request): boolean {
  return sessionId !== 0 && sessionEpoch > 0
}

interface Read {
  readonly response: Response
  readonly sizeBytes: number
  /** Waiting wouldn't change it: there is an error. */
  readonly isFinal: boolean
}

function readAll(broker: Broker, body: Request, context: RequestContext): Read {
  const isolation = isolationOf(body)
  let sizeBytes = 0
  let isFinal = false
  const limitBytes = Math.min(body.maxBytes, ANSWER_BYTES_MAX)
  const responses = body.topics.map((asked): TopicAnswer => {
    const topic = topicOf(broker, asked, context)
    const partitions = asked.partitions.map((one) => {
      const log = topic?.partitions[one.partition]
      const answer =
        log === undefined
          ? failed(one.partition, unknownCode(topic, context))
          : readPartition(log, one, isolation, limitBytes - sizeBytes, sizeBytes === 0)
      sizeBytes += answer.records?.length ?? 0
      if (answer.errorCode !== errorCode.NONE) isFinal = true
      return answer
    })
    return { topic: asked.topic, topicId: asked.topicId, partitions }
  })
  return { response: { throttleTimeMs: 0, responses }, sizeBytes, isFinal }
}

function isolationOf(body: Request): Isolation {
  return body.isolationLevel === 1 ? 'committed' : 'uncommitted'
}

function topicOf(broker: Broker, asked: AskedTopic, { apiVersion }: RequestContext): Topic | null {
  return apiVersion >= TOPIC_ID_SINCE
    ? broker.topics.byId(asked.topicId)
    : broker.topics.get(asked.topic)
}

function unknownCode(topic: Topic | null, { apiVersion }: RequestContext): number {
  return topic === null && apiVersion >= TOPIC_ID_SINCE
    ? errorCode.UNKNOWN_TOPIC_ID
    : errorCode.UNKNOWN_TOPIC_OR_PARTITION
}

/** @param isFirst Nothing was read yet: one batch is given even when it is too large. */
function readPartition(
  log: PartitionLog,
  { partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch }: Asked,
  isolation: Isolation,
  leftBytes: number,
  isFirst: boolean,
): PartitionAnswer {
  const wrongEpoch = leaderEpochError(currentLeaderEpoch)
  if (wrongEpoch !== errorCode.NONE) return failed(partition, wrongEpoch)
  if (fetchOffset < log.startOffset || fetchOffset > log.highWatermark) {
    return { ...failed(partition, errorCode.OFFSET_OUT_OF_RANGE), ...offsetsOf(log) }
  }
  const limitBytes = Math.min(partitionMaxBytes, leftBytes)
  const { records, aborted } =
    isFirst || limitBytes > 0 ? log.read(fetchOffset, limitBytes, isolation) : nothing
  const isTooLarge = !isFirst && records.length > leftBytes
  return {
    partitionIndex: partition,
    errorCode: errorCode.NONE,
    ...offsetsOf(log),
    abortedTransactions: isolation === 'committed' ? aborted : null,
    records: isTooLarge ? nothing.records : records,
  }
}

const nothing = { records: Buffer.alloc(0), aborted: [] } as const

function offsetsOf(log: PartitionLog) {
  return {
    highWatermark: log.highWatermark,
    lastStableOffset: log.lastStableOffset,
    logStartOffset: log.startOffset,
  }
}

function failed(partitionIndex: number, code: number): PartitionAnswer {
  return {
    partitionIndex,
    errorCode: code,
    highWatermark: -1,
    abortedTransactions: null,
    records: nothing.records,
  }
}

/**
 * Calls `wake` once: when enough was appended, something changed, or the time is over; never when
 * the client is gone.
 */
function park(
  broker: Broker,
  body: Request,
  context: RequestContext,
  missingBytes: number,
  wake: () => void,
): void {
  let leftBytes = missingBytes
  const cancels: Cancel[] = []
  const stop = () => {
    for (const cancel of cancels.splice(0)) cancel()
  }
  const done = () => {
    stop()
    wake()
  }
  const waiter: LogWaiter = {
    isCommittedOnly: isolationOf(body) === 'committed',
    more(sizeBytes) {
      leftBytes -= sizeBytes
      if (leftBytes <= 0) done()
    },
    changed: done,
  }
  for (const asked of body.topics) {
    const topic = topicOf(broker, asked, context)
    for (const { partition } of asked.partitions) {
      const log = topic?.partitions[partition]
      if (log !== undefined) cancels.push(log.wait(waiter))
    }
  }
  // In real time, also with the clock of a test: the client, too, waits in real time.
  cancels.push(systemClock.after(Math.min(body.maxWaitMs, WAIT_MS_MAX), done))
  cancels.push(context.onClose(stop))
}
