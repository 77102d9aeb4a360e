import { RetriableError } from '../../src/base/errors.ts'
import type { ConnectRecord, SinkRecord } from '../../src/data/record.ts'
import { SinkTaskMetrics } from '../../src/metrics/sink-task-metrics.ts'
import { ErrantReporter } from '../../src/runtime/errors/errant-reporter.ts'
import type { Failure } from '../../src/runtime/errors/failure.ts'
import { AddedMetrics } from '../../src/runtime/plugin-metrics.ts'
import { SinkCommits } from '../../src/runtime/sink-commits.ts'
import { SinkContext } from '../../src/runtime/sink-context.ts'
import { SinkConversion } from '../../src/runtime/sink-conversion.ts'
import { SinkLoop } from '../../src/runtime/sink-loop.ts'
import { TaskControl } from '../../src/runtime/task-control.ts'
import { TransformChain } from '../../src/runtime/transform-chain.ts'
import { type PartitionOffset, SinkTask, type TopicPartition } from '../../src/sdk/sink-task.ts'
import { metricsRegistry, newTaskMetrics } from '../metrics/fixture.ts'
import { FakeConsumer, ManualClock, MemoryLogger } from './fakes.ts'
import { operatorFor, textConverters } from './source-harness.ts'

/** A task that notes every call; `onPut` and `wanted` make it behave otherwise. */
export class RecordingSinkTask extends SinkTask {
  /** Calls in order, such as `put a,b` and `close t-0`. Puts of nothing are left out. */
  readonly calls: string[] = []
  readonly records: SinkRecord[] = []
  emptyPuts = 0
  onPut: (records: readonly SinkRecord[]) => void | Promise<void> = () => {}
  wanted: (offsets: readonly PartitionOffset[]) => readonly PartitionOffset[] = (offsets) => offsets

  start(): void {}

  override open(partitions: readonly TopicPartition[]): void {
    this.calls.push(`open ${names(partitions)}`)
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    if (records.length === 0) this.emptyPuts++
    else this.calls.push(`put ${records.map(({ value }) => value).join()}`)
    await this.onPut(records)
    this.records.push(...records)
  }

  override async preCommit(
    offsets: readonly PartitionOffset[],
  ): Promise<readonly PartitionOffset[]> {
    const texts = offsets.map((offset) => `${names([offset])}@${offset.offset}`)
    this.calls.push(`preCommit ${texts.join()}`)
    return this.wanted(offsets)
  }

  override close(partitions: readonly TopicPartition[]): void {
    this.calls.push(`close ${names(partitions)}`)
  }

  /** The context as the task has it. */
  get given() {
    return this.context
  }
}

function names(partitions: readonly TopicPartition[]): string {
  return partitions.map(({ topic, partition }) => `${topic}-${partition}`).join()
}

export const p0: TopicPartition = { topic: 't', partition: 0 }
export const p1: TopicPartition = { topic: 't', partition: 1 }

export function failingTimes(times: number): () => void {
  let left = times
  return () => {
    if (left-- > 0) throw new RetriableError('database is away')
  }
}

export interface SinkOptions {
  readonly tolerance?: 'none' | 'all'
  readonly retryTimeoutMs?: number
  readonly transform?: <R extends ConnectRecord>(record: R) => R | null
  readonly check?: (text: string) => void
}

/** A sink loop that runs against fakes. */
export function startSink(options: SinkOptions = {}) {
  const clock = new ManualClock()
  const logger = new MemoryLogger()
  const consumer = new FakeConsumer()
  const control = new TaskControl('STARTED')
  const task = new RecordingSinkTask()
  const failures: Failure[] = []
  const states: string[] = []
  const reports: { settled: Promise<void> } = { settled: Promise.resolve() }
  const errors = operatorFor(options, { clock, logger, control, failures })
  const converters = textConverters(options.check)
  const errant = new ErrantReporter(errors, converters, () => reports.settled)
  const context = new SinkContext({
    consumer,
    control,
    configs: async () => ({ name: 'sink' }),
    errantRecordReporter: errant,
    log: logger,
    pluginMetrics: new AddedMetrics(metricsRegistry(clock), {}),
  })
  const taskMetrics = newTaskMetrics(clock)
  const metrics = new SinkTaskMetrics(taskMetrics, () => commits.progress)
  const commits = new SinkCommits({
    task,
    consumer,
    control,
    reported: () => reports.settled,
    timeoutMs: 5000,
    metrics,
    clock,
    logger,
  })
  const loop = new SinkLoop({
    task,
    consumer,
    conversion: new SinkConversion(chainOf(options), converters, true),
    commits,
    context,
    errors,
    throwIfReportFailed: () => errant.throwIfFailed(),
    onLost: () => {},
    onTopicUsed: (topic) => states.push(`topic ${topic}`),
    control,
    onPaused: () => states.push('paused'),
    onResumed: () => states.push('resumed'),
    metrics,
    commitIntervalMs: 60_000,
    clock,
    logger,
  })
  const outcome: { error: unknown } = { error: null }
  const ended = consumer
    .subscribe(['t'], loop.listener)
    .then(() => task.initialize(context))
    .then(() => loop.run())
    .catch((error: unknown) => {
      outcome.error = error
    })
  const stop = async () => {
    control.stop()
    await ended
  }
  return { clock, logger, consumer, control, task, failures, states, reports, outcome, ended, stop }
}

function chainOf({ transform }: SinkOptions): TransformChain {
  if (transform === undefined) return new TransformChain([])
  return new TransformChain([{ className: 'Transform', transform, predicate: null, negate: false }])
}
