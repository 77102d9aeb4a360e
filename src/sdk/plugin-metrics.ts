/** What metrics of a plug-in may be told apart by, and how they are explained. */
export interface MetricOptions {
  /** One sentence: `# HELP` in `/metrics`. */
  readonly description?: string
  /** More labels, beside `connector` and `task`; named with words and `_`. */
  readonly tags?: Readonly<Record<string, string>>
}

export interface PluginMetric {
  /** Takes it out; what is left goes when the connector or task stops. */
  remove(): void
}

export interface PluginCounter extends PluginMetric {
  /** @param count 1 unless given; never negative. */
  add(count?: number): void
}

export interface PluginMeasure extends PluginMetric {
  record(value: number): void
}

/**
 * Metrics of a connector or task of one's own. `/metrics` of the worker shows them as
 * `kafka_connect_plugins_NAME` with its connector and task.
 *
 * Names are words with `-` between them, such as `rows-read`; anything else is refused with a
 * ConnectError. A metric takes the place of an earlier one with its name and tags.
 */
export interface PluginMetrics {
  /** Counts up; shown as `NAME_total`. */
  counter(name: string, options?: MetricOptions): PluginCounter
  /** A number that is asked for when somebody looks; one that throws is shown as NaN. */
  gauge(name: string, read: () => number, options?: MetricOptions): PluginMetric
  /** Values of the last minute or so; shown as `NAME_avg`, `NAME_max` and `NAME_rate`, the sum per second. */
  measure(name: string, options?: MetricOptions): PluginMeasure
}

/** Metrics that nobody sees, for tests of plug-ins. */
export const noPluginMetrics: PluginMetrics = {
  counter: () => ({ add() {}, remove() {} }),
  gauge: () => ({ remove() {} }),
  measure: () => ({ record() {}, remove() {} }),
}
