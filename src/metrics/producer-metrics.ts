import type { ClientMetrics } from './client-metrics.ts'
import type { Measure } from './measure.ts'
import type { MetricsRegistry, Readings } from './registry.ts'

/** What became of records, of one topic or of all. */
class Outcomes {
  readonly sent: Measure
  readonly bytes: Measure
  readonly retried: Measure
  readonly failed: Measure

  constructor(registry: MetricsRegistry) {
    this.sent = registry.measure()
    this.bytes = registry.measure()
    this.retried = registry.measure()
    this.failed = registry.measure()
  }

  read(): Readings {
    return {
      'record-send-rate': this.sent.rate,
      'record-send-total': this.sent.total,
      'record-retry-rate': this.retried.rate,
      'record-retry-total': this.retried.total,
      'record-error-rate': this.failed.rate,
      'record-error-total': this.failed.total,
    }
  }
}

/** Batches of one producer. One call for each batch. */
export class ProducerMetrics {
  readonly #client: ClientMetrics
  readonly #all: Outcomes
  readonly #topics = new Map<string, Outcomes>()

  constructor(client: ClientMetrics) {
    this.#client = client
    this.#all = new Outcomes(client.registry)
    client.extend(() => ({
      ...this.#all.read(),
      'batch-size-avg': this.#all.bytes.avg,
      'batch-size-max': this.#all.bytes.max,
    }))
  }

  sent(topic: string, count: number, bytes: number): void {
    for (const outcomes of [this.#all, this.#of(topic)]) {
      outcomes.sent.record(count)
      outcomes.bytes.record(bytes)
    }
  }

  retried(topic: string, count: number): void {
    this.#all.retried.record(count)
    this.#of(topic).retried.record(count)
  }

  failed(topic: string, count: number): void {
    this.#all.failed.record(count)
    this.#of(topic).failed.record(count)
  }

  #of(topic: string): Outcomes {
    let outcomes = this.#topics.get(topic)
    if (outcomes === undefined) {
      const made = new Outcomes(this.#client.registry)
      this.#client.add('producer-topic-metrics', { topic }, () => ({
        ...made.read(),
        'byte-rate': made.bytes.rate,
        'byte-total': made.bytes.total,
      }))
      this.#topics.set(topic, made)
      outcomes = made
    }
    return outcomes
  }
}
