import { parseConfig } from '../config/parse.ts'
import { SourceTaskMetrics } from '../metrics/source-task-metrics.ts'
import type { SourceConnectorPlugin } from '../sdk/plugin.ts'
import type { SourceTaskContext, TransactionContext } from '../sdk/source-task.ts'
import { adminProps, taskAdminId } from './client-props.ts'
import { topicGroups } from './config/topic-groups.ts'
import { parseSourceConfig } from './connector-config.ts'
import { offsetReader } from './offsets/offset-reader.ts'
import { SourceConversion } from './source-conversion.ts'
import { sourceGuarantee } from './source-guarantee.ts'
import { runSourceLoop } from './source-loop.ts'
import { SourceSender } from './source-sender.ts'
import { cancelledTask } from './task-control.ts'
import { errorHandling } from './task-options.ts'
import { createConverters, createTransformChain } from './task-plugins.ts'
import {
  closeAll,
  closePlugins,
  errorOperator,
  logReporters,
  type TaskBuild,
  type TaskWork,
} from './task-work.ts'
import { topicCreation } from './topic-creation.ts'

/** Time that what is unsent gets when a task ends. */
const CLOSE_TIMEOUT_MS = 30_000

export async function buildSourceTask(
  plugin: SourceConnectorPlugin,
  build: TaskBuild,
): Promise<TaskWork> {
  const { env, assignment, control, onResumed } = build
  const logger = build.logger.named('org.apache.kafka.connect.runtime.WorkerSourceTask')
  const { connectorProps, taskProps } = assignment
  const { clock } = env
  const task = plugin.createTask()
  const config = parseConfig(plugin.taskConfig ?? plugin.config, taskProps)
  const chain = await createTransformChain(env.plugins, connectorProps)
  const converters = await createConverters(env.plugins, connectorProps, env.workerProps)
  const settings = parseSourceConfig(connectorProps)
  const metrics = new SourceTaskMetrics(build.metrics, assignment.exactlyOnce !== undefined)
  const errors = errorOperator(build, errorHandling(settings), logReporters(build, settings))
  const parts = { build, task, settings, metrics, errors, logger }
  const guarantee = sourceGuarantee(assignment.exactlyOnce, parts)
  const { producer, delivery, onBatch, onPaused } = guarantee
  const sender = new SourceSender({
    conversion: new SourceConversion(chain, converters),
    ...{ producer, delivery, errors, control, clock, logger },
    ensureTopic: topicCreator(build),
  })
  let initialized = false
  return {
    async start() {
      await guarantee.open()
      if (control.stopping) return
      initialized = true
      await task.initialize(taskContext(build, plugin.taskClass, guarantee.transactions))
      await task.start(config)
    },
    async run() {
      // A stop may come first.
      if (!initialized) return
      await guarantee.run(() =>
        runSourceLoop({
          ...{ task, sender, delivery, control, metrics, clock, logger },
          ...{ onBatch, onPaused, onResumed },
        }),
      )
    },
    close: () =>
      closeAll(logger, [
        ['task', () => (initialized ? task.stop() : undefined)],
        ['producer', () => producer.close(control.cancelled ? 0 : CLOSE_TIMEOUT_MS)],
        ...closePlugins(chain, converters),
      ]),
    cancel() {
      void closeAll(logger, [['producer', () => producer.close(0)]])
    },
  }
}

/** null where the worker or the connector's settings leave it to the broker. */
function topicCreator({ env, assignment, logger }: TaskBuild) {
  const { id, connectorProps } = assignment
  const groups = env.settings.topicCreation ? topicGroups(connectorProps) : null
  if (groups === null) return null
  const props = { worker: env.workerProps, connector: connectorProps }
  const clientProps = adminProps(props, taskAdminId(id))
  return topicCreation(() => env.clients.admin(clientProps), groups, logger)
}

function taskContext(
  { env, assignment, control, pluginMetrics, logger }: TaskBuild,
  taskClass: string,
  transactions: TransactionContext | null,
): SourceTaskContext {
  const { id } = assignment
  return {
    transactions,
    offsets: offsetReader(async (partitions) => {
      if (control.cancelled) throw cancelledTask()
      return env.events.readOffsets(id.connector, partitions)
    }),
    configs: () => env.events.taskProps(id),
    log: logger.named(taskClass),
    pluginMetrics: () => pluginMetrics,
  }
}
