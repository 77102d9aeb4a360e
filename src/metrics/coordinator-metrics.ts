import type { ClientMetrics } from './client-metrics.ts'
import type { Measure } from './measure.ts'
import type { Readings } from './registry.ts'

const HOUR_S = 3600

/** Requests to a coordinator that are measured. */
export type CoordinatorRequest = 'join' | 'sync' | 'heartbeat' | 'commit'

/** How a client does as a member of its group. */
export class CoordinatorMetrics {
  readonly #elapsed: () => number
  readonly #measures: Readonly<Record<CoordinatorRequest | 'rebalance' | 'failed', Measure>>
  readonly #assigned: () => Readings
  #rebalanceSinceMs: number | null = null
  #rebalancedAtMs: number | null = null
  #heartbeatAtMs: number | null = null

  /** @param assigned What it has. */
  constructor(client: ClientMetrics, assigned: () => Readings) {
    const { registry, kind } = client
    this.#elapsed = registry.timing.elapsed
    this.#assigned = assigned
    this.#measures = {
      join: registry.measure(),
      sync: registry.measure(),
      heartbeat: registry.measure(),
      commit: registry.measure(),
      rebalance: registry.measure(),
      failed: registry.measure(),
    }
    client.add(`${kind}-coordinator-metrics`, {}, () => this.#read(kind === 'consumer'))
  }

  /** A request to join begins: a rebalance, or another attempt at it. */
  joining(): void {
    if (this.#rebalanceSinceMs === null) this.#rebalanceSinceMs = this.#elapsed()
    else this.#measures.failed.record(1)
  }

  /** A heartbeat is on its way. */
  beating(): void {
    this.#heartbeatAtMs = this.#elapsed()
  }

  /** The coordinator answered a request. */
  answered(what: CoordinatorRequest, elapsedMs: number): void {
    this.#measures[what].record(elapsedMs)
  }

  /** The member has its place. */
  joined(): void {
    const nowMs = this.#elapsed()
    if (this.#rebalanceSinceMs !== null) {
      this.#measures.rebalance.record(nowMs - this.#rebalanceSinceMs)
    }
    this.#rebalanceSinceMs = null
    this.#rebalancedAtMs = nowMs
  }

  #read(commits: boolean): Readings {
    const { join, sync, heartbeat, commit, rebalance, failed } = this.#measures
    return {
      ...this.#assigned(),
      'heartbeat-response-time-max': heartbeat.max,
      'heartbeat-rate': heartbeat.countRate,
      'heartbeat-total': heartbeat.count,
      ...timed('join', join),
      ...timed('sync', sync),
      'rebalance-latency-avg': rebalance.avg,
      'rebalance-latency-max': rebalance.max,
      'rebalance-latency-total': rebalance.total,
      'rebalance-total': rebalance.count,
      'rebalance-rate-per-hour': rebalance.countRate * HOUR_S,
      'failed-rebalance-total': failed.count,
      'failed-rebalance-rate-per-hour': failed.countRate * HOUR_S,
      'last-rebalance-seconds-ago': this.#secondsSince(this.#rebalancedAtMs),
      'last-heartbeat-seconds-ago': this.#secondsSince(this.#heartbeatAtMs),
      ...(commits
        ? {
            'commit-latency-avg': commit.avg,
            'commit-latency-max': commit.max,
            'commit-rate': commit.countRate,
            'commit-total': commit.count,
          }
        : {}),
    }
  }

  /** -1 for never. */
  #secondsSince(timeMs: number | null): number {
    return timeMs === null ? -1 : Math.floor((this.#elapsed() - timeMs) / 1000)
  }
}

function timed(what: string, measure: Measure): Readings {
  return {
    [`${what}-time-avg`]: measure.avg,
    [`${what}-time-max`]: measure.max,
    [`${what}-rate`]: measure.countRate,
    [`${what}-total`]: measure.count,
  }
}
