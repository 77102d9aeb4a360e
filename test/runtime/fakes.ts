import type { Clock } from '../../src/base/clock.ts'
import { ConnectError } from '../../src/base/errors.ts'
import type { Logger } from '../../src/base/logger.ts'
import type {
  Consumer,
  FetchedRecords,
  OutgoingRecord,
  PartitionOffset,
  Producer,
  RebalanceListener,
  SentBatch,
  TopicPartition,
} from '../../src/kafka/client.ts'

/** Time that passes only when a test says so. */
export class ManualClock implements Clock {
  #nowMs = 0
  #shiftMs = 0
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = []

  now(): number {
    return this.#nowMs + this.#shiftMs
  }

  /** Somebody sets the clock: no time passes. */
  set(shiftMs: number): void {
    this.#shiftMs = shiftMs
  }

  elapsed(): number {
    return this.#nowMs
  }

  /** How long the current sleeps still last. */
  get sleeping(): readonly number[] {
    return this.#sleepers.map(({ atMs }) => atMs - this.#nowMs).sort((a, b) => a - b)
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted || durationMs <= 0) return resolve()
      const sleeper = { atMs: this.#nowMs + durationMs, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        resolve()
      })
    })
  }

  /** Wakes those whose time has come, in order, and lets them work. */
  async advance(durationMs: number): Promise<void> {
    const end = this.#nowMs + durationMs
    for (;;) {
      const [next] = this.#sleepers.toSorted((a, b) => a.atMs - b.atMs)
      if (next === undefined || next.atMs > end) break
      this.#nowMs = next.atMs
      this.#sleepers = this.#sleepers.filter((other) => other !== next)
      next.wake()
      await settle()
    }
    this.#nowMs = end
  }
}

/** Lets everything that can go on without time or input do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
}

export interface LogLine {
  readonly level: string
  readonly message: string
}

/** Keeps what is logged. */
export class MemoryLogger implements Logger {
  readonly lines: LogLine[] = []
  trace = (message: string) => void this.lines.push({ level: 'trace', message })
  debug = (message: string) => void this.lines.push({ level: 'debug', message })
  info = (message: string) => void this.lines.push({ level: 'info', message })
  warn = (message: string) => void this.lines.push({ level: 'warn', message })
  error = (message: string) => void this.lines.push({ level: 'error', message })
  named = () => this
  within = () => this

  has(level: string, pattern: RegExp): boolean {
    return this.lines.some((line) => line.level === level && pattern.test(line.message))
  }
}

export interface SentRecord {
  readonly topic: string
  readonly key: string | null
  readonly value: string | null
  readonly timestamp: number | null
  readonly headers: ReadonlyArray<readonly [string, string | null]>
}

export class FakeBatch implements SentBatch {
  readonly topic: string
  readonly partition: number
  readonly acked: Promise<{ readonly baseOffset: number; readonly timestamp: number }>
  readonly records: SentRecord[] = []
  readonly #settled = Promise.withResolvers<{ baseOffset: number; timestamp: number }>()
  open: boolean = true

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
    this.acked = this.#settled.promise
  }

  get count(): number {
    return this.records.length
  }

  ack(baseOffset = 0): void {
    this.open = false
    this.#settled.resolve({ baseOffset, timestamp: 1 })
  }

  fail(error: Error): void {
    this.open = false
    this.#settled.reject(error)
  }
}

/** Keeps what is sent; a test acknowledges it, unless `autoAck` is on. */
export class FakeProducer implements Producer {
  readonly batches: FakeBatch[] = []
  readonly prepared = new Set<string>()
  recordsPerBatch = 1000
  autoAck: boolean = false
  /** Called by `prepare`. */
  onPrepare: (topic: string) => Promise<void> = async () => {}
  /** Error that `append` throws for a value. */
  refuse: (value: string | null) => Error | null = () => null
  full: Promise<void> | null = null
  closedWithMs: number | null = null

  get sent(): SentRecord[] {
    return this.batches.flatMap(({ records }) => records)
  }

  async prepare(topic: string): Promise<void> {
    await this.onPrepare(topic)
    this.prepared.add(topic)
  }

  isPrepared(topic: string): boolean {
    return this.prepared.has(topic)
  }

  append(record: OutgoingRecord): SentBatch {
    const sent = toSent(record)
    const error = this.refuse(sent.value)
    if (error !== null) throw error
    const partition = record.partition ?? 0
    let batch = this.batches.find(
      (one) => one.open && one.topic === record.topic && one.partition === partition,
    )
    if (batch === undefined || batch.count >= this.recordsPerBatch) {
      if (batch !== undefined) batch.open = false
      batch = new FakeBatch(record.topic, partition)
      this.batches.push(batch)
      if (this.autoAck) setImmediate(() => batch?.ack())
    }
    batch.records.push(sent)
    return batch
  }

  room(): Promise<void> | null {
    return this.full
  }

  async flush(): Promise<void> {
    await Promise.allSettled(this.batches.map(({ acked }) => acked))
  }

  async close(timeoutMs: number): Promise<void> {
    this.closedWithMs = timeoutMs
  }
}

