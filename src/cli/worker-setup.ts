import { systemClock } from '../base/clock.ts'
import { ConnectError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Logging } from '../base/logger-pino.ts'
import type { SinkGroups } from '../cluster/connector-offsets.ts'
import type { ConfigDefinition } from '../config/definition.ts'
import type { ClassResolver } from '../config/parse.ts'
import type { ConfigProps } from '../config/props.ts'
import { Secrets } from '../config/secrets.ts'
import { type Resolve, resolveVariables } from '../config/variables.ts'
import type { KafkaClients } from '../kafka/client.ts'
import { createKafkaClients } from '../kafka/clients.ts'
import { MetricsRegistry } from '../metrics/registry.ts'
import { adminProps, sinkConsumerProps } from '../runtime/client-props.ts'
import { workerKeyNotices } from '../runtime/config/client-key-notices.ts'
import { createOverridePolicy } from '../runtime/config/override-policy.ts'
import { closeProviders, createProviders } from '../runtime/config-providers.ts'
import { scanPluginPath } from '../runtime/plugin-loader.ts'
import { createPluginRegistry } from '../runtime/plugin-registry.ts'
import type { PluginRegistry } from '../runtime/plugins.ts'
import { listOf, type Props, propOf } from '../runtime/props.ts'
import type { TaskEnvironment, TaskSettings } from '../runtime/task-environment.ts'
import { unknownWorkerKeys, type WorkerConfig } from '../runtime/worker-config.ts'
import type { OverridePolicy } from '../sdk/override-policy.ts'
import { builtinPlugins } from './builtin.ts'

export type WorkerProps = Props & { readonly 'bootstrap.servers': string }

/** What workers of both modes are made of. */
export interface WorkerSetup<C extends WorkerConfig> {
  readonly config: C
  /** As in the worker's file, variables resolved. */
  readonly props: WorkerProps
  readonly logger: Logger
  readonly plugins: PluginRegistry
  /** `plugin.path`, where variables don't stand for anything. */
  readonly pluginPath: readonly string[]
  readonly clients: KafkaClients
  readonly sinkGroups: SinkGroups
  readonly kafkaClusterId: string
  /** Of the hosts of this worker. */
  readonly environment: Omit<TaskEnvironment, 'events'>
  /** Which client settings connectors may set. */
  readonly overrides: OverridePolicy
  readonly variables: {
    readonly resolve: Resolve
    /** A text for people, with variables in place of the values of config providers. */
    hide(text: string): string
  }
  /** Closes the config providers. */
  close(): Promise<void>
}

/** How long a start may be silent. */
const REMINDER_MS = 3000

/**
 * Reads a worker's properties, loads its plug-ins and waits for Kafka.
 * @throws ConnectError that says what is wrong with the properties, or which Kafka can't be had.
 */
export async function setUpWorker<C extends WorkerConfig>(
  given: Props,
  logging: Logging,
  definition: ConfigDefinition,
  parse: (props: ConfigProps, classes: ClassResolver) => C,
): Promise<WorkerSetup<C>> {
  const clock = systemClock
  const logger = logging.logger.named('org.apache.kafka.connect.runtime.Worker')
  for (const problem of unknownWorkerKeys(definition, given)) logger.warn(problem)
  tellClientKeys(given, definition, logger)
  const pluginPath = listOf(given, 'plugin.path')
  const plugins = loadPlugins(pluginPath, given, logger)
  const secrets = new Secrets()
  const hide = (text: string) => secrets.hide(text)
  logging.rewrite((line) => secrets.hideInJson(line))
  const providers = await createProviders(given, { plugins, logger, clock, secrets })
  const resolve: Resolve = (unresolved) => resolveVariables(unresolved, providers)
  const props = (await resolve(given)).props as WorkerProps
  const config = parse(props, (name) => plugins.entries(name)[0]?.class ?? null)
  const overrides = await createOverridePolicy(plugins, props)
  const metrics = new MetricsRegistry({
    samples: config['metrics.num.samples'],
    windowMs: Math.max(config['metrics.sample.window.ms'], 1),
    elapsed: clock.elapsed,
  })
  const clients = createKafkaClients({ clock, logger: logging.logger, metrics })
  const kafkaClusterId = await clusterId(clients, props, logger)
  return {
    config,
    props,
    logger,
    plugins,
    pluginPath,
    clients,
    sinkGroups: sinkGroupsOf(clients, props),
    kafkaClusterId,
    environment: {
      workerProps: props,
      settings: taskSettings(config),
      plugins,
      clients,
      metrics,
      clock,
      random: Math.random,
      logger: logging.logger,
    },
    overrides,
    variables: { resolve, hide },
    close: () => closeProviders(providers, logger),
  }
}

/** @throws ConnectError CONFIG_INVALID for a setting of clients that can't be had. */
function tellClientKeys(given: Props, { keys }: ConfigDefinition, logger: Logger): void {
  for (const { level, message } of workerKeyNotices(given, keys)) {
    if (level === 'refused') throw new ConnectError(message, { code: 'CONFIG_INVALID' })
    logger.warn(message)
  }
}

/** @throws ConnectError CONFIG_INVALID with `plugin.discovery=hybrid_fail` for what can't be used. */
function loadPlugins(path: readonly string[], given: Props, logger: Logger): PluginRegistry {
  const { entries, problems } = scanPluginPath(path)
  const mode = propOf(given, 'plugin.discovery')?.toLowerCase()
  if (mode === 'hybrid_fail' && problems.length > 0) {
    throw new ConnectError(
      `${problems.join('; ')}. To silence this error, set plugin.discovery=hybrid_warn in the worker config.`,
      { code: 'CONFIG_INVALID' },
    )
  }
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

function taskSettings(config: WorkerConfig): TaskSettings {
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
