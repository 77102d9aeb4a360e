import { setTimeout } from 'node:timers/promises'
import type { Row } from './figures.ts'
import { tickClass } from './plugins.ts'
import { createConnector, makeRequests } from './requests.ts'
import type { Ticks } from './ticks.ts'
import { type ClusterOptions, type ClusterWorker, spawnWorker } from './worker.ts'

export interface Scenario {
  readonly workers: ClusterOptions
  readonly connectors: number
  readonly ticks: Ticks
  /** Topic of the tasks whose pauses count, and that of all others. */
  readonly topics: { readonly steady: string; readonly crowd: string }
  /** Longest wait for each of the steps. */
  readonly limitMs: number
  /** @param value null for what did not come about in time. */
  measured(row: Row, value: number | null): void
}

/** Connectors that send every 50 ms, so that pauses show; all others send every 5 s. */
export const STEADY = 12
export const STEADY_INTERVAL_MS = 50
export const CROWD_INTERVAL_MS = 5000
export const CLIENTS = 4
export const STATUS_REQUESTS = 2000
const ONE_MORE = 5
const POLL_MS = 20
/** Nothing has started for that long: the group has come to rest. */
const QUIET_MS = 3000
/** Before the memory is read, and the CPU time. */
export const SETTLE_MS = 10_000
const CPU_MS = 5000
const READY_LIMIT_MS = 300_000

