import { ConnectError } from '../base/errors.ts'
import type { MetricsRegistry, Readings, Tags } from '../metrics/registry.ts'
import type {
  MetricOptions,
  PluginCounter,
  PluginMeasure,
  PluginMetric,
  PluginMetrics,
} from '../sdk/plugin-metrics.ts'

const NAME = /^[A-Za-z][A-Za-z0-9]*([-_.][A-Za-z0-9]+)*$/

/** Metrics that one connector or task adds. */
export class AddedMetrics implements PluginMetrics {
  readonly #registry: MetricsRegistry
  readonly #owner: Tags
  readonly #removals = new Map<string, () => void>()

  /** @param owner `connector`, and `task` of one. */
  constructor(registry: MetricsRegistry, owner: Tags) {
    this.#registry = registry
    this.#owner = owner
  }

  counter(name: string, options: MetricOptions = {}): PluginCounter {
    let total = 0
    const metric = this.#add(name, options, [`${name}-total`], () => ({ [`${name}-total`]: total }))
    return {
      ...metric,
      add(count = 1) {
        if (!(count >= 0)) throw invalid(`A counter goes up only: ${name} was told ${count}`)
        total += count
      },
    }
  }

  gauge(name: string, read: () => number, options: MetricOptions = {}): PluginMetric {
    if (name.endsWith('total')) throw invalid(`${name} is no name of a gauge: counters end so`)
    return this.#add(name, options, [name], () => ({ [name]: numberFrom(read) }))
  }

  measure(name: string, options: MetricOptions = {}): PluginMeasure {
    const measure = this.#registry.measure()
    const names = [`${name}-avg`, `${name}-max`, `${name}-rate`]
    const metric = this.#add(name, options, names, () => ({
      [`${name}-avg`]: measure.avg,
      [`${name}-max`]: measure.max,
      [`${name}-rate`]: measure.rate,
    }))
    return { ...metric, record: (value) => measure.record(value) }
  }

  close(): void {
    for (const remove of [...this.#removals.values()]) remove()
  }

  #add(
    name: string,
    { description = '', tags = {} }: MetricOptions,
    attributes: readonly string[],
    read: () => Readings,
  ): PluginMetric {
    if (!NAME.test(name)) throw invalid(`${name} is no name of a metric: use words, digits and -`)
    const key = JSON.stringify([name, Object.entries(tags).sort()])
    const taken = Object.keys(tags).find((tag) => tag in this.#owner)
    if (taken !== undefined) throw invalid(`The tag ${taken} of ${name} is the worker's own`)
    this.#removals.get(key)?.()
    const remove = this.#registry.add({
      domain: 'kafka.connect',
      type: 'plugins',
      tags: { ...this.#owner, ...tags },
      meanings: Object.fromEntries(attributes.map((attribute) => [attribute, description])),
      read,
    })
    const removeOnce = () => {
      remove()
      if (this.#removals.get(key) === removeOnce) this.#removals.delete(key)
    }
    this.#removals.set(key, removeOnce)
    return { remove: removeOnce }
  }
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'BAD_REQUEST' })
}

/** Code of a plug-in must not keep others from their metrics. */
function numberFrom(read: () => number): number {
  try {
    const value: unknown = read()
    return typeof value === 'number' ? value : Number.NaN
  } catch {
    return Number.NaN
  }
}
