import type { Logger } from '../base/logger.ts'
import type { Producer } from '../kafka/client.ts'
import type { SourceTaskMetrics } from '../metrics/source-task-metrics.ts'
import type { SourceTask, TransactionContext } from '../sdk/source-task.ts'
import { AtLeastOnceDelivery } from './at-least-once-delivery.ts'
import { sourceProducerProps, transactionalProducerProps } from './client-props.ts'
import { recordListener } from './commit-record.ts'
import type { SourceConfig } from './connector-config.ts'
import type { ErrorOperator } from './errors/operator.ts'
import { ExactlyOnceDelivery } from './exactly-once-delivery.ts'
import { offsetsPlace } from './offsets/offsets-place.ts'
import { TransactionOffsets } from './offsets/transaction-offsets.ts'
import type { SourceDelivery } from './source-delivery.ts'
import { SourceOffsets } from './source-offsets.ts'
import { cancelledTask, unlessAborted } from './task-control.ts'
import type { ExactlyOnceTask } from './task-host.ts'
import { type TaskBuild, topicTracker } from './task-work.ts'
import { transactionBoundary } from './transaction-boundary.ts'

/** What a source task needs for one of the two guarantees that it may give. */
export interface SourceGuarantee {
  readonly producer: Producer
  readonly delivery: SourceDelivery
  /** What the task sets the ends of its transactions with; null where it may not. */
  readonly transactions: TransactionContext | null
  /** Before the task is initialized. */
  open(): Promise<void>
  /** Runs the loop, and commits what has to be committed beside it and after it. */
  run(move: () => Promise<void>): Promise<void>
  /** All records of a poll were sent, or there were none. */
  onBatch(): Promise<void> | null
  onPaused(): void | Promise<void>
}

export interface SourceGuaranteeParts {
  readonly build: TaskBuild
  readonly task: SourceTask
  readonly settings: SourceConfig
  readonly metrics: SourceTaskMetrics
  readonly errors: ErrorOperator
  readonly logger: Logger
}

export function sourceGuarantee(
  exactly: ExactlyOnceTask | undefined,
  parts: SourceGuaranteeParts,
): SourceGuarantee {
  return exactly === undefined ? atLeastOnce(parts) : exactlyOnce(exactly, parts)
}

function atLeastOnce({
  build,
  task,
  settings,
  metrics,
  errors,
  logger,
}: SourceGuaranteeParts): SourceGuarantee {
  const { env, assignment, control, onPaused } = build
  const { id, connectorProps } = assignment
  const props = { worker: env.workerProps, connector: connectorProps }
  const producer = env.clients.producer(sourceProducerProps(props, id), build.logger)
  const delivery = new AtLeastOnceDelivery({
    ...{ producer, errors, metrics },
    onRecord: recordListener(task, logger),
    onTopicUsed: topicTracker(build),
  })
  const offsets = new SourceOffsets({
    submitted: delivery.submitted,
    async write(entries) {
      if (control.cancelled) throw cancelledTask()
      await env.events.writeOffsets(id.connector, entries)
    },
    onCommitted: task.commit?.bind(task) ?? null,
    intervalMs: env.settings.offsetFlushIntervalMs,
    timeoutMs: env.settings.offsetFlushTimeoutMs,
    metrics: build.metrics,
    clock: env.clock,
    logger,
  })
  return {
    ...{ producer, delivery, onPaused },
    transactions: null,
    async open() {
      if (settings['offsets.storage.topic'] === null) return
      await unlessAborted(findOffsetsPlace(build), control.stopSignal)
    },
    run: (move) => offsets.accompany(move(), control),
    onBatch: () => null,
  }
}

function exactlyOnce(
  { transactionalId, generation }: ExactlyOnceTask,
  { build, task, settings, metrics, logger }: SourceGuaranteeParts,
): SourceGuarantee {
  const { env, assignment, control } = build
  const { id, connectorProps } = assignment
  const { clock, events } = env
  const props = { worker: env.workerProps, connector: connectorProps }
  const warn = (problem: string) => logger.warn(problem)
  const producerProps = transactionalProducerProps(props, id, transactionalId, warn)
  const producer = env.clients.transactionalProducer(producerProps, build.logger)
  const boundary = transactionBoundary(
    {
      kind: settings['transaction.boundary'],
      intervalMs:
        settings['transaction.boundary.interval.ms'] ?? env.settings.offsetFlushIntervalMs,
    },
    clock,
  )
  const place = offsetsPlace(env.workerProps, connectorProps, producerProps, true)
  const delivery = new ExactlyOnceDelivery({
    ...{ producer, boundary, metrics, commitMetrics: build.metrics, clock, logger },
    offsets: new TransactionOffsets({
      ...{ connector: id.connector, topic: place.topic, logger },
      copy: place.isWorkers ? null : (offsets) => events.copyOffsets(id.connector, offsets),
    }),
    onRecord: recordListener(task, logger),
    onCommitted: task.commit?.bind(task) ?? null,
    onTopicUsed: topicTracker(build),
  })
  const getReady = async () => {
    await events.fenceZombies(id)
    if (control.stopping) return
    await producer.initTransactions()
    await events.confirmStart(id, generation)
    await findOffsetsPlace(build)
  }
  return {
    producer,
    delivery,
    transactions: boundary.requests,
    open: () => unlessAborted(getReady(), control.stopSignal),
    async run(move) {
      boundary.begin()
      await move()
      await delivery.finish()
    },
    onBatch: () => delivery.batchSent(),
    async onPaused() {
      await delivery.finish()
      boundary.begin()
      build.onPaused()
    },
  }
}

/** Fails where there is no place for offsets, before there are any. */
async function findOffsetsPlace({ env, assignment }: TaskBuild): Promise<void> {
  await env.events.readOffsets(assignment.id.connector, [])
}
