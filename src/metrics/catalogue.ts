import { clientMetrics } from './catalogue-clients.ts'
import { connectMetrics } from './catalogue-connect.ts'
import type { MetricTable } from './metric-table.ts'

/** All metrics but those that plug-ins add. */
export const catalogue: readonly MetricTable[] = [...connectMetrics, ...clientMetrics]

const meanings = new Map(
  catalogue.flatMap(({ type, metrics }) =>
    Object.entries(metrics).map(([attribute, [, meaning]]) => [`${type} ${attribute}`, meaning]),
  ),
)

/** One sentence; null for what a plug-in added. */
export function meaningOf(type: string, attribute: string): string | null {
  return meanings.get(`${type} ${attribute}`) ?? null
}
