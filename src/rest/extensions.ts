import type { FastifyReply, FastifyRequest } from 'fastify'
import { ConnectError, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { parseConfig } from '../config/parse.ts'
import type { ConfigProps } from '../config/props.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import type { ClusterState, RestExtension } from '../sdk/rest-extension.ts'
import { sendText } from './answers.ts'
import type { RestContext, Route } from './routes.ts'

/**
 * Makes the extensions that a worker's file names, in that order.
 * @param context Resolves when the worker can tell of the cluster.
 * @throws ConnectError CONFIG_INVALID that names an extension that there is not; its own error.
 */
export async function createExtensions(
  classes: readonly string[],
  plugins: PluginRegistry,
  props: ConfigProps,
  context: Promise<RestContext>,
): Promise<readonly RestExtension[]> {
  const cluster = clusterState(context)
  const extensions: RestExtension[] = []
  for (const name of classes) {
    const { config, create } = await plugins.find('rest_extension', name).catch((cause) => {
      throw new ConnectError(
        `Invalid value ${name} for configuration rest.extension.classes: ${messageOf(cause)}. Extensions in Java can't run in this worker`,
        { code: 'CONFIG_INVALID', cause },
      )
    })
    extensions.push(create(parseConfig(config, props), cluster))
  }
  return extensions
}

/** Routes of extensions; what a route of the worker or of an earlier extension answers stays so. */
export function extensionRoutes(
  extensions: readonly RestExtension[],
  routes: readonly Route[],
  logger: Logger,
): readonly Route[] {
  const taken = new Set(routes.map(({ method, path }) => `${method} ${path}`))
  return extensions
    .flatMap((extension) => extension.routes ?? [])
    .filter(({ method, path }) => {
      const isFree = !taken.has(`${method} ${path}`)
      if (isFree) taken.add(`${method} ${path}`)
      else logger.warn(`A REST extension's ${method} ${path} is left out: it is served already`)
      return isFree
    })
    .map(({ method, path, handle }) => ({
      method,
      path,
      summary: 'Of an extension',
      consumesJson: false,
      producesJson: false,
      handle: (_context, request) => handle(request),
    }))
}

/** A hook that has each extension look at a request, one after the other. */
export function extensionFilter(extensions: readonly RestExtension[]) {
  const filtering = extensions.filter(({ filter }) => filter !== undefined)
  const firstAnswer = async ({ method, raw, headers }: FastifyRequest) => {
    const [path = '/', query = ''] = (raw.url ?? '/').split('?', 2)
    const request = { method, path, query: new URLSearchParams(query), headers }
    for (const extension of filtering) {
      const answer = await extension.filter?.(request)
      if (answer !== null && answer !== undefined) return answer
    }
    return null
  }
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    if (filtering.length === 0) {
      done()
      return
    }
    firstAnswer(request).then(
      (answer) => (answer === null ? done() : sendText(reply, answer)),
      (error: Error) => done(error),
    )
  }
}

function clusterState(context: Promise<RestContext>): ClusterState {
  return {
    kafkaClusterId: async () => (await context).kafkaClusterId,
    connectors: async () => (await context).herder.connectors(),
    connectorConfig: async (name) => (await context).herder.connector(name).config,
    async connectorStates(name) {
      const { connector, tasks } = (await context).herder.status(name)
      return [connector, ...tasks].map(({ state }) => state)
    },
  }
}
