import { Worker } from 'node:worker_threads'
import type { Clock } from '../../base/clock.ts'
import type { GroupReading } from '../../metrics/registry.ts'
import { settlesWithin } from '../time-limit.ts'
import { Peer } from './peer.ts'
import { type RunningCode, runningCode } from './running-code.ts'
import {
  pulseSlots,
  type ThreadCalls,
  type ThreadStart,
  type WorkerCalls,
} from './thread-messages.ts'
import { nameOf, type Unit } from './unit.ts'

/** Calls that were made of a thread, or are made of it, when it has ended. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded'
}

/** Longest wait for what a thread runs; one in native code, such as a query of SQLite, can't tell. */
export const LOOK_LIMIT_MS = 700

/** Longest wait for the end of a thread; one in native code ends when that returns. */
const END_LIMIT_MS = 800

/** A thread that looks silent for this long gets nothing new to run. */
const ANSWERS_MS = 2000

/** Longest wait for metrics of a busy thread; one that looks silent is not waited for. */
const METRICS_LIMIT_MS = 500

interface Lingering {
  readonly unit: Unit
  /** By `performance.now`. */
  readonly sinceMs: number
}

/** A thread of tasks as its worker sees it. */
export class WorkerThread {
  readonly name: string
  /** Whom it runs alone; null in the pool. */
  readonly group: string | null
  readonly peer: Peer<ThreadCalls>
  readonly units = new Set<Unit>()
  /** What was stopped and still runs here, by number. */
  readonly lingering = new Map<number, Lingering>()
  /** Resolves when, after its end, all that it ran has failed or started elsewhere. */
  readonly settled: Promise<void>
  readonly settle: () => void
  readonly #worker: Worker
  readonly #pulse: Int32Array
  readonly #exited: Promise<void>
  #beat = 0
  #silentMs = 0
  #metrics: readonly GroupReading[] = []
  #reading: Promise<void> | null = null
  /** Settles once nobody looks any more what it runs: only then may it be ended. */
  #look: Promise<RunningCode | null> = Promise.resolve(null)

  constructor(options: {
    readonly name: string
    readonly group: string | null
    readonly entry: URL
    readonly start: Omit<ThreadStart, 'pulse'>
    readonly heapLimitMb: number | null
    calls(thread: WorkerThread): WorkerCalls
    /** The thread has ended by itself. */
    onExit(thread: WorkerThread, error: unknown): void
  }) {
    const { name, group, entry, heapLimitMb } = options
    this.name = name
    this.group = group
    this.#pulse = new Int32Array(new SharedArrayBuffer(4 * Object.keys(pulseSlots).length))
    this.#worker = new Worker(entry, {
      name,
      workerData: { ...options.start, pulse: this.#pulse } satisfies ThreadStart,
      ...(heapLimitMb === null ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapLimitMb } }),
    })
    this.peer = new Peer<ThreadCalls>(this.#worker, options.calls(this))
    const settled = Promise.withResolvers<void>()
    this.settled = settled.promise
    this.settle = settled.resolve
    const exited = Promise.withResolvers<void>()
    this.#exited = exited.promise
    let failure: unknown = null
    this.#worker.on('error', (error) => {
      failure = error
    })
    this.#worker.on('exit', () => {
      exited.resolve()
      options.onExit(this, failure)
    })
  }

  get answers(): boolean {
    return this.#silentMs < ANSWERS_MS
  }

  /**
   * Time for which the thread has not got round to its timers; it begins with its first sign of
   * life, as the machine may be slow to start it.
   * @param elapsedMs Since the last call, at most what the caller meant to wait: so that a worker
   *   that was frozen itself does not blame its threads.
   */
  silenceMs(elapsedMs: number): number {
    const beat = Atomics.load(this.#pulse, pulseSlots.beat)
    this.#silentMs = beat === 0 || beat !== this.#beat ? 0 : this.#silentMs + elapsedMs
    this.#beat = beat
    return this.#silentMs
  }

  /** What it runs: asked as a debugger does, else as far as the thread has noted it before. */
  async running(clock: Clock): Promise<RunningCode> {
    // Without an inspector in this Node, the note is all there is.
    this.#look = runningCode(this.#worker.threadId).catch(() => null)
    const code = (await settlesWithin(this.#look, LOOK_LIMIT_MS, clock)) ? await this.#look : null
    if (code !== null && code.unit !== 0) return code
    return { unit: this.noted, frames: code?.frames ?? [] }
  }

  /** The unit that was called last and has not returned; 0 for none. */
  get noted(): number {
    return Atomics.load(this.#pulse, pulseSlots.running)
  }

  /** Names of what may have called the code that holds it: one, where it has noted that. */
  get holders(): readonly string[] {
    const units = [...this.units, ...Array.from(this.lingering.values(), ({ unit }) => unit)]
    const noted = units.find(({ number }) => number === this.noted)
    return noted === undefined ? units.map(nameOf) : [nameOf(noted)]
  }

  /** What it counts now, or what it told last when it does not get round to an answer. */
  async metrics(clock: Clock): Promise<readonly GroupReading[]> {
    this.#reading ??= this.#readMetrics().finally(() => {
      this.#reading = null
    })
    await settlesWithin(this.#reading, this.answers ? METRICS_LIMIT_MS : 0, clock)
    return this.#metrics
  }

  /** Ends the thread. @returns false when it is still in native code, where it can't be ended. */
  async end(clock: Clock): Promise<boolean> {
    this.peer.close(new ThreadEnded(`thread ${this.name} has ended`))
    void this.#look.then(() => this.#worker.terminate())
    return settlesWithin(this.#exited, END_LIMIT_MS, clock)
  }

  async #readMetrics(): Promise<void> {
    try {
      this.#metrics = await this.peer.call('metrics')
    } catch (error) {
      if (!(error instanceof ThreadEnded)) throw error
    }
  }
}
