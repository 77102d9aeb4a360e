import { ConnectError } from '../base/errors.ts'
import { parseConfig } from '../config/parse.ts'
import type { SourceConnectorPlugin } from '../sdk/plugin.ts'
import type { SourceTask, SourceTaskContext } from '../sdk/source-task.ts'
import { adminProps, sourceProducerProps, taskAdminId } from './client-props.ts'
import { topicGroups } from './config/topic-groups.ts'
import { parseSourceConfig } from './connector-config.ts'
import { offsetReader } from './offsets/offset-reader.ts'
import { SourceConversion } from './source-conversion.ts'
import { runSourceLoop } from './source-loop.ts'
import { SourceOffsets } from './source-offsets.ts'
import { SourceSender } from './source-sender.ts'
import type { SubmittedRecords } from './submitted-records.ts'
import { errorHandling } from './task-options.ts'
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
import { topicCreation } from './topic-creation.ts'

/** Time that what is unsent gets when a task ends. */
const CLOSE_TIMEOUT_MS = 30_000

export async function buildSourceTask(
  plugin: SourceConnectorPlugin,
  build: TaskBuild,
): Promise<TaskWork> {
  const { env, assignment, control, onPaused, onResumed } = build
  const logger = build.logger.named('org.apache.kafka.connect.runtime.WorkerSourceTask')
  const { id, connectorProps, taskProps } = assignment
  const { clients, clock } = env
  const task = plugin.createTask()
  const config = parseConfig(plugin.taskConfig ?? plugin.config, taskProps)
  const chain = await createTransformChain(env.plugins, connectorProps)
  const converters = await createConverters(env.plugins, connectorProps, env.workerProps)
  const settings = parseSourceConfig(connectorProps)
  const clientProps = { worker: env.workerProps, connector: connectorProps }
  const producer = clients.producer(sourceProducerProps(clientProps, id), build.logger)
  const topics = createsTopics(build)
  const sender = new SourceSender({
    conversion: new SourceConversion(chain, converters),
    producer,
    ensureTopic: topics?.ensure ?? null,
    errors: errorOperator(build, errorHandling(settings), logReporters(build, settings)),
    onRecord: task.commitRecord?.bind(task) ?? null,
    onTopicUsed: topicTracker(build),
    control,
    clock,
    logger,
  })
  const offsets = sourceOffsets(build, task, sender.submitted)
  let initialized = false
  return {
    async start() {
      initialized = true
      await task.initialize(taskContext(build, plugin.taskClass))
      await task.start(config)
    },
    run: () =>
      runSourceLoop({ task, sender, offsets, control, onPaused, onResumed, clock, logger }),
    close: () =>
      closeAll(logger, [
        ['task', () => (initialized ? task.stop() : undefined)],
        ['producer', () => producer.close(control.cancelled ? 0 : CLOSE_TIMEOUT_MS)],
        ['admin client', () => topics?.close()],
        ...closePlugins(chain, converters),
      ]),
    cancel() {
      void closeAll(logger, [['producer', () => producer.close(0)]])
    },
  }
}

/** null where the worker or the connector's settings leave it to the broker. */
function createsTopics({ env, assignment, logger }: TaskBuild) {
  const { id, connectorProps } = assignment
  const groups = env.settings.topicCreation ? topicGroups(connectorProps) : null
  if (groups === null) return null
  const props = { worker: env.workerProps, connector: connectorProps }
  const admin = env.clients.admin(adminProps(props, taskAdminId(id)))
  return { ensure: topicCreation(admin, groups, logger), close: () => admin.close() }
}

function sourceOffsets(
  { env, assignment, control, logger }: TaskBuild,
  task: SourceTask,
  submitted: SubmittedRecords,
): SourceOffsets {
  const { settings, events, clock } = env
  return new SourceOffsets({
    submitted,
    async write(offsets) {
      if (control.cancelled) throw cancelled()
      await events.writeOffsets(assignment.id.connector, offsets)
    },
    onCommitted: task.commit?.bind(task) ?? null,
    intervalMs: settings.offsetFlushIntervalMs,
    timeoutMs: settings.offsetFlushTimeoutMs,
    clock,
    logger,
  })
}

function taskContext(
  { env, assignment, control, logger }: TaskBuild,
  taskClass: string,
): SourceTaskContext {
  const { id } = assignment
  return {
    offsets: offsetReader(async (partitions) => {
      if (control.cancelled) throw cancelled()
      return env.events.readOffsets(id.connector, partitions)
    }),
    configs: () => env.events.taskProps(id),
    log: logger.named(taskClass),
  }
}

function cancelled(): ConnectError {
  return new ConnectError('The task was cancelled: its worker no longer waits for it', {
    code: 'WORKER_STATE',
  })
}
