import type { MetricTable } from './metric-table.ts'

/** Metrics of the worker's place in its group, and of Kafka clients. */
export const clientMetrics: readonly MetricTable[] = []
