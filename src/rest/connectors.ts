import type {
  ConnectorInfo,
  ConnectorStatus,
  Herder,
  StateInfo,
  TaskState,
} from '../cluster/herder.ts'
import type { ConfigProps } from '../config/props.ts'
import { RestError } from './errors.ts'
import { readConfig, readCreateRequest } from './json-body.ts'
import {
  type Answer,
  defineRoutes,
  jsonText,
  ok,
  param,
  type RestRequest,
  type Route,
  taskParam,
} from './routes.ts'

/** Connectors and their tasks: list, create, read, change, delete. */
export const connectorRoutes = defineRoutes([
  {
    method: 'GET',
    path: '/connectors',
    summary: 'Names of all connectors; expand=info and expand=status give more of each.',
    query: { expand: 'status or info; may be given twice' },
    answers: { 200: 'Connectors' },
    async handle({ herder }, { query }) {
      const names = herder.connectors()
      return ok(query.has('expand') ? expanded(herder, names, query.getAll('expand')) : names)
    },
  },
  {
    method: 'POST',
    path: '/connectors',
    summary: 'Create a connector.',
    body: 'CreateConnector',
    answers: { 201: 'Connector' },
    async handle({ herder }, request) {
      const { name, config, initialState } = readCreateRequest(request)
      const options = { replace: false, initialState }
      const { info } = await herder.putConnector(name, named(name, config), options)
      return created(request, info)
    },
  },
  {
    method: 'GET',
    path: '/connectors/:name',
    summary: 'Configuration and tasks of a connector.',
    answers: { 200: 'Connector' },
    handle: async ({ herder }, request) => ok(infoBody(herder.connector(param(request, 'name')))),
  },
  {
    method: 'DELETE',
    path: '/connectors/:name',
    summary: 'Stop and delete a connector; its offsets stay.',
    answers: { 204: null },
    async handle({ herder }, request) {
      await herder.deleteConnector(param(request, 'name'))
      return { status: 204 }
    },
  },
  {
    method: 'GET',
    path: '/connectors/:name/config',
    summary: 'Configuration of a connector, variables unresolved.',
    answers: { 200: 'Config' },
    handle: async ({ herder }, request) => ok(herder.connector(param(request, 'name')).config),
  },
  {
    method: 'PUT',
    path: '/connectors/:name/config',
    summary: 'Create a connector, or replace its whole configuration.',
    body: 'Config',
    answers: { 200: 'Connector', 201: 'Connector' },
    async handle({ herder }, request) {
      const name = param(request, 'name')
      const config = named(name, readConfig(request))
      const result = await herder.putConnector(name, config, { replace: true })
      return result.created ? created(request, result.info) : ok(infoBody(result.info))
    },
  },
  {
    method: 'PATCH',
    path: '/connectors/:name/config',
    summary: 'Change some properties of a connector; null removes one.',
    body: 'ConfigPatch',
    answers: { 200: 'Connector' },
    async handle({ herder }, request) {
      const name = param(request, 'name')
      // That there is no such connector is told before that there is no patch.
      if (/^(?:null)?$/.test(jsonText(request).trim())) herder.connector(name)
      return ok(infoBody(await herder.patchConnector(name, readConfig(request))))
    },
  },
  {
    method: 'GET',
    path: '/connectors/:name/status',
    summary: 'State of a connector and its tasks.',
    answers: { 200: 'ConnectorStatus' },
    handle: async ({ herder }, request) => ok(statusBody(herder.status(param(request, 'name')))),
  },
  {
    method: 'GET',
    path: '/connectors/:name/tasks',
    summary: 'Tasks of a connector with their configurations.',
    answers: { 200: 'Tasks' },
    handle: async ({ herder }, request) => ok(herder.tasks(param(request, 'name'))),
  },
  {
    method: 'GET',
    path: '/connectors/:name/tasks/:task/status',
    summary: 'State of one task.',
    answers: { 200: 'TaskStatus' },
    async handle({ herder }, request) {
      const id = { connector: param(request, 'name'), task: taskParam(request) }
      return ok(taskBody(herder.taskStatus(id)))
    },
  },
]) satisfies readonly Route[]

/** Status of a connector as JSON; restarts answer with it, too. */
export function statusBody({ name, type, connector, tasks }: ConnectorStatus): unknown {
  return { name, connector: stateBody(connector), tasks: tasks.map(taskBody), type }
}

function infoBody({ name, config, tasks, type }: ConnectorInfo): unknown {
  return { name, config, tasks, type }
}

function taskBody(task: TaskState): unknown {
  return { id: task.id, ...stateBody(task) }
}

function stateBody({ state, workerId, version, trace }: StateInfo) {
  return { state, worker_id: workerId, version, ...(trace === null ? {} : { trace }) }
}

/** Connectors that vanish meanwhile, or of which nothing was heard yet, are left out. */
function expanded(herder: Herder, names: readonly string[], expand: readonly string[]): unknown {
  const entries = names.flatMap((name) => {
    try {
      const parts = expand.flatMap((part) => {
        if (part === 'status') return [[part, statusBody(herder.status(name))]]
        return part === 'info' ? [[part, infoBody(herder.connector(name))]] : []
      })
      return [[name, Object.fromEntries(parts)] as const]
    } catch {
      return []
    }
  })
  return Object.fromEntries(entries)
}

/** @throws RestError 400 when the configuration names another connector. */
function named(name: string, config: ConfigProps): ConfigProps {
  const own = config['name']
  if (own === undefined || own === null) return { ...config, name }
  if (own === name) return config
  throw new RestError(
    `Connector name configuration (${own}) doesn't match connector name in the URL (${name})`,
    { status: 400 },
  )
}

function created({ base }: RestRequest, info: ConnectorInfo): Answer {
  const path = encodeURI(info.name.toWellFormed()).replace(/[?#;]/g, encodeURIComponent)
  return { status: 201, body: infoBody(info), location: `${base}/connectors/${path}` }
}