function toSent(record: OutgoingRecord): SentRecord {
  const { topic, bytes, timestamp } = record
  const text = (start: number, end: number) =>
    start < 0 ? null : Buffer.from(bytes.subarray(start, end)).toString()
  return {
    topic,
    key: text(record.keyStart, record.keyEnd),
    value: text(record.valueStart, record.valueEnd),
    timestamp,
    headers: record.headers.map(({ key, value }) => [
      key,
      value === null ? null : Buffer.from(value).toString(),
    ]),
  }
}

/** Records of a partition as a fetch brings them; values are given as texts. */
export function fetched(
  topic: string,
  partition: number,
  firstOffset: number,
  values: ReadonlyArray<string | null>,
): FetchedRecords {
  const bytes = Buffer.from(values.map((value) => value ?? '').join(''))
  const ends: number[] = []
  for (const value of values) ends.push((ends.at(-1) ?? 0) + Buffer.byteLength(value ?? ''))
  return {
    topic,
    partition,
    count: values.length,
    bytes,
    timestampType: 'CreateTime',
    offsets: values.map((_, index) => firstOffset + index),
    timestamps: values.map(() => 1000),
    keyStarts: values.map(() => -1),
    keyEnds: values.map(() => -1),
    valueStarts: values.map((value, index) => (value === null ? -1 : (ends[index - 1] ?? 0))),
    valueEnds: ends,
    headers: () => [],
  }
}

type Event = () => Promise<void>

/** A consumer that a test feeds with records and rebalances. */
export class FakeConsumer implements Consumer {
  readonly committed: PartitionOffset[][] = []
  readonly seeks: PartitionOffset[] = []
  readonly paused = new Set<string>()
  readonly polls: number[] = []
  listener: RebalanceListener | null = null
  subscription: readonly string[] | RegExp | null = null
  closed = false
  /** Where every partition ends. */
  ends: number | null = null
  /** What `commit` waits for. */
  onCommit: (offsets: readonly PartitionOffset[]) => Promise<void> = async () => {}
  #assigned: TopicPartition[] = []
  #events: Event[] = []
  #records: FetchedRecords[] = []
  #polling: (() => void) | null = null
  #woken: boolean = false

  async subscribe(topics: readonly string[] | RegExp, listener: RebalanceListener): Promise<void> {
    this.subscription = topics
    this.listener = listener
  }

  async assign(): Promise<void> {}

  /** Records for the next poll that may bring them. */
  feed(...records: FetchedRecords[]): void {
    this.#records.push(...records)
    this.#wake()
  }

  assignNow(...partitions: TopicPartition[]): void {
    this.#event(async () => {
      this.#assigned.push(...partitions)
      await this.listener?.onAssigned(partitions)
    })
  }

  revokeNow(...partitions: TopicPartition[]): void {
    this.#event(async () => {
      await this.listener?.onRevoked(partitions)
      this.#remove(partitions)
    })
  }

  loseNow(...partitions: TopicPartition[]): void {
    this.#event(async () => {
      this.#remove(partitions)
      await this.listener?.onLost(partitions)
    })
  }

  async poll(timeoutMs: number): Promise<readonly FetchedRecords[]> {
    this.polls.push(timeoutMs)
    if (this.#events.length + this.#ready().length === 0 && timeoutMs > 0 && !this.#woken) {
      await new Promise<void>((resolve) => {
        this.#polling = resolve
      })
    }
    this.#woken = false
    for (const event of this.#events.splice(0)) await event()
    const ready = this.#ready()
    this.#records = this.#records.filter((records) => !ready.includes(records))
    return ready
  }

  wakeup(): void {
    this.#woken = true
    this.#wake()
  }

  assignment(): readonly TopicPartition[] {
    return this.#assigned
  }

  async position(): Promise<number> {
    return 0
  }

  seek(offset: PartitionOffset): void {
    this.seeks.push(offset)
  }

  async seekToBeginning(): Promise<void> {}

  async endOffsets(): Promise<readonly PartitionOffset[]> {
    return []
  }

  knownEnd(): number | null {
    return this.ends
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const { topic, partition } of partitions) this.paused.add(`${topic}-${partition}`)
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const { topic, partition } of partitions) this.paused.delete(`${topic}-${partition}`)
  }

  async commit(offsets: readonly PartitionOffset[]): Promise<void> {
    await this.onCommit(offsets)
    this.committed.push([...offsets])
  }

  async close(): Promise<void> {
    this.closed = true
  }

  #wake(): void {
    this.#polling?.()
    this.#polling = null
  }

  #event(event: Event): void {
    this.#events.push(event)
    this.#wake()
  }

  #ready(): FetchedRecords[] {
    return this.#records.filter(({ topic, partition }) => {
      const assigned = this.#assigned.some(
        (one) => one.topic === topic && one.partition === partition,
      )
      return assigned && !this.paused.has(`${topic}-${partition}`)
    })
  }

  #remove(partitions: readonly TopicPartition[]): void {
    this.#assigned = this.#assigned.filter(
      (one) =>
        !partitions.some((other) => other.topic === one.topic && other.partition === one.partition),
    )
  }
}

export function kafkaError(message: string): ConnectError {
  return new ConnectError(message, { code: 'KAFKA' })
}
