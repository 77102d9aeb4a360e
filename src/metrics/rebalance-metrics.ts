import type { Measure } from './measure.ts'
import type { MetricsRegistry, Readings } from './registry.ts'

/** Where a worker stands after a rebalance. */
export interface RebalanceResult {
  readonly generation: number
  /** As in `connect.protocol`. */
  readonly protocol: 'eager' | 'compatible' | 'sessioned'
  readonly leaderUrl: string
  /** What the worker has from now on. */
  readonly connectors: number
  readonly tasks: number
}

/** Rebalances as a worker goes through them. */
export class RebalanceMetrics {
  readonly #elapsed: () => number
  readonly #durationMs: Measure
  #result: RebalanceResult | null = null
  #sinceMs: number | null = null
  #lastMs: number | null = null

  constructor(registry: MetricsRegistry) {
    this.#elapsed = registry.timing.elapsed
    this.#durationMs = registry.measure()
    registry.add({
      domain: 'kafka.connect',
      type: 'connect-worker-rebalance-metrics',
      tags: {},
      read: () => this.#read(),
    })
  }

  began(): void {
    this.#sinceMs ??= this.#elapsed()
  }

  ended(result: RebalanceResult): void {
    const nowMs = this.#elapsed()
    this.#durationMs.record(nowMs - (this.#sinceMs ?? nowMs))
    this.#sinceMs = null
    this.#lastMs = nowMs
    this.#result = result
  }

  /** What the worker has: metrics of its place in the group. */
  get assigned(): Readings {
    const { connectors = 0, tasks = 0 } = this.#result ?? {}
    return { 'assigned-connectors': connectors, 'assigned-tasks': tasks }
  }

  #read(): Readings {
    const result = this.#result
    return {
      ...(result === null
        ? {}
        : {
            'connect-protocol': result.protocol.toUpperCase(),
            'leader-name': result.leaderUrl,
          }),
      epoch: result?.generation ?? 0,
      'completed-rebalances-total': this.#durationMs.count,
      rebalancing: this.#sinceMs === null ? 0 : 1,
      'rebalance-max-time-ms': this.#durationMs.max,
      'rebalance-avg-time-ms': this.#durationMs.avg,
      'time-since-last-rebalance-ms':
        this.#lastMs === null ? Number.POSITIVE_INFINITY : this.#elapsed() - this.#lastMs,
    }
  }
}
