import type { Clock } from '../../base/clock.ts'
import type { Logger, LogLevel } from '../../base/logger.ts'
import type { GroupReading } from '../../metrics/registry.ts'
import { placeConnector, placeTask } from './placement.ts'
import type { ThreadLoss } from './thread-loss.ts'
import type { ThreadStart, WorkerCalls } from './thread-messages.ts'
import { connectorOf, type Unit } from './unit.ts'
import { WorkerThread } from './worker-thread.ts'

export interface ThreadPoolOptions {
  /** Module that each thread runs. */
  readonly entry: URL
  /** What a thread is started with now. */
  start(): Omit<ThreadStart, 'pulse' | 'beatIntervalMs'>
  /** `millrace.task.threads` */
  readonly sizeMax: number
  /** `millrace.task.thread.timeout.ms`; 0 waits for ever. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly logger: Logger
  calls(thread: WorkerThread): WorkerCalls
  /** Called when the thread has ended, before `settled` of it resolves. */
  onLost(thread: WorkerThread, loss: ThreadLoss): void
}

/** Threads that tasks share, and threads of one group each; started when first used. */
export class ThreadPool {
  readonly #options: ThreadPoolOptions
  readonly #threads = new Set<WorkerThread>()
  /** Nothing that they do counts; they are there until their native code returns. */
  readonly #ending = new Set<WorkerThread>()
  readonly #tickMs: number
  #watch: NodeJS.Timeout | null = null
  #watchedMs = 0
  #threadNumber = 0

  constructor(options: ThreadPoolOptions) {
    this.#options = options
    this.#tickMs = Math.min(Math.max(options.timeoutMs / 20, 20), 500)
  }

  /** The thread that shall run a unit from now on. */
  place(unit: Unit): WorkerThread {
    const thread = unit.group === null ? this.#shared(unit) : this.#own(unit.group, unit)
    thread.units.add(unit)
    return thread
  }

  /** A thread of a group ends with its last unit; those of the pool stay. */
  async release(thread: WorkerThread): Promise<void> {
    const isUsed = thread.group === null || thread.units.size > 0 || thread.lingering.size > 0
    if (!isUsed) await this.#end(thread)
  }

  setLogLevel(namespace: string, level: LogLevel): void {
    for (const { peer } of this.#threads) peer.send('setLogLevel', namespace, level)
  }

  get size(): number {
    return this.#threads.size
  }

  /** After `close`: threads in native code, each with what has called it, or may have. */
  get held(): readonly string[] {
    return Array.from(
      this.#ending,
      ({ name, holders }) => `thread ${name} by ${holders.join(' or ')}`,
    )
  }

  /** All threads are asked at once. */
  async metrics(): Promise<readonly GroupReading[]> {
    const { clock } = this.#options
    const threads = Array.from(this.#threads, (thread) => thread.metrics(clock))
    return (await Promise.all(threads)).flat()
  }

  async close(): Promise<void> {
    clearInterval(this.#watch ?? undefined)
    await Promise.all([...this.#threads].map((thread) => this.#end(thread)))
    await Promise.all([...this.#ending].map((thread) => thread.end(this.#options.clock)))
  }

  #shared(unit: Unit): WorkerThread {
    const pool = [...this.#threads].filter(({ group }) => group === null)
    const places = pool.map(({ units, answers }) => {
      const tasks = [...units].filter(({ assignment }) => assignment.kind === 'task')
      return { tasks: tasks.map(connectorOf), connectors: units.size - tasks.length, answers }
    })
    const { sizeMax } = this.#options
    const index =
      unit.assignment.kind === 'task'
        ? placeTask(connectorOf(unit), places, sizeMax)
        : placeConnector(places, sizeMax)
    return (index === null ? undefined : pool[index]) ?? this.#start(null, null)
  }

  #own(group: string, { heapLimitMb }: Unit): WorkerThread {
    const known = [...this.#threads].find((thread) => thread.group === group)
    return known ?? this.#start(group, heapLimitMb)
  }

  #start(group: string | null, heapLimitMb: number | null): WorkerThread {
    const { entry, start, calls, logger } = this.#options
    const thread = new WorkerThread({
      ...{ name: `tasks-${++this.#threadNumber}`, group, entry, heapLimitMb, calls },
      start: { ...start(), beatIntervalMs: this.#tickMs },
      onExit: (ended, error) => {
        const loss: ThreadLoss = isOutOfMemory(error)
          ? { kind: 'out-of-memory' }
          : { kind: 'exited', error, running: { unit: ended.noted, frames: [] } }
        void this.#lose(ended, async () => loss)
        this.#ending.delete(ended)
      },
    })
    this.#threads.add(thread)
    logger.debug(`Thread ${thread.name} starts`)
    if (this.#watch === null && this.#options.timeoutMs > 0) {
      this.#watchedMs = performance.now()
      this.#watch = setInterval(() => this.#check(), this.#tickMs).unref()
    }
    return thread
  }

  #check(): void {
    const { clock, timeoutMs } = this.#options
    const nowMs = performance.now()
    const elapsedMs = Math.min(nowMs - this.#watchedMs, 2 * this.#tickMs)
    this.#watchedMs = nowMs
    for (const thread of this.#threads) {
      const silentMs = thread.silenceMs(elapsedMs)
      const lingers = [...thread.lingering.values()].some(
        ({ sinceMs }) => nowMs - sinceMs > timeoutMs,
      )
      if (silentMs > timeoutMs) {
        void this.#lose(thread, async () => {
          return { kind: 'blocked', silentMs, running: await thread.running(clock) }
        })
      } else if (lingers) {
        void this.#lose(thread, async () => ({ kind: 'lingering' }))
      }
    }
  }

  async #lose(thread: WorkerThread, explain: () => Promise<ThreadLoss>): Promise<void> {
    const { onLost } = this.#options
    if (!this.#threads.delete(thread)) return
    this.#ending.add(thread)
    const loss = await explain()
    await this.#ended(thread)
    onLost(thread, loss)
    thread.settle()
  }

  async #end(thread: WorkerThread): Promise<void> {
    if (!this.#threads.delete(thread)) return
    this.#ending.add(thread)
    await this.#ended(thread)
    thread.settle()
  }

  async #ended(thread: WorkerThread): Promise<void> {
    const { clock, logger } = this.#options
    if (await thread.end(clock)) return
    logger.warn(
      `Thread ${thread.name} is in native code and ends when that returns; nothing it does counts`,
    )
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
