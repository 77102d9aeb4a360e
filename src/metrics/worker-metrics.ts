import { ConnectorMetrics } from './connector-metrics.ts'
import type { Measure } from './measure.ts'
import type { MetricsRegistry, Readings } from './registry.ts'
import type { Status } from './status.ts'
import type { PluginName } from './task-metrics.ts'

export interface NamedConnector extends PluginName {
  readonly kind: 'source' | 'sink'
}

/** What a class of a connector means as its user wrote it; null where nobody knows it. */
export type FindConnector = (name: string) => NamedConnector | null

/** Counts starts of connectors, or of tasks. */
class Starts {
  readonly #results: Measure
  #succeeded = 0
  #failed = 0

  constructor(registry: MetricsRegistry) {
    this.#results = registry.measure()
  }

  succeeded(): void {
    this.#succeeded++
    this.#results.record(1)
  }

  failed(): void {
    this.#failed++
    this.#results.record(0)
  }

  read(what: 'connector' | 'task', count: number): Readings {
    const succeeded = this.#results.avg
    const isKnown = !Number.isNaN(succeeded)
    return {
      [`${what}-count`]: count,
      [`${what}-startup-attempts-total`]: this.#succeeded + this.#failed,
      [`${what}-startup-success-total`]: this.#succeeded,
      [`${what}-startup-failure-total`]: this.#failed,
      [`${what}-startup-success-percentage`]: isKnown ? succeeded : 0,
      [`${what}-startup-failure-percentage`]: isKnown ? 1 - succeeded : 0,
    }
  }
}

/** Which connectors and tasks a worker has, and how they do. */
export class WorkerMetrics {
  readonly #registry: MetricsRegistry
  readonly #find: FindConnector
  readonly #connectors = new Map<string, ConnectorMetrics>()
  readonly #connectorStarts: Starts
  readonly #taskStarts: Starts

  constructor(registry: MetricsRegistry, find: FindConnector) {
    this.#registry = registry
    this.#find = find
    this.#connectorStarts = new Starts(registry)
    this.#taskStarts = new Starts(registry)
    registry.add({
      domain: 'kafka.connect',
      type: 'connect-worker-metrics',
      tags: {},
      read: () => this.#read(),
    })
  }

  connectorAdded(name: string, className: string): void {
    this.#of(name).begin(this.#find(className), className)
  }

  connectorRemoved(name: string): void {
    this.#of(name).end()
    this.#forgetIfEmpty(name)
  }

  connectorChanged(name: string, status: Status): void {
    const connector = this.#connectors.get(name)
    if (connector === undefined) return
    count(this.#connectorStarts, connector.change(status))
  }

  /** @param isRestarting Whether a task that does not run yet, or no more, restarts. */
  taskAdded(name: string, task: number, isRestarting: () => boolean): void {
    this.#of(name).tasks.add(task, isRestarting)
  }

  taskRemoved(name: string, task: number): void {
    this.#of(name).tasks.remove(task)
    this.#forgetIfEmpty(name)
  }

  taskChanged(name: string, task: number, status: Status): void {
    const connector = this.#connectors.get(name)
    if (connector === undefined) return
    count(this.#taskStarts, connector.tasks.change(task, status))
  }

  #of(name: string): ConnectorMetrics {
    let connector = this.#connectors.get(name)
    if (connector === undefined) {
      connector = new ConnectorMetrics(this.#registry, name)
      this.#connectors.set(name, connector)
    }
    return connector
  }

  #forgetIfEmpty(name: string): void {
    const connector = this.#connectors.get(name)
    if (connector?.isEmpty === true) this.#connectors.delete(name)
  }

  #read(): Readings {
    let connectors = 0
    let tasks = 0
    for (const connector of this.#connectors.values()) {
      if (connector.isHere) connectors++
      tasks += connector.tasks.size
    }
    return {
      ...this.#connectorStarts.read('connector', connectors),
      ...this.#taskStarts.read('task', tasks),
    }
  }
}

function count(starts: Starts, outcome: 'succeeded' | 'failed' | null): void {
  if (outcome !== null) starts[outcome]()
}
