import { statusBody } from './connectors.ts'
import { defineRoutes, flag, param, taskParam } from './routes.ts'

/** Lifecycle verbs of one connector. Handlers translate; every decision is the herder's. */
export const lifecycleRoutes = defineRoutes([
  {
    method: 'PUT',
    path: '/connectors/:name/pause',
    summary: 'Pause the connector and its tasks; returns before they have paused.',
    answers: { 202: null },
    async handle({ herder }, request) {
      await herder.pauseConnector(param(request, 'name'))
      return { status: 202 }
    },
  },
  {
    method: 'PUT',
    path: '/connectors/:name/resume',
    summary: 'Resume a paused or stopped connector; returns before it runs.',
    answers: { 202: null },
    async handle({ herder }, request) {
      await herder.resumeConnector(param(request, 'name'))
      return { status: 202 }
    },
  },
  {
    method: 'PUT',
    path: '/connectors/:name/stop',
    summary: 'Stop the connector and remove its tasks; configuration and offsets stay.',
    answers: { 204: null },
    async handle({ herder }, request) {
      await herder.stopConnector(param(request, 'name'))
      return { status: 204 }
    },
  },
  {
    method: 'POST',
    path: '/connectors/:name/restart',
    summary: 'Restart the connector; includeTasks and onlyFailed choose what else.',
    query: { includeTasks: 'true: its tasks, too', onlyFailed: 'true: only what has failed' },
    answers: { 202: 'ConnectorStatus', 204: null },
    async handle({ herder }, request) {
      const name = param(request, 'name')
      const includeTasks = flag(request, 'includeTasks')
      const onlyFailed = flag(request, 'onlyFailed')
      if (includeTasks || onlyFailed) {
        const status = await herder.restartConnectorAndTasks(name, { includeTasks, onlyFailed })
        return { status: 202, body: statusBody(status) }
      }
      // Without either flag the answer stays as it was before KIP-745: no body.
      await herder.restartConnector(name)
      return { status: 204 }
    },
  },
  {
    method: 'POST',
    path: '/connectors/:name/tasks/:task/restart',
    summary: 'Restart one task.',
    answers: { 204: null },
    async handle({ herder }, request) {
      await herder.restartTask({ connector: param(request, 'name'), task: taskParam(request) })
      return { status: 204 }
    },
  },
])
