import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { TaskMetrics } from '../metrics/task-metrics.ts'
import type { PluginMetrics } from '../sdk/plugin-metrics.ts'
import type { ConnectorConfig } from './connector-config.ts'
import type { Reporter } from './errors/failure.ts'
import { logReporter } from './errors/log-reporter.ts'
import { type ErrorHandling, ErrorOperator } from './errors/operator.ts'
import type { RecordConverters } from './record-converters.ts'
import type { TaskControl } from './task-control.ts'
import type { TaskEnvironment } from './task-environment.ts'
import type { TaskAssignment } from './task-host.ts'
import type { TransformChain } from './transform-chain.ts'

/** A source or sink task with its clients, ready to start. */
export interface TaskWork {
  /** Initializes and starts the task. */
  start(): Promise<void>
  /** Moves records until the task shall stop. */
  run(): Promise<void>
  /** Stops the task if it was started, then closes everything. Does not throw. */
  close(): Promise<void>
  /** Lets go of what a hanging task may still use. */
  cancel(): void
}

/** What a task is built for. */
export interface TaskBuild {
  readonly env: TaskEnvironment
  readonly assignment: TaskAssignment
  readonly control: TaskControl
  readonly metrics: TaskMetrics
  readonly pluginMetrics: PluginMetrics
  readonly logger: Logger
  readonly onPaused: () => void
  readonly onResumed: () => void
}

export function errorOperator(
  { env, control, metrics, logger }: TaskBuild,
  handling: ErrorHandling,
  reporters: readonly Reporter[],
): ErrorOperator {
  const { clock, random } = env
  return new ErrorOperator({
    handling,
    reporters,
    clock,
    random,
    stopSignal: control.stopSignal,
    metrics: metrics.errors,
    logger,
  })
}

/** The error log, where it is enabled. */
export function logReporters(
  { assignment, metrics, logger }: TaskBuild,
  config: ConnectorConfig,
): readonly Reporter[] {
  if (!config['errors.log.enable']) return []
  const report = logReporter(assignment.id, config['errors.log.include.messages'], logger)
  return [
    (failure) => {
      metrics.errors.logged()
      return report(failure)
    },
  ]
}

/** Between two notes of the same topic: what is known of topics may be reset meanwhile. */
const TOPIC_NOTE_MS = 2000

/** Tells of each topic that is in use, but not with each record. */
export function topicTracker({ env, assignment }: TaskBuild): (topic: string) => void {
  const { clock, events } = env
  const toldAtMs = new Map<string, number>()
  return (topic) => {
    const nowMs = clock.elapsed()
    if (nowMs - (toldAtMs.get(topic) ?? Number.NEGATIVE_INFINITY) < TOPIC_NOTE_MS) return
    toldAtMs.set(topic, nowMs)
    events.onTopicUsed(assignment.id, topic)
  }
}

export type CloseStep = readonly [what: string, close: () => void | Promise<void>]

/** Closes things one after the other; a failure is logged and the next is closed all the same. */
export async function closeAll(logger: Logger, steps: readonly CloseStep[]): Promise<void> {
  for (const [what, close] of steps) {
    try {
      await close()
    } catch (error) {
      logger.warn(`Could not close the ${what}: ${messageOf(error)}`, error)
    }
  }
}

export function closePlugins(
  chain: TransformChain,
  { key, value, header }: RecordConverters,
): readonly CloseStep[] {
  return [
    ['transforms', () => chain.close()],
    ['key converter', () => key.converter.close?.()],
    ['value converter', () => value.converter.close?.()],
    ['header converter', () => header.converter.close?.()],
  ]
}
