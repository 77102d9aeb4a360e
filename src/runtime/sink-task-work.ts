import { parseConfig } from '../config/parse.ts'
import type { SinkConnectorPlugin } from '../sdk/plugin.ts'
import type { TopicPartition } from '../sdk/sink-task.ts'
import {
  adminProps,
  deadLetterAdminId,
  deadLetterProducerProps,
  sinkConsumerProps,
} from './client-props.ts'
import { createDeadLetterTopic, DeadLetterQueue } from './errors/dead-letter.ts'
import { ErrantReporter } from './errors/errant-reporter.ts'
import { logReporter } from './errors/log-reporter.ts'
import { listOf, type Props, propOf } from './props.ts'
import { SinkCommits } from './sink-commits.ts'
import { SinkContext } from './sink-context.ts'
import { SinkConversion } from './sink-conversion.ts'
import { SinkLoop } from './sink-loop.ts'
import { type ErrorSettings, readErrorSettings } from './task-options.ts'
import { createConverters, createTransformChain } from './task-plugins.ts'
import {
  closeAll,
  closePlugins,
  errorOperator,
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
  const { env, assignment, control, logger, onPaused, onResumed } = build
  const { id, connectorProps, taskProps } = assignment
  const { settings, clock } = env
  const task = plugin.createTask()
  const config = parseConfig(plugin.taskConfig ?? plugin.config, taskProps)
  const chain = await createTransformChain(env.plugins, connectorProps)
  const converters = await createConverters(env.plugins, connectorProps, env.workerProps)
  const clientProps = { worker: env.workerProps, connector: connectorProps }
  const consumer = env.clients.consumer(sinkConsumerProps(clientProps, id))
  const { errors, reports, letters } = await openReports(build)
  const reported = async (partitions: readonly TopicPartition[]) =>
    letters?.queue.settled(partitions)
  const errant = reports ? new ErrantReporter(errors, converters, reported) : null
  const context = new SinkContext({
    consumer,
    control,
    configs: () => env.events.taskProps(id),
    errantRecordReporter: errant,
    log: logger,
  })
  const commits = new SinkCommits({
    task,
    consumer,
    control,
    reported,
    timeoutMs: settings.offsetFlushTimeoutMs,
    clock,
    logger,
  })
  const loop = new SinkLoop({
    task,
    consumer,
    conversion: new SinkConversion(chain, converters, reports),
    commits,
    context,
    errors,
    throwIfReportFailed: () => errant?.throwIfFailed(),
    onLost: (partitions) => letters?.queue.forget(partitions),
    onTopicUsed: topicTracker(build),
    control,
    onPaused,
    onResumed,
    commitIntervalMs: settings.offsetFlushIntervalMs,
    clock,
    logger,
  })
  let initialized = false
  return {
    async start() {
      await consumer.subscribe(topicsOf(taskProps), loop.listener)
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

/** A list, or an expression that matches whole names. */
function topicsOf(props: Props): readonly string[] | RegExp {
  const topics = [...new Set(listOf(props, 'topics'))]
  if (topics.length > 0) return topics
  return new RegExp(`^(?:${propOf(props, 'topics.regex') ?? ''})$`)
}

/** Where failed records of this task go. */
async function openReports(build: TaskBuild) {
  const { id, connectorProps } = build.assignment
  const settings = readErrorSettings(connectorProps)
  const { handling, log } = settings
  const letters = await openDeadLetters(build, settings)
  const reporters = [
    ...(log.enabled ? [logReporter(id, log.includeMessages, build.logger)] : []),
    ...(letters === null ? [] : [letters.queue.report.bind(letters.queue)]),
  ]
  const errors = errorOperator(build, handling, reporters)
  return { errors, letters, reports: reporters.length > 0 }
}

async function openDeadLetters(
  { env, assignment, logger }: TaskBuild,
  { deadLetter: options }: ErrorSettings,
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
  const producer = env.clients.producer(deadLetterProducerProps(props, id))
  return {
    queue: new DeadLetterQueue({ id, options, producer, logger }),
    close: (timeoutMs: number) => producer.close(timeoutMs),
  }
}
