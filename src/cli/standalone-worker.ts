import type { Logging } from '../base/logger-pino.ts'
import { millraceCommit, millraceVersion, restVersion } from '../base/version.ts'
import type { Herder } from '../cluster/herder.ts'
import { StandaloneHerder } from '../cluster/standalone-herder.ts'
import { createConnectorValidator } from '../cluster/validation/connector-validator.ts'
import { addAppInfo } from '../metrics/app-info.ts'
import { startRestServer } from '../rest/server.ts'
import { openFileOffsetStore } from '../runtime/offsets/file-store.ts'
import type { Props } from '../runtime/props.ts'
import { parseStandaloneConfig, standaloneConfig } from '../runtime/worker-config.ts'
import { taskHosts } from './task-hosts.ts'
import { setUpWorker } from './worker-setup.ts'

/** A worker that runs; its connectors are created by the herder or over REST. */
export interface StandaloneWorker {
  readonly herder: Herder
  /** Where REST listens. */
  readonly urls: readonly string[]
  /** From now on `/health` says healthy; only needed after `awaitsConnectors`. */
  noteReady(): void
  /** Ends REST, then tasks and connectors. */
  close(): Promise<void>
  /** As `ThreadHost.held`. */
  held(): readonly string[]
}

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
  const setup = await setUpWorker(given, logging, standaloneConfig, parseStandaloneConfig)
  const { config, plugins, logger, environment } = setup
  const hosts = taskHosts(setup, logging)
  const sourceOffsets = await openFileOffsetStore(config['offset.storage.file.filename'], logger)
  const rest = await startRestServer(config, logging.logger, setup)
  addAppInfo(environment.metrics, rest.address, environment.clock.now())
  const herder = new StandaloneHerder({
    workerId: rest.address,
    clock: environment.clock,
    logger: logging.logger,
    loggers: hosts.loggers,
    plugins,
    code: hosts.code,
    validator: createConnectorValidator({
      code: hosts.code,
      worker: config,
      overrides: setup.overrides,
    }),
    sourceOffsets,
    sinkGroups: setup.sinkGroups,
    tracksTopics: config['topic.tracking.enable'],
    ...setup.variables,
    createHost: hosts.createHost,
  })
  rest.serve({
    herder,
    plugins,
    loggers: hosts.loggers,
    version: restVersion,
    metrics: hosts.metrics,
    commit: millraceCommit,
    kafkaClusterId: setup.kafkaClusterId,
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
      await setup.close()
      logger.info('Stopped')
    },
    held: hosts.held,
  }
}
