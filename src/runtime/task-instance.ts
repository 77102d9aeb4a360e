import { messageOf, traceOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { TaskMetrics } from '../metrics/task-metrics.ts'
import { ensureOverridesAllowed } from './config/override-policy.ts'
import { statusOf } from './metered-host.ts'
import { AddedMetrics } from './plugin-metrics.ts'
import { propOf } from './props.ts'
import { buildSinkTask } from './sink-task-work.ts'
import { buildSourceTask } from './source-task-work.ts'
import { aborted, TaskControl } from './task-control.ts'
import { describeTask } from './task-description.ts'
import type { TaskEnvironment } from './task-environment.ts'
import type { StateReport, TaskAssignment, TaskId } from './task-host.ts'
import { type TaskEvent, type TaskPhase, transition } from './task-lifecycle.ts'
import type { TaskWork } from './task-work.ts'

/** One task from its start to its end. Failures are reported, nothing here rejects. */
export class TaskInstance {
  readonly id: TaskId
  /** Resolves when everything that the task needs was made, or could not be. */
  readonly built: Promise<void>
  /** Resolves when nothing of the task runs any more. */
  readonly ended: Promise<void>
  readonly #env: TaskEnvironment
  readonly #metrics: TaskMetrics
  readonly #control: TaskControl
  readonly #pluginMetrics: AddedMetrics
  readonly #logger: Logger
  #phase: TaskPhase = 'new'
  #work: TaskWork | null = null

  constructor(env: TaskEnvironment, assignment: TaskAssignment) {
    this.id = assignment.id
    this.#env = env
    this.#control = new TaskControl(assignment.target)
    this.#metrics = new TaskMetrics(env.metrics, assignment.id)
    this.#pluginMetrics = new AddedMetrics(env.metrics, this.#metrics.tags)
    this.#logger = env.logger
      .named('org.apache.kafka.connect.runtime.WorkerTask')
      .within(`${this.id.connector}|task-${this.id.task}`)
    const built = Promise.withResolvers<void>()
    this.built = built.promise
    this.ended = this.#run(assignment, built.resolve).finally(built.resolve)
  }

  setTarget(target: TaskAssignment['target']): void {
    if (target === 'STOPPED') this.stop()
    else this.#control.setTarget(target)
  }

  stop(): void {
    this.#note('stop-requested')
    this.#control.stop()
  }

  /** The worker waits no longer: nothing is reported any more, nothing is committed. */
  cancel(): void {
    this.#note('cancelled')
    this.#control.cancel()
  }

  /** Nobody asks for the task any more. */
  closeMetrics(): void {
    this.#pluginMetrics.close()
    this.#metrics.close()
  }

  async #run(assignment: TaskAssignment, onBuilt: () => void): Promise<void> {
    try {
      const work = await this.#build(assignment)
      this.#work = work
      onBuilt()
      await this.#live(work)
      this.#note('ended')
    } catch (error) {
      if (this.#control.stopping) {
        this.#logger.warn(`The task failed while it was stopping: ${messageOf(error)}`, error)
      } else {
        this.#logger.error(`The task failed: ${messageOf(error)}`, error)
      }
      this.#note('failed', error)
    }
  }

  async #build(assignment: TaskAssignment): Promise<TaskWork> {
    const { plugins, workerProps } = this.#env
    const { connectorProps } = assignment
    const plugin = await plugins.find(
      'connector',
      propOf(connectorProps, 'connector.class') ?? '',
      propOf(connectorProps, 'connector.plugin.version'),
    )
    await ensureOverridesAllowed(this.#env, plugin, connectorProps)
    const task = {
      env: this.#env,
      assignment,
      control: this.#control,
      metrics: this.#metrics,
      pluginMetrics: this.#pluginMetrics,
      logger: this.#logger,
      onPaused: () => this.#note('paused'),
      onResumed: () => this.#note('resumed'),
    }
    this.#metrics.describe(await describeTask(plugin, plugins, connectorProps, workerProps))
    return plugin.kind === 'source' ? buildSourceTask(plugin, task) : buildSinkTask(plugin, task)
  }

  async #live(work: TaskWork): Promise<void> {
    const control = this.#control
    const onCancel = () => work.cancel()
    control.cancelSignal.addEventListener('abort', onCancel)
    try {
      if (control.paused) this.#note('paused')
      while (control.paused && !control.stopping) await aborted(control.changeSignal)
      if (control.stopping) return
      await work.start()
      this.#note('started')
      await work.run()
    } finally {
      await work.close()
      control.cancelSignal.removeEventListener('abort', onCancel)
    }
  }

  #note(event: TaskEvent, error?: unknown): void {
    const { to, report } = transition(this.#phase, event)
    this.#phase = to
    if (report === null) return
    this.#metrics.changeStatus(statusOf(report))
    const failure = report === 'FAILED' ? this.#failureOf(error) : {}
    this.#env.events.onTaskState(this.id, { state: report, ...failure })
  }
  #failureOf(error: unknown): Omit<StateReport, 'state'> {
    const texts = { trace: traceOf(error), message: messageOf(error) }
    return this.#work === null ? { ...texts, unbuilt: true } : texts
  }
}
