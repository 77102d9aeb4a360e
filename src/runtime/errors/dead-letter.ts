import { ConnectError, messageOf, traceOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type {
  Admin,
  FetchedRecords,
  OutgoingRecord,
  Producer,
  RawHeader,
  SentBatch,
  TopicPartition,
} from '../../kafka/client.ts'
import type { ErrorMetrics } from '../../metrics/error-metrics.ts'
import type { TaskId } from '../task-host.ts'
import { hasPartition } from '../topic-partition-map.ts'
import type { Failure } from './failure.ts'

/** `errors.deadletterqueue.*` of a sink connector. */
export interface DeadLetterOptions {
  readonly topic: string
  readonly replicationFactor: number
  /** Adds headers that say where the record came from and what went wrong. */
  readonly contextHeaders: boolean
}

export interface DeadLetterDeps {
  readonly id: TaskId
  readonly options: DeadLetterOptions
  readonly producer: Producer
  readonly metrics: ErrorMetrics
  readonly logger: Logger
}

interface Pending {
  readonly partition: TopicPartition
  readonly sent: Promise<void>
}

/** Sends records that could not be processed to a topic, with the bytes that they came with. */
export class DeadLetterQueue {
  readonly #deps: DeadLetterDeps
  readonly #pending = new Set<Pending>()

  constructor(deps: DeadLetterDeps) {
    this.#deps = deps
  }

  /** Resolves when the record is on its way; a failure to send it is logged. */
  async report(failure: Failure): Promise<void> {
    const { origin } = failure
    if (origin.kind === 'source') return
    const { records, index } = origin
    this.#deps.metrics.letterSent()
    const appended = this.#append(records, index, failure)
    this.#track(
      records,
      appended.then(({ acked }) => acked),
    )
    await appended.catch(() => {})
  }

  /** Resolves when all that was reported of these partitions is in the topic, or was logged. */
  async settled(partitions: readonly TopicPartition[]): Promise<void> {
    const pending = [...this.#pending].filter(({ partition }) =>
      hasPartition(partitions, partition),
    )
    await Promise.all(pending.map(({ sent }) => sent))
  }

  forget(partitions: readonly TopicPartition[]): void {
    for (const pending of this.#pending) {
      if (hasPartition(partitions, pending.partition)) this.#pending.delete(pending)
    }
  }

  async #append(records: FetchedRecords, index: number, failure: Failure): Promise<SentBatch> {
    const { producer, options } = this.#deps
    if (!producer.isPrepared(options.topic)) await producer.prepare(options.topic)
    await producer.room()
    return producer.append(this.#letter(records, index, failure))
  }

  #track({ topic, partition }: TopicPartition, acked: Promise<unknown>): void {
    const { options, metrics, logger } = this.#deps
    const pending: Pending = {
      partition: { topic, partition },
      sent: acked.then(
        () => void this.#pending.delete(pending),
        (error: unknown) => {
          this.#pending.delete(pending)
          metrics.letterLost()
          logger.error(
            `A failed record could not be sent to the dead letter queue ${options.topic}: ${messageOf(error)}`,
            error,
          )
        },
      ),
    }
    this.#pending.add(pending)
  }

  #letter(records: FetchedRecords, index: number, failure: Failure): OutgoingRecord {
    const { id, options } = this.#deps
    const timestamp = records.timestamps[index] as number
    const headers = records.headers(index)
    return {
      topic: options.topic,
      partition: null,
      timestamp: timestamp < 0 ? null : timestamp,
      bytes: records.bytes,
      keyStart: records.keyStarts[index] as number,
      keyEnd: records.keyEnds[index] as number,
      valueStart: records.valueStarts[index] as number,
      valueEnd: records.valueEnds[index] as number,
      headers: options.contextHeaders
        ? [...headers, ...contextHeaders(id, records, index, failure)]
        : headers,
    }
  }
}

/**
 * Creates the topic of a dead letter queue with one partition, unless it exists.
 * @throws ConnectError CONNECT_FAILED
 */
export async function createDeadLetterTopic(
  admin: Admin,
  { topic, replicationFactor }: DeadLetterOptions,
): Promise<void> {
  try {
    const found = await admin.describeTopics([topic])
    if (found.length > 0) return
    await admin.createTopics([{ name: topic, partitions: 1, replicationFactor }])
  } catch (cause) {
    throw new ConnectError(
      `Could not initialize dead letter queue with topic=${topic}: ${messageOf(cause)}`,
      { code: 'CONNECT_FAILED', cause },
    )
  }
}

function contextHeaders(
  { connector, task }: TaskId,
  records: FetchedRecords,
  index: number,
  { stage, className, error }: Failure,
): RawHeader[] {
  const texts: ReadonlyArray<readonly [name: string, text: string | null]> = [
    ['topic', records.topic],
    ['partition', String(records.partition)],
    ['offset', String(records.offsets[index])],
    ['connector.name', connector],
    ['task.id', String(task)],
    ['stage', stage],
    ['class.name', className],
    ['exception.class.name', classOf(error)],
    ['exception.message', messageOf(error) || null],
    ['exception.stacktrace', traceOf(error)],
  ]
  return texts.map(([name, text]) => ({
    key: `__connect.errors.${name}`,
    value: text === null ? null : Buffer.from(text),
  }))
}

function classOf(error: unknown): string {
  if (error instanceof ConnectError) return error.javaClass
  return error instanceof Error ? error.name : typeof error
}
