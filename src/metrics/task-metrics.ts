import { ErrorMetrics } from './error-metrics.ts'
import type { Measure } from './measure.ts'
import { MetricGroups } from './metric-groups.ts'
import type { MetricsRegistry, Readings, Tags } from './registry.ts'
import { StateTimes } from './state-times.ts'
import type { Status } from './status.ts'

/** What a task is made of. */
export interface TaskDescription {
  readonly connector: PluginName & { readonly type: 'source' | 'sink'; readonly taskClass: string }
  readonly converters: Readonly<Record<'key' | 'value' | 'header', PluginName>>
  /** By alias. */
  readonly transforms: ReadonlyMap<string, PluginName>
  readonly predicates: ReadonlyMap<string, PluginName>
}

export interface PluginName {
  readonly class: string
  readonly version: string
}

/** Metrics of one task from its start to its stop. */
export class TaskMetrics {
  readonly registry: MetricsRegistry
  readonly tags: Tags
  readonly errors = new ErrorMetrics()
  readonly #states: StateTimes<Status>
  readonly #commitMs: Measure
  readonly #commits: Measure
  readonly #batch: Measure
  readonly #groups: MetricGroups
  #texts: Readings = {}

  constructor(
    registry: MetricsRegistry,
    id: { readonly connector: string; readonly task: number },
  ) {
    this.registry = registry
    this.#groups = new MetricGroups(registry)
    this.tags = { connector: id.connector, task: String(id.task) }
    this.#states = new StateTimes('unassigned', registry.timing.elapsed)
    this.#commitMs = registry.measure()
    this.#commits = registry.measure()
    this.#batch = registry.measure()
    this.add('connector-task-metrics', {}, () => this.#read())
    this.add('task-error-metrics', {}, () => this.errors.read())
  }

  /** Adds metrics that go with those of the task. */
  add(type: string, tags: Tags, read: () => Readings): void {
    this.#groups.add({ domain: 'kafka.connect', type, tags: { ...this.tags, ...tags }, read })
  }

  changeStatus(status: Status): void {
    this.#states.change(status)
  }

  /** Records that a source task polled, or a sink task put, at once. */
  batch(count: number): void {
    this.#batch.record(count)
  }

  committed(elapsedMs: number): void {
    this.#commitMs.record(elapsedMs)
    this.#commits.record(1)
  }

  commitFailed(): void {
    this.#commits.record(0)
  }

  describe({ connector, converters, transforms, predicates }: TaskDescription): void {
    const { key, value, header } = converters
    this.#texts = {
      'connector-class': connector.class,
      'connector-type': connector.type,
      'connector-version': connector.version,
      'task-class': connector.taskClass,
      'task-version': connector.version,
      ...{ 'key-converter-class': key.class, 'key-converter-version': key.version },
      ...{ 'value-converter-class': value.class, 'value-converter-version': value.version },
      ...{ 'header-converter-class': header.class, 'header-converter-version': header.version },
    }
    for (const [transform, plugin] of transforms) {
      const texts = { 'transform-class': plugin.class, 'transform-version': plugin.version }
      this.add('connector-transform-metrics', { transform }, () => texts)
    }
    for (const [predicate, plugin] of predicates) {
      const texts = { 'predicate-class': plugin.class, 'predicate-version': plugin.version }
      this.add('connector-predicate-metrics', { predicate }, () => texts)
    }
  }

  close(): void {
    this.#groups.close()
  }

  #read(): Readings {
    const succeeded = this.#commits.avg
    return {
      status: this.#states.state,
      'running-ratio': this.#states.ratio('running'),
      'pause-ratio': this.#states.ratio('paused'),
      'offset-commit-max-time-ms': this.#commitMs.max,
      'offset-commit-avg-time-ms': this.#commitMs.avg,
      'offset-commit-success-percentage': Number.isNaN(succeeded) ? 0 : succeeded,
      'offset-commit-failure-percentage': Number.isNaN(succeeded) ? 0 : 1 - succeeded,
      'batch-size-max': this.#batch.max,
      'batch-size-avg': this.#batch.avg,
      ...this.#texts,
    }
  }
}