/** The life of one cluster from its first start to its last. */
export class ClusterRun {
  readonly #scenario: Scenario
  readonly #names: readonly string[]
  #workers: ClusterWorker[] = []

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    this.#names = Array.from({ length: scenario.connectors }, (_, n) => `c-${n}`)
  }

  /** Ends early when a step on which others build did not come about. */
  async run(): Promise<void> {
    try {
      await this.#start(['first', 'second', 'third'])
      await setTimeout(SETTLE_MS)
      const idleMiB = this.#memoryMiB()
      this.#scenario.measured('idleMiB', idleMiB)
      if (!(await this.#create())) return
      await this.#rest()
      await this.#atRest(idleMiB)
      await this.#requestStatuses()
      await this.#createOneMore()
      await this.#changeMembers()
      await this.#startCold()
    } finally {
      await Promise.all(this.#workers.map((worker) => worker.kill()))
    }
  }

  /** @returns When the first was started. */
  async #start(names: readonly string[]): Promise<number> {
    const { workers } = this.#scenario
    const startedMs = Date.now()
    const started = await Promise.all(names.map((name) => spawnWorker(workers, name)))
    this.#workers.push(...started)
    await Promise.all(started.map((worker) => worker.ready(READY_LIMIT_MS)))
    return startedMs
  }

  async #create(): Promise<boolean> {
    const { connectors, limitMs, measured } = this.#scenario
    const startedMs = Date.now()
    const latencies = await makeRequests({
      clients: CLIENTS,
      count: connectors,
      limitMs,
      send: (n) => createConnector(this.#url(n), this.#names[n] ?? '', this.#config(n)),
    })
    measured('createP50', latencies?.p50 ?? null)
    measured('createP99', latencies?.p99 ?? null)
    measured('refusals', latencies?.refusals ?? null)
    const isDone = latencies !== null && (await this.#allSend(startedMs + limitMs))
    measured('created', isDone ? this.#sinceMs(startedMs) / 1000 : null)
    return isDone
  }

  async #atRest(idleMiB: number): Promise<void> {
    const { connectors, measured } = this.#scenario
    await setTimeout(SETTLE_MS)
    const before = this.#cpuMs()
    await setTimeout(CPU_MS)
    measured('cpuShare', ((this.#cpuMs() - before) * 100) / CPU_MS)
    const fullMiB = this.#memoryMiB()
    measured('fullMiB', fullMiB)
    measured(
      'sharedOnceMiB',
      this.#sum((worker) => worker.proportionalMiB()),
    )
    measured('connectorKiB', ((fullMiB - idleMiB) * 1024) / connectors)
  }

  async #requestStatuses(): Promise<void> {
    const { limitMs, measured } = this.#scenario
    const latencies = await makeRequests({
      clients: CLIENTS,
      count: STATUS_REQUESTS,
      limitMs,
      send: (n) => fetch(`${this.#url(n)}/connectors/${this.#name(n)}/status`),
    })
    measured('statusP50', latencies?.p50 ?? null)
    measured('statusP99', latencies?.p99 ?? null)
  }

  async #createOneMore(): Promise<void> {
    const { limitMs, measured, ticks } = this.#scenario
    for (let more = 0; more < ONE_MORE; more++) {
      const name = `more-${more}`
      const fromMs = Date.now()
      const config = this.#config(1)
      await makeRequests({
        ...{ clients: 1, count: 1, limitMs },
        send: () => createConnector(this.#url(more), name, config),
      })
      const isDone = await until(() => ticks.firstMs(name) !== null, limitMs)
      measured('oneMore', isDone ? (ticks.firstMs(name) ?? 0) - fromMs : null)
      await this.#rest()
      const { stayed, moved } = ticks.gaps(this.#steady(), fromMs)
      measured('oneMorePause', Math.max(...stayed, ...moved))
    }
  }

  async #changeMembers(): Promise<void> {
    const share = (this.#names.length / 4) * 0.8
    const join = async () => {
      await this.#start(['fourth'])
      const pid = this.#workers.at(-1)?.pid ?? 0
      return () => this.#scenario.ticks.runningOn([pid]) >= share
    }
    await this.#change('join', join)
    await this.#change('leave', () => this.#loseLast((worker) => worker.stop()))
    await this.#change('die', () => this.#loseLast((worker) => worker.kill()))
  }

  /** @returns Whether all has started elsewhere. */
  async #loseLast(end: (worker: ClusterWorker) => Promise<void>): Promise<() => boolean> {
    const worker = this.#workers.pop()
    if (worker === undefined) throw new TypeError('no worker is left')
    await end(worker)
    return () => this.#scenario.ticks.runningOn([worker.pid]) === 0
  }

  async #change(kind: 'join' | 'leave' | 'die', act: () => Promise<() => boolean>): Promise<void> {
    const { limitMs, measured, ticks } = this.#scenario
    const fromMs = Date.now()
    const isOver = await act()
    const isDone = (await until(isOver, limitMs)) && (await this.#rest())
    const { stayed, moved } = ticks.gaps(this.#steady(), fromMs)
    measured(`${kind}Stayed`, isDone && stayed.length > 0 ? Math.max(...stayed) : null)
    measured(`${kind}Moved`, isDone && moved.length > 0 ? Math.max(...moved) : null)
  }

  async #startCold(): Promise<void> {
    const { limitMs, measured } = this.#scenario
    const stoppedMs = Date.now()
    await Promise.all(this.#workers.map((worker) => worker.stop()))
    measured('stop', (Date.now() - stoppedMs) / 1000)
    this.#workers = []
    const startedMs = await this.#start(['first', 'second', 'third'])
    measured('ready', (Date.now() - startedMs) / 1000)
    const isDone = await this.#allSend(startedMs + limitMs)
    measured('coldStart', isDone ? this.#sinceMs(startedMs) / 1000 : null)
  }

  /** Until each connector has sent something from one of the workers. */
  #allSend(deadlineMs: number): Promise<boolean> {
    const { ticks } = this.#scenario
    const pids = this.#workers.map(({ pid }) => pid)
    const count = this.#names.length
    return until(() => ticks.runningOn(pids) >= count, deadlineMs - Date.now())
  }

  /** Every so many of them is a steady one, so that they are spread over the workers. */
  get #step(): number {
    return Math.ceil(this.#names.length / STEADY)
  }

  /** From then until the first record of the start that was last. */
  #sinceMs(startedMs: number): number {
    return this.#scenario.ticks.lastStartMs - startedMs
  }

  #rest(): Promise<boolean> {
    const { ticks, limitMs } = this.#scenario
    const sinceMs = Date.now()
    return until(() => Date.now() - Math.max(ticks.lastStartMs, sinceMs) > QUIET_MS, limitMs)
  }

  #config(n: number): Readonly<Record<string, string>> {
    const { topics } = this.#scenario
    const isSteady = n % this.#step === 0
    return {
      'connector.class': tickClass,
      topic: isSteady ? topics.steady : topics.crowd,
      'interval.ms': String(isSteady ? STEADY_INTERVAL_MS : CROWD_INTERVAL_MS),
    }
  }

  #steady(): readonly string[] {
    return this.#names.filter((_, n) => n % this.#step === 0)
  }

  #name(n: number): string {
    return this.#names[(n * 7919) % this.#names.length] ?? ''
  }

  /** Requests go to the workers in turn. */
  #url(n: number): string {
    return this.#workers[n % this.#workers.length]?.url ?? ''
  }

  #memoryMiB(): number {
    return this.#sum((worker) => worker.residentMiB())
  }

  #cpuMs(): number {
    return this.#sum((worker) => worker.cpuMs())
  }

  #sum(measure: (worker: ClusterWorker) => number): number {
    return this.#workers.reduce((sum, worker) => sum + measure(worker), 0)
  }
}

/** @returns false when it does not hold within the time. */
async function until(holds: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (!holds()) {
    if (performance.now() > deadline) return false
    await setTimeout(POLL_MS)
  }
  return true
}
