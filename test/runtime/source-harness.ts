import type { ConnectRecord, SourceMap } from '../../src/data/record.ts'
import { SourceRecord } from '../../src/data/record.ts'
import { ErrorMetrics } from '../../src/metrics/error-metrics.ts'
import { SourceTaskMetrics } from '../../src/metrics/source-task-metrics.ts'
import { AtLeastOnceDelivery } from '../../src/runtime/at-least-once-delivery.ts'
import { recordListener } from '../../src/runtime/commit-record.ts'
import type { Failure } from '../../src/runtime/errors/failure.ts'
import { ErrorOperator } from '../../src/runtime/errors/operator.ts'
import type { SourceOffset } from '../../src/runtime/offsets/offset-store.ts'
import type { RecordConverters } from '../../src/runtime/record-converters.ts'
import { SourceConversion } from '../../src/runtime/source-conversion.ts'
import { runSourceLoop } from '../../src/runtime/source-loop.ts'
import { SourceOffsets } from '../../src/runtime/source-offsets.ts'
import { SourceSender } from '../../src/runtime/source-sender.ts'
import { TaskControl } from '../../src/runtime/task-control.ts'
import { TransformChain } from '../../src/runtime/transform-chain.ts'
import type { Converter, HeaderConverter } from '../../src/sdk/converter.ts'
import { type RecordMetadata, SourceTask } from '../../src/sdk/source-task.ts'
import { newTaskMetrics } from '../metrics/fixture.ts'
import { FakeProducer, ManualClock, MemoryLogger } from './fakes.ts'

/** UTF-8 text both ways; `convert` may throw for a value. */
export function textConverter(check: (text: string) => void = () => {}): Converter {
  return {
    fromConnectData(_topic, _headers, _schema, value) {
      if (value === null) return null
      check(String(value))
      return Buffer.from(String(value))
    },
    toConnectData(_topic, _headers, bytes) {
      if (bytes === null) return { schema: null, value: null }
      const value = Buffer.from(bytes).toString()
      check(value)
      return { schema: null, value }
    },
  }
}

const headerConverter: HeaderConverter = {
  fromConnectHeader: (_topic, _key, _schema, value) =>
    value === null ? null : Buffer.from(String(value)),
  toConnectHeader: (_topic, _key, bytes) => ({
    schema: null,
    value: bytes === null ? null : Buffer.from(bytes).toString(),
  }),
}

export function textConverters(check?: (text: string) => void): RecordConverters {
  return {
    key: { className: 'KeyConverter', converter: textConverter() },
    value: { className: 'ValueConverter', converter: textConverter(check) },
    header: { className: 'HeaderConverter', converter: headerConverter },
  }
}

export const partition: SourceMap = { file: 'a' }

/** Records of one file, numbered from `first`. */
export function lines(first: number, ...values: readonly string[]): SourceRecord[] {
  return values.map(
    (value, index) =>
      new SourceRecord({
        topic: 't',
        sourcePartition: partition,
        sourceOffset: { position: first + index },
        value,
      }),
  )
}

type Polled = readonly SourceRecord[] | null | Error

/** A task whose polls a test answers. */
export class ScriptedSourceTask extends SourceTask {
  readonly recorded: (readonly [value: unknown, metadata: RecordMetadata | null])[] = []
  commits = 0
  polls = 0
  #answers: Polled[] = []
  #wake: (() => void) | null = null

  start(): void {}

  /** Next answers of `poll`. */
  give(...answers: Polled[]): void {
    this.#answers.push(...answers)
    this.#wake?.()
  }

  async poll(signal: AbortSignal): Promise<readonly SourceRecord[] | null> {
    this.polls++
    if (this.#answers.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    const answer = this.#answers.shift() ?? null
    if (answer instanceof Error) throw answer
    return answer
  }

  override commit(): void {
    this.commits++
  }

  override commitRecord(record: SourceRecord, metadata: RecordMetadata | null): void {
    this.recorded.push([record.value, metadata])
  }
}

export interface HarnessOptions {
  readonly tolerance?: 'none' | 'all'
  readonly retryTimeoutMs?: number
  readonly transform?: <R extends ConnectRecord>(record: R) => R | null
  readonly check?: (text: string) => void
  readonly ensureTopic?: (topic: string) => Promise<void>
}

function chainOf({ transform }: HarnessOptions): TransformChain {
  if (transform === undefined) return new TransformChain([])
  return new TransformChain([{ className: 'Transform', transform, predicate: null, negate: false }])
}

export function operatorFor(
  options: Pick<HarnessOptions, 'tolerance' | 'retryTimeoutMs'>,
  deps: {
    readonly clock: ManualClock
    readonly logger: MemoryLogger
    readonly control: TaskControl
    readonly failures: Failure[]
  },
): ErrorOperator {
  return new ErrorOperator({
    handling: {
      tolerance: options.tolerance ?? 'none',
      retryTimeoutMs: options.retryTimeoutMs ?? 0,
      retryDelayMaxMs: 1000,
    },
    reporters: [(failure) => void deps.failures.push(failure)],
    clock: deps.clock,
    random: () => 0.5,
    stopSignal: deps.control.stopSignal,
    metrics: new ErrorMetrics(),
    logger: deps.logger,
  })
}

/** A source loop that runs against fakes. */
export function startSource(options: HarnessOptions = {}) {
  const clock = new ManualClock()
  const logger = new MemoryLogger()
  const producer = new FakeProducer()
  const control = new TaskControl('STARTED')
  const task = new ScriptedSourceTask()
  const failures: Failure[] = []
  const written: SourceOffset[][] = []
  const states: string[] = []
  const store = {
    write: async (offsets: readonly SourceOffset[]): Promise<void> =>
      void written.push([...offsets]),
  }
  const errors = operatorFor(options, { clock, logger, control, failures })
  const taskMetrics = newTaskMetrics(clock)
  const metrics = new SourceTaskMetrics(taskMetrics, false)
  const delivery = new AtLeastOnceDelivery({
    ...{ producer, errors, metrics },
    onRecord: recordListener(task, logger),
    onTopicUsed: (topic) => states.push(`topic ${topic}`),
  })
  const sender = new SourceSender({
    conversion: new SourceConversion(chainOf(options), textConverters(options.check)),
    ...{ producer, delivery, errors, control, clock, logger },
    ensureTopic: options.ensureTopic ?? null,
  })
  const offsets = new SourceOffsets({
    submitted: delivery.submitted,
    write: (entries) => store.write(entries),
    onCommitted: task.commit.bind(task),
    intervalMs: 60_000,
    timeoutMs: 5000,
    metrics: taskMetrics,
    clock,
    logger,
  })
  const outcome: { error: unknown; done: boolean } = { error: null, done: false }
  const moving = runSourceLoop({
    ...{ task, sender, delivery, control, metrics, clock, logger },
    onBatch: () => null,
    onPaused: () => void states.push('paused'),
    onResumed: () => void states.push('resumed'),
  })
  const ended = offsets
    .accompany(moving, control)
    .catch((error: unknown) => {
      outcome.error = error
    })
    .then(() => {
      outcome.done = true
    })
  /** Positions that were committed, in order. */
  const positions = () => written.flat().map(([, offset]) => offset?.['position'])
  return {
    clock,
    logger,
    producer,
    control,
    task,
    failures,
    store,
    states,
    outcome,
    ended,
    positions,
  }
}
