import { type LogLevel, parseLogLevel } from '../base/logger.ts'
import { javaTrim } from '../config/parse.ts'
import { RestError } from './errors.ts'
import { readConfig } from './json-body.ts'
import { defineRoutes, ok, param } from './routes.ts'

/** Log levels at run time. */
export const loggerRoutes = defineRoutes([
  {
    method: 'GET',
    path: '/admin/loggers',
    summary: 'Levels of all known loggers but silent ones.',
    answers: { 200: 'LogLevels' },
    async handle({ loggers }) {
      const shown = [...loggers.list()].filter(([, { level }]) => level !== 'OFF')
      return ok(Object.fromEntries(shown.map(([name, state]) => [name, loggerBody(state)])))
    },
  },
  {
    method: 'GET',
    path: '/admin/loggers/:logger',
    summary: 'Level of one logger.',
    answers: { 200: 'LogLevel' },
    async handle({ loggers }, request) {
      const name = param(request, 'logger')
      const state = loggers.get(name)
      if (state === null) throw new RestError(`Logger ${name} not found.`, { status: 404 })
      return ok(loggerBody(state))
    },
  },
  {
    method: 'PUT',
    path: '/admin/loggers/:logger',
    summary: 'Set the level of a logger and of everything below it; scope=cluster on all workers.',
    query: { scope: 'worker or cluster' },
    body: 'SetLogLevel',
    answers: { 200: 'LoggerNames', 204: null },
    async handle({ herder, loggers }, request) {
      const level = levelOf(readConfig(request)['level'])
      const name = param(request, 'logger')
      if (request.query.get('scope')?.toLowerCase() !== 'cluster') {
        return ok(loggers.setLevel(name, level))
      }
      await herder.setLogLevel(name, level)
      return { status: 204 }
    },
  },
])

function levelOf(text: string | null | undefined): LogLevel {
  if (text === undefined || text === null) {
    throw new RestError("Desired 'level' parameter was not specified in request.", { status: 400 })
  }
  if (text === '') throw new RestError('Illegal null or empty Level name.', { status: 500 })
  const level = parseLogLevel(javaTrim(text))
  if (level === null) throw new RestError(`invalid log level '${text}'.`, { status: 404 })
  return level
}

function loggerBody(state: { readonly level: LogLevel; readonly lastModified: number | null }) {
  return { level: state.level, last_modified: state.lastModified }
}
