import type { ClientMetrics } from './client-metrics.ts'
import type { Measure } from './measure.ts'
import type { Readings } from './registry.ts'

export interface FetchedPartition {
  readonly topic: string
  readonly partition: number
  /** Records between its position and its end; null while one of both is not known. */
  readonly lag: number | null
}

/** What one consumer fetches. One call for each answer, and for each batch that is consumed. */
export class FetchMetrics {
  readonly #client: ClientMetrics
  readonly #consumed: Measure
  readonly #bytes: Measure
  readonly #latencyMs: Measure
  readonly #lag: Measure
  readonly #removals: (() => void)[] = []

  constructor(client: ClientMetrics) {
    const { registry } = client
    this.#client = client
    this.#consumed = registry.measure()
    this.#bytes = registry.measure()
    this.#latencyMs = registry.measure()
    this.#lag = registry.measure()
    client.add('consumer-fetch-manager-metrics', {}, () => this.#read())
  }

  /** From now on these partitions are consumed, and no others. */
  assigned(partitions: readonly FetchedPartition[]): void {
    for (const remove of this.#removals.splice(0)) remove()
    for (const each of partitions) {
      const tags = { topic: each.topic, partition: String(each.partition) }
      const remove = this.#client.add('consumer-fetch-manager-metrics', tags, () => {
        return each.lag === null ? {} : { 'records-lag': each.lag }
      })
      this.#removals.push(remove)
    }
  }

  fetched(bytes: number, elapsedMs: number): void {
    this.#bytes.record(bytes)
    this.#latencyMs.record(elapsedMs)
  }

  /** Records went to whoever asked for them. */
  consumed(count: number): void {
    this.#consumed.record(count)
  }

  /** Records of a partition behind its end, as an answer shows. */
  behind(count: number): void {
    this.#lag.record(count)
  }

  #read(): Readings {
    return {
      'records-consumed-rate': this.#consumed.rate,
      'records-consumed-total': this.#consumed.total,
      'bytes-consumed-rate': this.#bytes.rate,
      'bytes-consumed-total': this.#bytes.total,
      'fetch-rate': this.#bytes.countRate,
      'fetch-total': this.#bytes.count,
      'fetch-size-avg': this.#bytes.avg,
      'fetch-size-max': this.#bytes.max,
      'fetch-latency-avg': this.#latencyMs.avg,
      'fetch-latency-max': this.#latencyMs.max,
      'records-lag-max': this.#lag.max,
    }
  }
}
