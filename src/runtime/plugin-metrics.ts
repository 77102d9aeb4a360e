import { ConnectError } from '../base/errors.ts'
import { MetricGroups } from '../metrics/metric-groups.ts'
import type { MetricsRegistry, Readings, Tags } from '../metrics/registry.ts'
import type {
  MetricOptions,
  PluginCounter,
  PluginMeasure,
  PluginMetric,
  PluginMetrics,
} from '../sdk/plugin-metrics.ts'

const TAG = /^[A-Za-z]\w*$/
const NAME = /^[A-Za-z][A-Za-z0-9]*([-_.][A-Za-z0-9]+)*$/

/** Metrics that one connector or task adds. */
export class AddedMetrics implements PluginMetrics {
  readonly #registry: MetricsRegistry
  readonly #owner: Tags
  readonly #groups: MetricGroups
  /** What takes a metric out, by its attribute and tags. */
  readonly #removals = new Map<string, () => void>()

  /** @param owner `connector`, and `task` of one. */
  constructor(registry: MetricsRegistry, owner: Tags) {
    this.#registry = registry
    this.#owner = owner
    this.#groups = new MetricGroups(registry)
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
    this.#groups.close()
  }

  #add(
    name: string,
    { description = '', tags = {} }: MetricOptions,
    attributes: readonly string[],
    read: () => Readings,
  ): PluginMetric {
    if (!NAME.test(name)) throw invalid(`${name} is no name of a metric: use words, digits and -`)
    for (const tag of Object.keys(tags)) {
      if (!TAG.test(tag)) throw invalid(`${tag} is no name of a tag of ${name}: use words and _`)
      if (Object.hasOwn(this.#owner, tag))
        throw invalid(`The tag ${tag} of ${name} is the worker's own`)
    }
    const keys = attributes.map((attribute) => keyOf(attribute, tags))
    for (const key of keys) this.#removals.get(key)?.()
    const remove = this.#groups.add({
      domain: 'kafka.connect',
      type: 'plugins',
      tags: { ...this.#owner, ...tags },
      meanings: Object.fromEntries(attributes.map((attribute) => [attribute, description])),
      read,
    })
    for (const key of keys) this.#removals.set(key, remove)
    return { remove }
  }
}

/** The same for names that only differ in what `/metrics` can't show. */
function keyOf(attribute: string, tags: Tags): string {
  const sorted = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([attribute.replaceAll(/\W/g, '_'), sorted])
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
