import { ConnectError } from '../base/errors.ts'
import type { Logging } from '../base/logger-pino.ts'
import { millraceVersion } from '../base/version.ts'
import { DistributedHerder } from '../cluster/distributed/distributed-herder.ts'
import type { DistributedSettings } from '../cluster/distributed/distributed-worker.ts'
import { openInternalLogs } from '../cluster/distributed/internal-logs.ts'
import { sendTasks } from '../cluster/distributed/leader-client.ts'
import { macAlgorithm, type SessionKeySettings } from '../cluster/distributed/session-keys.ts'
import type { ProtocolName } from '../cluster/distributed/worker-protocol.ts'
import type { Herder } from '../cluster/herder.ts'
import { createMembership } from '../kafka/membership.ts'
import { startRestServer } from '../rest/server.ts'
import { InProcessHost } from '../runtime/in-process-host.ts'
import type { Props } from '../runtime/props.ts'
import {
  type DistributedConfig,
  distributedConfig,
  parseDistributedConfig,
} from '../runtime/worker-config.ts'
import { setUpWorker } from './worker-setup.ts'

/** A worker of a cluster that runs; its connectors are created over REST. */
export interface DistributedWorkerProcess {
  readonly herder: Herder
  /** Where REST listens. */
  readonly urls: readonly string[]
  /** Resolves when the worker can't go on, with the reason. */
  readonly failed: Promise<unknown>
  /** Ends REST, then tasks and connectors, then leaves the group. */
  close(): Promise<void>
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
  const settings = distributedSettings(config)
  const { clock } = environment
  const rest = await startRestServer(config, logging.logger)
  const failed = Promise.withResolvers<unknown>()
  const logs = await openInternalLogs(config, props, { clients, clock, logger })
  const herder = new DistributedHerder({
    workerId: rest.address,
    url: `http://${rest.address}/`,
    clock,
    logger: logging.logger,
    loggers: logging.registry,
    plugins,
    validator: setup.validator,
    logs,
    settings,
    rebalanceWaitMs: config['millrace.rest.rebalance.wait.ms'],
    sinkGroups: setup.sinkGroups,
    tracksTopics: config['topic.tracking.enable'],
    resolve: setup.resolve,
    sendTasks,
    createHost: (events) => new InProcessHost({ ...environment, events }),
    joinGroup: (protocol, notify) =>
      createMembership(
        { ...props, 'client.id': config['client.id'] || `connect-${rest.address}` },
        {
          groupId: config['group.id'],
          protocol,
          sessionTimeoutMs: config['session.timeout.ms'],
          heartbeatIntervalMs: config['heartbeat.interval.ms'],
          rebalanceTimeoutMs: config['rebalance.timeout.ms'],
          notify,
          clock,
          logger: logging.logger.named(
            'org.apache.kafka.connect.runtime.distributed.WorkerCoordinator',
          ),
        },
      ),
    onFatal: failed.resolve,
  })
  await herder.start()
  rest.serve({
    herder,
    plugins,
    loggers: logging.registry,
    version: millraceVersion,
    commit: 'unknown',
    kafkaClusterId: setup.kafkaClusterId,
    tracksTopics: config['topic.tracking.enable'],
    allowsTopicReset: config['topic.tracking.allow.reset'],
  })
  logger.info(`Millrace ${millraceVersion} is ready: ${rest.urls.join(', ')}`)
  return {
    herder,
    urls: rest.urls,
    failed: failed.promise,
    async close() {
      logger.info('Stopping')
      await rest.close()
      await herder.close()
      await logs.close()
      logger.info('Stopped')
    },
  }
}

/** @throws ConnectError CONFIG_INVALID */
function distributedSettings(config: DistributedConfig): DistributedSettings {
  const names = { eager: 'default', compatible: 'compatible', sessioned: 'sessioned' } as const
  const protocol: ProtocolName =
    names[config['connect.protocol'].toLowerCase() as keyof typeof names]
  return {
    protocol,
    delayMaxMs: config['scheduled.rebalance.max.delay.ms'],
    syncTimeoutMs: config['worker.sync.timeout.ms'],
    unsyncBackoffMs: config['worker.unsync.backoff.ms'],
    sessionKeys: sessionKeySettings(config),
  }
}

function sessionKeySettings(config: DistributedConfig): SessionKeySettings {
  const verificationAlgorithms = config['inter.worker.verification.algorithms']
  const signatureAlgorithm = config['inter.worker.signature.algorithm']
  const keyAlgorithm = config['inter.worker.key.generation.algorithm']
  for (const [key, name] of [
    ['inter.worker.key.generation.algorithm', keyAlgorithm],
    ['inter.worker.signature.algorithm', signatureAlgorithm],
    ...verificationAlgorithms.map((each) => ['inter.worker.verification.algorithms', each]),
  ] as const) {
    if (macAlgorithm(name ?? '') === null) {
      throw invalid(`Invalid value ${name} for configuration ${key}: there is no such algorithm`)
    }
  }
  if (verificationAlgorithms.length === 0) {
    throw invalid('At least one signature verification algorithm must be provided')
  }
  if (!verificationAlgorithms.includes(signatureAlgorithm)) {
    throw invalid(
      'Signature algorithm must be present in inter.worker.verification.algorithms list',
    )
  }
  const bits = config['inter.worker.key.size']
  return {
    ttlMs: config['inter.worker.key.ttl.ms'],
    keyAlgorithm,
    keyBytes: bits === null ? (macAlgorithm(keyAlgorithm)?.keyBytes ?? 0) : Math.ceil(bits / 8),
    signatureAlgorithm,
    verificationAlgorithms,
  }
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID' })
}
