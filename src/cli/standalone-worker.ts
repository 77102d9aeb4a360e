import { systemClock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { Logging } from '../base/logger-pino.ts'
import { millraceVersion } from '../base/version.ts'
import type { SinkGroups } from '../cluster/connector-offsets.ts'
import type { Herder } from '../cluster/herder.ts'
import { StandaloneHerder } from '../cluster/standalone-herder.ts'
import { createConnectorValidator } from '../cluster/validation/connector-validator.ts'
import type { ConfigProps } from '../config/props.ts'
import { createProviders } from '../config/providers.ts'
import { resolveVariables } from '../config/variables.ts'
import type { KafkaClients } from '../kafka/client.ts'
import { createKafkaClients } from '../kafka/clients.ts'
import { startRestServer } from '../rest/server.ts'
import { adminProps, sinkConsumerProps } from '../runtime/client-props.ts'
import { InProcessHost } from '../runtime/in-process-host.ts'
import { openFileOffsetStore } from '../runtime/offsets/file-store.ts'
import { scanPluginPath } from '../runtime/plugin-loader.ts'
import { createPluginRegistry } from '../runtime/plugin-registry.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import { listOf, type Props } from '../runtime/props.ts'
import type { TaskSettings } from '../runtime/task-environment.ts'
import {
  parseStandaloneConfig,
  type StandaloneConfig,
  standaloneConfig,
  unknownWorkerKeys,
} from '../runtime/worker-config.ts'
import { builtinPlugins } from './builtin.ts'

/** A worker that runs; its connectors are created by the herder or over REST. */
export interface StandaloneWorker {
  readonly herder: Herder
  /** Where REST listens. */
  readonly urls: readonly string[]
  /** From now on `/health` says healthy; only needed after `awaitsConnectors`. */
  noteReady(): void
  /** Ends REST, then tasks and connectors. */
  close(): Promise<void>
}

/** How long a start may be silent. */
const REMINDER_MS = 3000

type WorkerProps = Props & { readonly 'bootstrap.servers': string }

export interface StandaloneOptions {
  /** `/health` says starting until `noteReady`: first come connectors that belong to the start. */
  readonly awaitsConnectors?: boolean
}

/**
 * Starts a standalone worker in this process.
 * @param given Properties as in a worker's file.
 * @throws ConnectError that says what is wrong with the properties, or which Kafka or port can't be had.
 */
export async function startStandalone(
  given: Props,
  logging: Logging,
  { awaitsConnectors = false }: StandaloneOptions = {},
): Promise<StandaloneWorker> {
  const clock = systemClock
  const logger = logging.logger.named('org.apache.kafka.connect.runtime.Worker')
  for (const problem of unknownWorkerKeys(standaloneConfig, given)) logger.warn(problem)
  const providers = createProviders(given, { env: process.env, log: logger })
  const resolve = async (props: ConfigProps) => (await resolveVariables(props, providers)).props
  const props = (await resolve(given)) as WorkerProps
  const plugins = loadPlugins(given, logger)
  const config = parseStandaloneConfig(props, (name) => plugins.entries(name)[0]?.class ?? null)
  const clients = createKafkaClients({ clock, logger: logging.logger })
  const kafkaClusterId = await clusterId(clients, props, logger)
  const validator = createConnectorValidator({ plugins, worker: config })
  const sourceOffsets = await openFileOffsetStore(config['offset.storage.file.filename'], logger)
  const rest = await startRestServer(config, logging.logger)
  const herder = new StandaloneHerder({
    workerId: rest.address,
    clock,
    logger: logging.logger,
    loggers: logging.registry,
    plugins,
    validator,
    sourceOffsets,
    sinkGroups: sinkGroupsOf(clients, props),
    tracksTopics: config['topic.tracking.enable'],
    resolve,
    createHost: (events) =>
      new InProcessHost({
        workerProps: props,
        settings: taskSettings(config),
        plugins,
        clients,
        events,
        clock,
        random: Math.random,
        logger: logging.logger,
      }),
  })
  rest.serve({
    herder,
    plugins,
    loggers: logging.registry,
    version: millraceVersion,
    commit: 'unknown',
    kafkaClusterId,
    tracksTopics: config['topic.tracking.enable'],
    allowsTopicReset: config['topic.tracking.allow.reset'],
  })
  if (!awaitsConnectors) herder.noteReady()
  logger.info(`Millrace ${millraceVersion} is ready: ${rest.urls.join(', ')}`)
  return {
    herder,
    urls: rest.urls,
    noteReady: () => herder.noteReady(),
    async close() {
      logger.info('Stopping')
      await rest.close()
      await herder.close()
      logger.info('Stopped')
    },
  }
}

/** Built-in plug-ins and those of `plugin.path`, where variables don't stand for anything. */
function loadPlugins(props: Props, logger: Logger): PluginRegistry {
  const path = listOf(props, 'plugin.path')
  const { entries, problems } = scanPluginPath(path)
  for (const problem of problems) logger.warn(problem)
  return createPluginRegistry([...builtinPlugins, ...entries])
}

/** @throws ConnectError KAFKA_TIMEOUT that names the brokers. */
async function clusterId(
  clients: KafkaClients,
  props: WorkerProps,
  logger: Logger,
): Promise<string> {
  const admin = clients.admin(adminProps({ worker: props, connector: {} }, ''))
  const reminder = setTimeout(() => {
    logger.warn(`No Kafka answers yet at ${props['bootstrap.servers']}: trying on`)
  }, REMINDER_MS)
  try {
    return await admin.clusterId()
  } finally {
    clearTimeout(reminder)
    await admin.close()
  }
}

function taskSettings(config: StandaloneConfig): TaskSettings {
  return {
    offsetFlushIntervalMs: config['offset.flush.interval.ms'],
    offsetFlushTimeoutMs: config['offset.flush.timeout.ms'],
    shutdownTimeoutMs: config['task.shutdown.graceful.timeout.ms'],
    topicCreation: config['topic.creation.enable'],
  }
}

function sinkGroupsOf(clients: KafkaClients, worker: WorkerProps): SinkGroups {
  return {
    groupId(connector, props) {
      const { 'group.id': group = '' } = sinkConsumerProps(
        { worker, connector: props },
        { connector, task: 0 },
      )
      return group
    },
    admin: (connector, props) =>
      clients.admin(
        adminProps({ worker, connector: props }, `connector-worker-adminclient-${connector}`),
      ),
  }
}
