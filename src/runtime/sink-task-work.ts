import { parseConfig } from '../config/parse.ts'
import { SinkTaskMetrics } from '../metrics/sink-task-metrics.ts'
import type { SinkConnectorPlugin } from '../sdk/plugin.ts'
import type { TopicPartition } from '../sdk/sink-task.ts'
import {
  adminProps,
  deadLetterAdminId,
  deadLetterProducerProps,
  sinkConsumerProps,
} from './client-props.ts'
import { parseSinkConfig, type SinkConfig, sinkTopics } from './connector-config.ts'
import {
  createDeadLetterTopic,
  type DeadLetterOptions,
  DeadLetterQueue,
} from './errors/dead-letter.ts'
import { ErrantReporter } from './errors/errant-reporter.ts'
import { SinkCommits } from './sink-commits.ts'
import { SinkContext } from './sink-context.ts'
import { SinkConversion } from './sink-conversion.ts'
import { SinkLoop } from './sink-loop.ts'
import type { TaskAssignment } from './task-host.ts'
import { deadLetterOptions, errorHandling } from './task-options.ts'
import { createConverters, createTransformChain } from './task-plugins.ts'
import {
  closeAll,
  closePlugins,
  errorOperator,
  logReporters,
  type TaskBuild,
  type TaskWork,
  topicTracker,
} from './task-work.ts'

/** Time that letters which are unsent get when a task ends. */
const CLOSE_TIMEOUT_MS = 30_000

export async function buildSinkTask(
  plugin: SinkConnectorPlugin,
  build: TaskBuild,
): Promise<TaskWork> {
  const { env, assignment, control, onPaused, onResumed } = build
  const logger = build.logger.named('org.apache.kafka.connect.runtime.WorkerSinkTask')
  const { id, connectorProps, taskProps } = assignment
  const task = plugin.createTask()
  const config = parseConfig(plugin.taskConfig ?? plugin.config, taskProps)
  const chain = await createTransformChain(env.plugins, connectorProps)
  const converters = await createConverters(env.plugins, connectorProps, env.workerProps)
  const clientProps = { worker: env.workerProps, connector: connectorProps }
  const consumer = env.clients.consumer(sinkConsumerProps(clientProps, id), build.logger)
  const settings = configOf(assignment)
  const { errors, reports, letters } = await openReports(build, settings)
  const reported = async (partitions: readonly TopicPartition[]) =>
    letters?.queue.settled(partitions)
  const errant = reports ? new ErrantReporter(errors, converters, reported) : null
  const context = new SinkContext({
    consumer,
    control,
    configs: () => env.events.taskProps(id),
    errantRecordReporter: errant,
    log: build.logger.named(plugin.taskClass),
    pluginMetrics: build.pluginMetrics,
  })
  const metrics = new SinkTaskMetrics(build.metrics, () => commits.progress)
  const shared = { task, consumer, control, metrics, clock: env.clock, logger }
  const commits = new SinkCommits({
    ...shared,
    reported,
    timeoutMs: env.settings.offsetFlushTimeoutMs,
  })
  const loop = new SinkLoop({
    ...shared,
    conversion: new SinkConversion(chain, converters, reports),
    commits,
    context,
    errors,
    throwIfReportFailed: () => errant?.throwIfFailed(),
    onLost: (partitions) => letters?.queue.forget(partitions),
    onTopicUsed: topicTracker(build),
    onPaused,
    onResumed,
    commitIntervalMs: env.settings.offsetFlushIntervalMs,
  })
  let initialized = false
  return {
    async start() {
      await consumer.subscribe(sinkTopics(settings), loop.listener)
      initialized = true
      await task.initialize(context)
      await task.start(config)
    },
    run: () => loop.run(),
    close: () =>
      closeAll(logger, [
        ['task', () => (initialized ? task.stop() : undefined)],
        ['consumer', () => consumer.close()],
        ['dead letter queue', () => letters?.close(control.cancelled ? 0 : CLOSE_TIMEOUT_MS)],
        ...closePlugins(chain, converters),
      ]),
    cancel() {
      void closeAll(logger, [['consumer', () => consumer.close()]])
    },
  }
}

/** The topics that the connector gave its task. */
function configOf({ connectorProps, taskProps }: TaskAssignment): SinkConfig {
  const topics = Object.entries(taskProps).filter(([key]) => /^topics(\.regex)?$/.test(key))
  return parseSinkConfig({ ...connectorProps, ...Object.fromEntries(topics) })
}

/** Where failed records of this task go. */
async function openReports(build: TaskBuild, config: SinkConfig) {
  const letters = await openDeadLetters(build, deadLetterOptions(config))
  const reporters = [
    ...logReporters(build, config),
    ...(letters === null ? [] : [letters.queue.report.bind(letters.queue)]),
  ]
  const errors = errorOperator(build, errorHandling(config), reporters)
  return { errors, letters, reports: reporters.length > 0 }
}

async function openDeadLetters(
  { env, assignment, metrics, logger }: TaskBuild,
  options: DeadLetterOptions | null,
) {
  if (options === null) return null
  const { id, connectorProps } = assignment
  const props = { worker: env.workerProps, connector: connectorProps }
  const admin = env.clients.admin(adminProps(props, deadLetterAdminId(id)))
  try {
    await createDeadLetterTopic(admin, options)
  } finally {
    await admin.close()
  }
  const producer = env.clients.producer(deadLetterProducerProps(props, id), logger)
  return {
    queue: new DeadLetterQueue({ id, options, producer, metrics: metrics.errors, logger }),
    close: (timeoutMs: number) => producer.close(timeoutMs),
  }
}
