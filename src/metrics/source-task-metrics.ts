import type { Measure } from './measure.ts'
import type { Readings } from './registry.ts'
import type { TaskMetrics } from './task-metrics.ts'

/** Records on their way from a source task to Kafka. One call for each batch. */
export class SourceTaskMetrics {
  readonly #task: TaskMetrics
  readonly #polled: Measure
  readonly #pollMs: Measure
  readonly #written: Measure
  readonly #active: Measure
  readonly #transactions: Measure | null
  #activeCount = 0

  /** @param isTransactional Whether the task delivers exactly once. */
  constructor(task: TaskMetrics, isTransactional: boolean) {
    const { registry } = task
    this.#task = task
    this.#polled = registry.measure()
    this.#pollMs = registry.measure()
    this.#written = registry.measure()
    this.#active = registry.measure()
    this.#transactions = isTransactional ? registry.measure() : null
    task.add('source-task-metrics', {}, () => this.#read())
  }

  /** The task returned records from `poll`. */
  polled(count: number, elapsedMs: number): void {
    this.#polled.record(count)
    this.#pollMs.record(elapsedMs)
    this.#task.batch(count)
    this.#changeActive(count)
  }

  /** The broker has records. */
  written(count: number): void {
    this.#written.record(count)
    this.#changeActive(-count)
  }

  /** Records don't reach Kafka: a transform dropped them, or their failure is tolerated. */
  dropped(count = 1): void {
    this.#activeCount -= count
  }

  /** A transaction with this many records was committed. */
  transactionCommitted(count: number): void {
    this.#transactions?.record(count)
  }

  #changeActive(change: number): void {
    this.#activeCount = Math.max(0, this.#activeCount + change)
    this.#active.record(this.#activeCount)
  }

  #read(): Readings {
    const transactions = this.#transactions
    return {
      'source-record-poll-rate': this.#polled.rate,
      'source-record-poll-total': this.#polled.total,
      'source-record-write-rate': this.#written.rate,
      'source-record-write-total': this.#written.total,
      'poll-batch-max-time-ms': this.#pollMs.max,
      'poll-batch-avg-time-ms': this.#pollMs.avg,
      'source-record-active-count': this.#activeCount,
      'source-record-active-count-max': this.#active.max,
      'source-record-active-count-avg': this.#active.avg,
      ...(transactions === null
        ? {}
        : {
            'transaction-size-min': transactions.min,
            'transaction-size-max': transactions.max,
            'transaction-size-avg': transactions.avg,
          }),
    }
  }
}
