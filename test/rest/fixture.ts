import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { systemClock } from '../../src/base/clock.ts'
import { createLogLevels } from '../../src/base/logger-levels.ts'
import type { GroupReading } from '../../src/metrics/registry.ts'
import type { RestConfig, RestSources } from '../../src/rest/server.ts'
import { startRestServer } from '../../src/rest/server.ts'
import { createPluginRegistry } from '../../src/runtime/plugin-registry.ts'
import { startHerder } from '../cluster/fixture.ts'
import { silentLogger } from '../helpers/silent-logger.ts'

export const restConfig: RestConfig = {
  listeners: ['http://127.0.0.1:0'],
  'admin.listeners': null,
  'rest.advertised.host.name': null,
  'rest.advertised.port': null,
  'rest.advertised.listener': null,
  'access.control.allow.origin': '',
  'access.control.allow.methods': '',
  'response.http.headers.config': '',
  'rest.extension.classes': [],
  'millrace.rest.extras': false,
}

/** No TLS, no extensions. */
export const noSources: RestSources = { props: {}, plugins: createPluginRegistry([]) }

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed where it is JSON; null for none. */
  readonly body: unknown
}

export interface Call {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A REST server on a fake host, and a client that sends paths and bodies as they are written. */
export async function startRest(
  config: Partial<RestConfig> = {},
  sources: Partial<RestSources> = {},
  metrics: readonly GroupReading[] = [],
) {
  const server = await startRestServer({ ...restConfig, ...config }, silentLogger, {
    ...noSources,
    ...sources,
  })
  const { herder, host, clock } = startHerder()
  server.serve({
    herder,
    plugins: createPluginRegistry([]),
    loggers: createLogLevels('INFO', systemClock),
    version: '0.1.0',
    metrics: async () => metrics,
    commit: 'abc',
    kafkaClusterId: 'cluster',
    tracksTopics: true,
    allowsTopicReset: true,
  })
  herder.noteReady()
  const url = server.urls[0] ?? ''
  return {
    server,
    herder,
    host,
    clock,
    url,
    call: (method: string, path: string, options?: Call) => call(url, method, path, options),
  }
}

/** @param options A text body is sent as it is, anything else as JSON. */
export async function call(
  url: string,
  method: string,
  path: string,
  { body, headers = {} }: Call = {},
): Promise<Reply> {
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const type = payload === undefined ? {} : { 'content-type': 'application/json' }
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, agent: false, headers: { ...type, ...headers } },
      async (response) => {
        const answer = await text(response)
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: parsed(answer),
        })
      },
    )
    sent.on('error', reject)
    sent.end(payload)
  })
}

function parsed(answer: string): unknown {
  if (answer === '') return null
  try {
    return JSON.parse(answer)
  } catch {
    return answer
  }
}
