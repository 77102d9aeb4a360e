import type { Logging } from '../base/logger-pino.ts'
import { millraceCommit, millraceVersion, restVersion } from '../base/version.ts'
import { problemOfUrl } from '../cluster/distributed/advertised-urls.ts'
import { ConnectorOffsetStores } from '../cluster/distributed/connector-offset-stores.ts'
import {
  type DistributedDependencies,
  DistributedHerder,
} from '../cluster/distributed/distributed-herder.ts'
import {
  type DistributedSettings,
  distributedSettings,
} from '../cluster/distributed/distributed-settings.ts'
import { openInternalLogs } from '../cluster/distributed/internal-logs.ts'
import type { InternalTopic } from '../cluster/distributed/internal-topics.ts'
import { createLeaderClient } from '../cluster/distributed/leader-client.ts'
import { meteredGroup } from '../cluster/distributed/metered-group.ts'
import { OwnOffsetTopics } from '../cluster/distributed/own-offset-topics.ts'
import type { Herder } from '../cluster/herder.ts'
import {
  type ConnectorValidator,
  createConnectorValidator,
} from '../cluster/validation/connector-validator.ts'
import { createMembership } from '../kafka/membership.ts'
import { addAppInfo } from '../metrics/app-info.ts'
import { RebalanceMetrics } from '../metrics/rebalance-metrics.ts'
import { startRestServer } from '../rest/server.ts'
import type { Props } from '../runtime/props.ts'
import {
  type DistributedConfig,
  distributedConfig,
  parseDistributedConfig,
} from '../runtime/worker-config.ts'
import { writeRecovery } from './recovery-file.ts'
import { type TaskHosts, taskHosts } from './task-hosts.ts'
import { refuseUnrestored } from './unrestored.ts'
import { setUpWorker, type WorkerSetup } from './worker-setup.ts'

const DISTRIBUTED = 'org.apache.kafka.connect.runtime.distributed'

/** A worker of a cluster that runs; its connectors are created over REST. */
export interface DistributedWorkerProcess {
  readonly herder: Herder
  /** Where REST listens. */
  readonly urls: readonly string[]
  /** Resolves when the worker can't go on, with the reason. */
  readonly failed: Promise<unknown>
  /**
   * Keeps what the worker knows of the cluster when a topic was lost that had it.
   * @returns Path of the file.
   */
  saveKnowledge(): Promise<string>
  /** Ends REST, then tasks and connectors, then leaves the group. */
  close(): Promise<void>
  /** As `ThreadHost.held`. */
  held(): readonly string[]
}

/**
 * Starts a worker of a cluster in this process; resolves before it has joined the others.
 * @param given Properties as in a worker's file.
 * @throws ConnectError that says what is wrong with the properties, or which Kafka, topic or port
 *   can't be had.
 */
export async function startDistributed(
  given: Props,
  logging: Logging,
): Promise<DistributedWorkerProcess> {
  const setup = await setUpWorker(given, logging, distributedConfig, parseDistributedConfig)
  const { config, props, plugins, logger, environment, clients } = setup
  const hosts = taskHosts(setup, logging)
  const { clock } = environment
  const settings = distributedSettings(config)
  await refuseUnrestored(setup)
  const rest = await startRestServer(config, logging.logger, setup)
  addAppInfo(environment.metrics, rest.address, clock.now())
  const problem = problemOfUrl(rest.advertisedUrl)
  if (problem !== null) logger.warn(problem)
  const failed = Promise.withResolvers<unknown>()
  const logs = await openInternalLogs(config, props, { clients, clock, logger })
  const herder = new DistributedHerder({
    workerId: rest.address,
    url: rest.advertisedUrl,
    ...{ clock, plugins, logs, settings },
    logger: logging.logger.named(`${DISTRIBUTED}.DistributedHerder`),
    loggers: hosts.loggers,
    code: hosts.code,
    createHost: hosts.createHost,
    validator: clusterValidator(setup, settings, hosts),
    layerOffsets: offsetLayers(setup, settings, logs.offsetTopic),
    ...{ leaderClient: createLeaderClient(rest.sendToWorker), askWorker: rest.sendToWorker },
    rebalanceWaitMs: config['millrace.rest.rebalance.wait.ms'],
    sinkGroups: setup.sinkGroups,
    tracksTopics: config['topic.tracking.enable'],
    ...setup.variables,
    joinGroup: memberships(setup, rest.address),
    onFatal: failed.resolve,
  })
  await herder.start()
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
  logger.info(`Millrace ${millraceVersion} is ready: ${rest.urls.join(', ')}`)
  return {
    herder,
    urls: rest.urls,
    failed: failed.promise,
    saveKnowledge: () => writeRecovery(config['millrace.recovery.dir'], herder.knowledge()),
    async close() {
      logger.info('Stopping')
      await rest.close()
      await herder.close()
      await logs.close()
      await setup.close()
      logger.info('Stopped')
    },
    held: hosts.held,
  }
}

/** @param address Of this worker, for the name of its client. */
function memberships(
  { config, props, environment, logger }: WorkerSetup<DistributedConfig>,
  address: string,
): DistributedDependencies['joinGroup'] {
  const { metrics, clock } = environment
  const rebalances = new RebalanceMetrics(metrics)
  return (group, notify) =>
    createMembership(
      { ...props, 'client.id': config['client.id'] || `connect-${address}` },
      {
        ...membershipOptions(config),
        protocol: meteredGroup(group, rebalances),
        ...{ notify, metrics, clock },
        assigned: () => rebalances.assigned,
        logger: logger.named(`${DISTRIBUTED}.WorkerCoordinator`),
      },
    )
}

/** Offsets of connectors in topics of their own, over the topic of the workers. */
function offsetLayers(
  setup: WorkerSetup<DistributedConfig>,
  { groupId, exactlyOnce }: DistributedSettings,
  like: InternalTopic,
): DistributedDependencies['layerOffsets'] {
  const { props: workerProps, clients, logger } = setup
  const shares = { workerProps, logger, clock: setup.environment.clock }
  const isExactlyOnce = exactlyOnce === 'enabled'
  const topics = new OwnOffsetTopics({ ...shares, clients, groupId, isExactlyOnce, like })
  const { resolve } = setup.variables
  return (shared, configOf) =>
    new ConnectorOffsetStores({ ...shares, shared, configOf, resolve, topics })
}

function membershipOptions(config: DistributedConfig) {
  return {
    groupId: config['group.id'],
    sessionTimeoutMs: config['session.timeout.ms'],
    heartbeatIntervalMs: config['heartbeat.interval.ms'],
    rebalanceTimeoutMs: config['rebalance.timeout.ms'],
  }
}

function clusterValidator(
  { config, overrides, sinkGroups }: WorkerSetup<DistributedConfig>,
  { groupId, exactlyOnce }: DistributedSettings,
  { code }: TaskHosts,
): ConnectorValidator {
  return createConnectorValidator({
    code,
    worker: config,
    overrides,
    cluster: (connector) => ({
      groupId,
      isExactlyOnce: exactlyOnce === 'enabled',
      consumerGroup: sinkGroups.groupId(connector, {}),
    }),
  })
}
