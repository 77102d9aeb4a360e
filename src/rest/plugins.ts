import { ConnectError } from '../base/errors.ts'
import type { ConfigInfos, Herder } from '../cluster/herder.ts'
import type { ConfigProps } from '../config/props.ts'
import { RestError } from './errors.ts'
import { readConfig } from './json-body.ts'
import { defineRoutes, flag, ok, param } from './routes.ts'

/** Plug-ins of this worker and their settings. */
export const pluginRoutes = defineRoutes([
  {
    method: 'GET',
    path: '/connector-plugins',
    summary: 'Connectors that the worker has; connectorsOnly=false lists every kind of plug-in.',
    query: { connectorsOnly: 'false: plug-ins of every kind' },
    answers: { 200: 'Plugins' },
    async handle({ plugins }, request) {
      const all = !flag(request, 'connectorsOnly', true)
      const shown = plugins
        .list()
        .filter(({ kind }) => all || kind === 'sink' || kind === 'source')
        .map(({ class: name, kind, version }) => ({ class: name, type: kind, version }))
      return ok(shown)
    },
  },
  {
    method: 'GET',
    path: '/connector-plugins/:plugin/config',
    summary: 'Settings of a plug-in, by class or alias.',
    query: { version: 'of the plug-in; without it, the newest' },
    answers: { 200: 'ConfigKeys' },
    handle: async ({ herder }, request) =>
      ok(await herder.pluginConfig(param(request, 'plugin'), request.query.get('version'))),
  },
  {
    method: 'PUT',
    path: '/connector-plugins/:plugin/config/validate',
    summary: 'Check a configuration; changes nothing.',
    body: 'Config',
    answers: { 200: 'Validation' },
    async handle({ herder }, request) {
      const plugin = param(request, 'plugin')
      const config = readConfig(request)
      const name = config['connector.class']
      if (name != null && !withoutSuffix(name).endsWith(withoutSuffix(plugin))) {
        throw new RestError(
          `Included connector type ${name} does not match request type ${plugin}`,
          { status: 400 },
        )
      }
      return ok(await validated(herder, config))
    },
  },
])

function withoutSuffix(name: string): string {
  return name.replace(/(?<=.)Connector$/s, '')
}

/**
 * Every failure is a 500; but for a time-out it names the exception: clients of the reference know
 * this endpoint so.
 */
async function validated(herder: Herder, config: ConfigProps): Promise<ConfigInfos> {
  try {
    return await herder.validate(config)
  } catch (error) {
    if (!(error instanceof ConnectError) || error.code === 'REQUEST_TIMEOUT') throw error
    throw new RestError(`${error.javaClass}: ${error.message}`, { status: 500, cause: error })
  }
}
