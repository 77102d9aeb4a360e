import type { Clock } from '../../src/base/clock.ts'
import { type GroupReading, MetricsRegistry, type Tags } from '../../src/metrics/registry.ts'
import { TaskMetrics } from '../../src/metrics/task-metrics.ts'

/** With the windows that a worker has by default. */
export function metricsRegistry(clock: Pick<Clock, 'elapsed'>): MetricsRegistry {
  return new MetricsRegistry({ samples: 2, windowMs: 30_000, elapsed: () => clock.elapsed() })
}

/** Of task 0 of the connector `c`. */
export function newTaskMetrics(clock: Pick<Clock, 'elapsed'>): TaskMetrics {
  return new TaskMetrics(metricsRegistry(clock), { connector: 'c', task: 0 })
}

/** Readings of the group with this type and these tags; none where there is no such group. */
export function readingsOf(
  groups: readonly GroupReading[],
  type: string,
  tags: Tags,
): GroupReading['readings'] {
  const wanted = Object.entries(tags)
  const found = groups.find(
    (group) => group.type === type && wanted.every(([tag, value]) => group.tags[tag] === value),
  )
  return found?.readings ?? {}
}
