import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { ConnectError, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { createWorkerClient, type WorkerClient } from '../cluster/distributed/worker-client.ts'
import type { ConfigProps } from '../config/props.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import type { WorkerConfig } from '../runtime/worker-config.ts'
import { createApp } from './app.ts'
import { connectorRoutes } from './connectors.ts'
import { createExtensions } from './extensions.ts'
import { internalRoutes } from './internal.ts'
import { lifecycleRoutes } from './lifecycle.ts'
import { clientTls, serverTls } from './listener-tls.ts'
import { advertised, type Listener, parseListener, urlOf } from './listeners.ts'
import { loggerRoutes } from './loggers.ts'
import { metricRoutes } from './metrics.ts'
import { offsetRoutes } from './offsets.ts'
import { openApiRoutes } from './openapi.ts'
import { pluginRoutes } from './plugins.ts'
import { responseHeaders } from './response-headers.ts'
import { rootRoutes } from './root.ts'
import type { RestContext, Route } from './routes.ts'

/** Time that requests under way get at the end, as in the reference. */
const CLOSE_TIMEOUT_MS = 60_000

/** All routes for users but those under `/admin`. */
const userRoutes: readonly Route[] = [
  ...rootRoutes,
  ...connectorRoutes,
  ...lifecycleRoutes,
  ...offsetRoutes,
  ...pluginRoutes,
  ...metricRoutes,
]

/** The worker's settings that the server follows. */
export type RestConfig = Pick<
  WorkerConfig,
  | 'listeners'
  | 'admin.listeners'
  | 'rest.advertised.host.name'
  | 'rest.advertised.port'
  | 'rest.advertised.listener'
  | 'access.control.allow.origin'
  | 'access.control.allow.methods'
  | 'response.http.headers.config'
  | 'rest.extension.classes'
  | 'millrace.rest.extras'
>

export interface RestServer {
  /** `host:port` that others are told: the worker's id. */
  readonly address: string
  /** The same as a URL. */
  readonly advertisedUrl: string
  /** For what only another worker can answer. */
  readonly sendToWorker: WorkerClient
  /** Where it listens, port filled in. */
  readonly urls: readonly string[]
  /** From now on requests are answered; those that came earlier have waited. */
  serve(context: RestContext): void
  /** Ends connections; requests under way get 60 s. */
  close(): Promise<void>
}

/** What listeners and extensions are made from. */
export interface RestSources {
  /** Properties as in the worker's file. */
  readonly props: ConfigProps
  readonly plugins: PluginRegistry
}

/**
 * Listens on all listeners.
 * @throws ConnectError CONFIG_INVALID for a listener that can't be read or that lacks a key for
 *   TLS, and for an extension that there is not; CONNECT_FAILED for an address that can't be
 *   listened on.
 */
export async function startRestServer(
  config: RestConfig,
  logger: Logger,
  { props, plugins }: RestSources,
): Promise<RestServer> {
  const context = Promise.withResolvers<RestContext>()
  const planned = planListeners(config, props)
  const isSecure = planned.some(({ tls }) => tls !== null)
  const sendToWorker = createWorkerClient(isSecure ? clientTls(props) : {})
  const classes = config['rest.extension.classes']
  const extensions = await createExtensions(classes, plugins, props, context.promise)
  const options = {
    context: context.promise,
    logger: logger.named('org.apache.kafka.connect.runtime.rest.RestServer'),
    headersFor: responseHeaders(config),
    sendToWorker,
    extensions,
  }
  const apps: FastifyInstance[] = []
  const bound: Listener[] = []
  const close = async () => {
    await Promise.all(apps.map(closeApp))
    for (const { close: closeExtension } of extensions) await closeExtension?.()
  }
  try {
    for (const { listener, isAdmin, ...plan } of planned) {
      const app = createApp({ ...options, ...plan, ...(isAdmin ? adminOptions : {}) })
      apps.push(app)
      bound.push(await listen(app, listener))
    }
  } catch (error) {
    await close()
    throw error
  }
  const main = bound.slice(0, config.listeners.length)
  const { address, url: advertisedUrl } = advertised(main, {
    host: config['rest.advertised.host.name'],
    port: config['rest.advertised.port'],
    protocol: config['rest.advertised.listener'],
  })
  return {
    address,
    advertisedUrl,
    sendToWorker,
    urls: main.map(urlOf),
    serve: context.resolve,
    close,
  }
}

/** Neither logins, nor headers of the settings: pages of other origins never reach `/admin` there. */
const adminOptions = { extensions: [], headersFor: () => ({}) }

interface PlannedListener {
  readonly listener: Listener
  readonly isAdmin: boolean
  readonly routes: readonly Route[]
  /** null for plain HTTP. */
  readonly tls: ReturnType<typeof serverTls> | null
}

/** Those of `listeners` first. Without `admin.listeners` they serve `/admin`, too. */
function planListeners(config: RestConfig, props: ConfigProps): readonly PlannedListener[] {
  const adminListeners = config['admin.listeners']
  const plan = (url: string, isAdmin: boolean, routes: readonly Route[]): PlannedListener => {
    const listener = parseListener(url)
    const prefix = isAdmin ? 'admin.listeners.https.' : 'listeners.https.'
    const tls = listener.protocol === 'https' ? serverTls(props, prefix) : null
    return { listener, isAdmin, routes, tls }
  }
  const extras = config['millrace.rest.extras']
    ? openApiRoutes([...userRoutes, ...loggerRoutes])
    : []
  const admin = adminListeners === null ? loggerRoutes : []
  const routes = [...userRoutes, ...internalRoutes, ...admin, ...extras]
  return [
    ...config.listeners.map((url) => plan(url, false, routes)),
    ...(adminListeners ?? []).map((url) => plan(url, true, [...loggerRoutes, ...metricRoutes])),
  ]
}

async function listen(app: FastifyInstance, asked: Listener): Promise<Listener> {
  const { protocol, host, port } = asked
  try {
    const listening: Promise<string> = app.listen({ host: host === '' ? anyAddress() : host, port })
    await listening
  } catch (cause) {
    const inUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    const reason = inUse
      ? 'another program listens there; stop it or change listeners'
      : messageOf(cause)
    throw new ConnectError(`REST can't listen on ${urlOf(asked)}: ${reason}`, {
      code: 'CONNECT_FAILED',
      cause,
    })
  }
  const { port: bound } = app.server.address() as AddressInfo
  return { protocol, host, port: bound }
}

/** All interfaces, of both address families where the machine has both. */
function anyAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0'
}

async function closeApp(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS)
  await app.close()
  clearTimeout(timer)
}
