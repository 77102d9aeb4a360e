import { ConnectError } from '../../src/base/errors.ts'
import type { ConnectRecord } from '../../src/data/record.ts'
import type { TransactionalProducer } from '../../src/kafka/client.ts'
import { SourceTaskMetrics } from '../../src/metrics/source-task-metrics.ts'
import { recordListener } from '../../src/runtime/commit-record.ts'
import { ExactlyOnceDelivery } from '../../src/runtime/exactly-once-delivery.ts'
import type { SourceOffset } from '../../src/runtime/offsets/offset-store.ts'
import { TransactionOffsets } from '../../src/runtime/offsets/transaction-offsets.ts'
import { SourceConversion } from '../../src/runtime/source-conversion.ts'
import { runSourceLoop } from '../../src/runtime/source-loop.ts'
import { SourceSender } from '../../src/runtime/source-sender.ts'
import { TaskControl } from '../../src/runtime/task-control.ts'
import {
  type BoundarySettings,
  transactionBoundary,
} from '../../src/runtime/transaction-boundary.ts'
import { TransformChain } from '../../src/runtime/transform-chain.ts'
import { newTaskMetrics } from '../metrics/fixture.ts'
import { FakeProducer, ManualClock, MemoryLogger } from './fakes.ts'
import { operatorFor, ScriptedSourceTask, textConverters } from './source-harness.ts'

/** Keeps what each transaction held and how it ended: `commit t=a t=b offsets={"position":2}`. */
export class FakeTransactions extends FakeProducer implements TransactionalProducer {
  readonly ended: string[] = []
  /** Error of the next commit. */
  refuseCommit: Error | null = null
  #open: number | null = null

  isInitialized: boolean = false

  async initTransactions(): Promise<void> {
    this.isInitialized = true
  }

  beginTransaction(): void {
    if (this.#open !== null) throw new TypeError('a transaction is open already')
    this.#open = this.sent.length
  }

  override append(record: Parameters<FakeProducer['append']>[0]) {
    if (this.#open === null) throw new TypeError('no transaction is open')
    return super.append(record)
  }

  async commitTransaction(): Promise<void> {
    if (this.refuseCommit !== null) throw this.refuseCommit
    this.#end('commit')
    for (const [index, batch] of this.batches.entries()) batch.ack(index * 100)
  }

  async abortTransaction(): Promise<void> {
    this.#end('abort')
    const error = new ConnectError('aborted', { code: 'KAFKA' })
    for (const batch of this.batches) {
      batch.acked.catch(() => {})
      batch.fail(error)
    }
  }

  #end(how: string): void {
    const records = this.sent.slice(this.#open ?? 0)
    this.ended.push([how, ...records.map(({ topic, value }) => `${topic}=${value}`)].join(' '))
    for (const batch of this.batches) batch.open = false
    this.#open = null
  }
}

export interface ExactlyOnceOptions {
  readonly boundary?: Partial<BoundarySettings>
  readonly transform?: <R extends ConnectRecord>(record: R) => R | null
  /** Fails the copies of offsets to the worker's topic. */
  readonly refuseCopy?: Error
  /** Whether the connector has a topic of its own. */
  readonly copies?: boolean
  readonly offsetsTopic?: string
}

/** The loop of an exactly-once source task that runs against fakes. */
export function startExactlyOnce(options: ExactlyOnceOptions = {}) {
  const clock = new ManualClock()
  const logger = new MemoryLogger()
  const producer = new FakeTransactions()
  const control = new TaskControl('STARTED')
  const task = new ScriptedSourceTask()
  const states: string[] = []
  const copied: SourceOffset[][] = []
  const boundary = transactionBoundary(
    { kind: 'poll', intervalMs: 60_000, ...options.boundary },
    clock,
  )
  const taskMetrics = newTaskMetrics(clock)
  const metrics = new SourceTaskMetrics(taskMetrics, true)
  const copy = async (offsets: readonly SourceOffset[]) => {
    if (options.refuseCopy !== undefined) throw options.refuseCopy
    copied.push([...offsets])
  }
  const delivery = new ExactlyOnceDelivery({
    ...{ producer, boundary, metrics, commitMetrics: taskMetrics, clock, logger },
    offsets: new TransactionOffsets({
      ...{ connector: 'c', topic: options.offsetsTopic ?? 'offsets', logger },
      copy: options.copies === true ? copy : null,
    }),
    onRecord: recordListener(task, logger),
    onCommitted: task.commit.bind(task),
    onTopicUsed: (topic) => states.push(`topic ${topic}`),
  })
  const { transform } = options
  const stages =
    transform === undefined
      ? []
      : [{ className: 'Transform', transform, predicate: null, negate: false }]
  const errors = operatorFor({ tolerance: 'all' }, { clock, logger, control, failures: [] })
  const sender = new SourceSender({
    conversion: new SourceConversion(new TransformChain(stages), textConverters()),
    ...{ producer, delivery, errors, control, clock, logger },
    ensureTopic: null,
  })
  const outcome: { error: unknown } = { error: null }
  const run = async () => {
    boundary.begin()
    await runSourceLoop({
      ...{ task, sender, delivery, control, metrics, clock, logger },
      onBatch: () => delivery.batchSent(),
      onPaused: () => delivery.finish(),
      onResumed: () => void states.push('resumed'),
    })
    await delivery.finish()
  }
  const ended = run().catch((error: unknown) => {
    outcome.error = error
  })
  const { requests } = boundary
  return { clock, logger, producer, control, task, states, copied, requests, outcome, ended }
}
