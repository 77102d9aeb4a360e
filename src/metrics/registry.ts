import { Measure, type Timing } from './measure.ts'

export type Tags = Readonly<Record<string, string>>

/** Text stands in a label of its own, with the value 1. */
export type Readings = Readonly<Record<string, number | string>>

/** Metrics of one thing: an MBean of Apache Kafka Connect, or what would be one. */
export interface GroupReading {
  /** Of the MBean, such as `kafka.connect`. */
  readonly domain: string
  /** Likewise, such as `source-task-metrics`. */
  readonly type: string
  readonly tags: Tags
  /** By attribute. */
  readonly readings: Readings
  /** Sentences by attribute, for those that the catalogue does not know. */
  readonly meanings?: Readonly<Record<string, string>>
}

export interface MetricGroup extends Omit<GroupReading, 'readings'> {
  read(): Readings
}

/** Metrics of one thread or process; they are read when somebody asks. */
export class MetricsRegistry {
  readonly timing: Timing
  readonly #groups = new Set<MetricGroup>()

  constructor(timing: Timing) {
    this.timing = timing
  }

  measure(): Measure {
    return new Measure(this.timing)
  }

  /** @returns What takes the group out again. */
  add(group: MetricGroup): () => void {
    this.#groups.add(group)
    return () => this.#groups.delete(group)
  }

  read(): readonly GroupReading[] {
    return Array.from(this.#groups, ({ read, ...group }) => ({ ...group, readings: read() }))
  }
}
