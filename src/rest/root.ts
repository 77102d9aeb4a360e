import type { Health } from '../cluster/herder.ts'
import { type Answer, defineRoutes, ok } from './routes.ts'

/** How long `/health` waits for the worker, as in the reference. */
const HEALTH_TIMEOUT_MS = 10_000

const healthAnswers: Readonly<
  Record<Health['state'], { readonly status: number; readonly text: string }>
> = {
  healthy: {
    status: 200,
    text: 'Worker has completed startup and is ready to handle requests.',
  },
  starting: { status: 503, text: 'Worker is still starting up.' },
  unhealthy: {
    status: 500,
    text: 'Worker was unable to handle this request and may be unable to handle other requests.',
  },
}

/** The worker itself. */
export const rootRoutes = defineRoutes([
  {
    method: 'GET',
    path: '/',
    summary: 'Version of the worker and id of its Kafka cluster.',
    answers: { 200: 'Worker' },
    consumesJson: false,
    handle: async ({ version, commit, kafkaClusterId }) =>
      ok({ version, commit, kafka_cluster_id: kafkaClusterId }),
  },
  {
    method: 'GET',
    path: '/health',
    summary: 'Whether the worker is ready to handle requests.',
    answers: { 200: 'Health', 500: 'Health', 503: 'Health' },
    consumesJson: false,
    handle: async ({ herder }) => healthAnswer(await herder.health(HEALTH_TIMEOUT_MS)),
  },
])

function healthAnswer({ state, stage }: Health): Answer {
  const { status, text } = healthAnswers[state]
  return { status, body: { status: state, message: stage === '' ? text : `${text} ${stage}` } }
}
