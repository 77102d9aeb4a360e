import { type ClusterOptions, type ClusterWorker, spawnWorker } from './worker.ts'

const READY_LIMIT_MS = 300_000

/** The workers of one group, and what all of them take together. */
export class Cluster {
  readonly #options: ClusterOptions
  #workers: ClusterWorker[] = []

  constructor(options: ClusterOptions) {
    this.#options = options
  }

  /**
   * Resolves when all of them answer requests.
   * @param names Of their folders.
   * @returns When the first was started.
   */
  async start(names: readonly string[]): Promise<number> {
    const startedMs = Date.now()
    const started = await Promise.all(names.map((name) => spawnWorker(this.#options, name)))
    this.#workers.push(...started)
    await Promise.all(started.map((worker) => worker.ready(READY_LIMIT_MS)))
    return startedMs
  }

  /** The worker that was started last: from now on it is not one of the cluster. */
  takeLast(): ClusterWorker {
    const worker = this.#workers.pop()
    if (worker === undefined) throw new TypeError('no worker is left')
    return worker
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()))
    this.#workers = []
  }

  async kill(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.kill()))
    this.#workers = []
  }

  get pids(): readonly number[] {
    return this.#workers.map(({ pid }) => pid)
  }

  get urls(): readonly string[] {
    return this.#workers.map(({ url }) => url)
  }

  /** Requests go to the workers in turn. */
  url(n: number): string {
    return this.#workers[n % this.#workers.length]?.url ?? ''
  }

  residentMiB(): number {
    return this.#sum((worker) => worker.residentMiB())
  }

  proportionalMiB(): number {
    return this.#sum((worker) => worker.proportionalMiB())
  }

  cpuMs(): number {
    return this.#sum((worker) => worker.cpuMs())
  }

  #sum(measure: (worker: ClusterWorker) => number): number {
    return this.#workers.reduce((sum, worker) => sum + measure(worker), 0)
  }
}
