import type { Measure } from './measure.ts'
import type { Readings } from './registry.ts'
import type { TaskMetrics } from './task-metrics.ts'

/** What is known of the partitions of a sink task at the moment. */
export interface SinkProgress {
  readonly partitions: number
  /** Records that were consumed and whose offsets are not committed. */
  readonly uncommitted: number
  /** Largest number of records behind the end of a partition; null while no end is known. */
  readonly lagMax: number | null
}

/** Records on their way from Kafka to a sink task. One call for each batch. */
export class SinkTaskMetrics {
  readonly #task: TaskMetrics
  readonly #progress: () => SinkProgress
  readonly #read: Measure
  readonly #sent: Measure
  readonly #putMs: Measure
  readonly #active: Measure
  readonly #completed: Measure
  readonly #skipped: Measure
  #sequence = 0

  constructor(task: TaskMetrics, progress: () => SinkProgress) {
    const { registry } = task
    this.#task = task
    this.#progress = progress
    this.#read = registry.measure()
    this.#sent = registry.measure()
    this.#putMs = registry.measure()
    this.#active = registry.measure()
    this.#completed = registry.measure()
    this.#skipped = registry.measure()
    task.add('sink-task-metrics', {}, () => this.#readings())
  }

  /** Records came from Kafka. */
  consumed(count: number): void {
    this.#read.record(count)
  }

  /** The task took records, those that transforms made. */
  put(count: number, elapsedMs: number): void {
    this.#sent.record(count)
    this.#putMs.record(elapsedMs)
    this.#task.batch(count)
    this.#active.record(this.#progress().uncommitted)
  }

  commitBegan(sequence: number): void {
    this.#sequence = sequence
  }

  committed(elapsedMs: number): void {
    this.#completed.record(1)
    this.#task.committed(elapsedMs)
    this.#active.record(this.#progress().uncommitted)
  }

  commitFailed(): void {
    this.#task.commitFailed()
  }

  /** A commit ended after a newer one had begun. */
  commitSkipped(): void {
    this.#skipped.record(1)
  }

  #readings(): Readings {
    const { partitions, uncommitted, lagMax } = this.#progress()
    return {
      'sink-record-read-rate': this.#read.rate,
      'sink-record-read-total': this.#read.total,
      'sink-record-send-rate': this.#sent.rate,
      'sink-record-send-total': this.#sent.total,
      'partition-count': partitions,
      'offset-commit-seq-no': this.#sequence,
      'offset-commit-completion-rate': this.#completed.rate,
      'offset-commit-completion-total': this.#completed.total,
      'offset-commit-skip-rate': this.#skipped.rate,
      'offset-commit-skip-total': this.#skipped.total,
      'put-batch-max-time-ms': this.#putMs.max,
      'put-batch-avg-time-ms': this.#putMs.avg,
      'sink-record-active-count': uncommitted,
      'sink-record-active-count-max': this.#active.max,
      'sink-record-active-count-avg': this.#active.avg,
      ...(lagMax === null ? {} : { 'sink-record-lag-max': lagMax }),
    }
  }
}
