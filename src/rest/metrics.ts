import { contentTypes, exposition, type Format } from '../metrics/exposition.ts'
import type { Naming } from '../metrics/names.ts'
import { httpError } from './errors.ts'
import { acceptedQuality } from './media-types.ts'
import { defineRoutes, type RestRequest } from './routes.ts'

/** Metrics of this worker. Apache Kafka Connect has none over REST. */
export const metricRoutes = defineRoutes([
  {
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics of this worker in the formats of OpenMetrics and Prometheus.',
    query: {
      names: '`mbean` for names that follow the MBeans of Apache Kafka Connect; else `short`.',
    },
    consumesJson: false,
    producesJson: false,
    async handle({ metrics }, request) {
      const format = formatOf(request)
      const body = await exposition(await metrics(), format, namingOf(request))
      return { status: 200, headers: { 'content-type': contentTypes[format] }, body }
    },
  },
])

/** Prometheus' own format unless OpenMetrics is asked for by name and not liked less. */
function formatOf({ headers }: RestRequest): Format {
  const open = acceptedQuality(headers, 'application/openmetrics-text')
  return open > 0 && open >= acceptedQuality(headers, 'text/plain') ? 'openmetrics' : 'prometheus'
}

/** @throws RestError 400 */
function namingOf({ query }: RestRequest): Naming {
  const naming = query.get('names') ?? 'short'
  if (naming === 'short' || naming === 'mbean') return naming
  throw httpError(400)
}
