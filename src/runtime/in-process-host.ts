import { isMainThread } from 'node:worker_threads'
import type { ConfigProps } from '../config/props.ts'
import { ConnectorInstance } from './connector-instance.ts'
import { alreadyThere, notThere } from './host-errors.ts'
import { propOf } from './props.ts'
import type { TaskEnvironment } from './task-environment.ts'
import type {
  ConnectorAssignment,
  StateReport,
  TargetState,
  TaskAssignment,
  TaskHost,
  TaskId,
} from './task-host.ts'
import { TaskInstance } from './task-instance.ts'
import { settlesWithin } from './time-limit.ts'

/** Runs connectors and tasks in this process. */
export class InProcessHost implements TaskHost {
  readonly #env: TaskEnvironment
  readonly #connectors = new Map<string, ConnectorInstance>()
  readonly #tasks = new Map<string, TaskInstance>()
  readonly #givenUp = new Set<Promise<void>>()

  constructor(env: TaskEnvironment) {
    this.#env = env
  }

  async startConnector(assignment: ConnectorAssignment): Promise<StateReport> {
    const { name } = assignment
    if (this.#connectors.has(name)) throw alreadyThere(`Connector ${name}`)
    this.#warnOfHeapLimit(assignment)
    const connector = new ConnectorInstance(this.#env, assignment)
    this.#connectors.set(name, connector)
    return connector.start()
  }

  async taskConfigs(connector: string, tasksMax: number): Promise<readonly ConfigProps[]> {
    return this.#found(connector).taskConfigs(tasksMax)
  }

  async setConnectorTarget(connector: string, target: TargetState): Promise<StateReport> {
    return this.#found(connector).setTarget(target)
  }

  async stopConnector(connector: string): Promise<void> {
    const instance = this.#connectors.get(connector)
    this.#connectors.delete(connector)
    await instance?.stop()
  }

  async startTask(assignment: TaskAssignment): Promise<void> {
    const key = keyOf(assignment.id)
    if (this.#tasks.has(key)) throw alreadyThere(`Task ${key}`)
    const task = new TaskInstance(this.#env, assignment)
    this.#tasks.set(key, task)
    await task.built
  }

  setTaskTarget(id: TaskId, target: TargetState): void {
    this.#tasks.get(keyOf(id))?.setTarget(target)
  }

  async stopTasks(ids: readonly TaskId[]): Promise<void> {
    const tasks = ids.flatMap((id) => this.#tasks.get(keyOf(id)) ?? [])
    for (const task of tasks) {
      this.#tasks.delete(keyOf(task.id))
      task.stop()
    }
    await Promise.all(
      tasks.map(async (task) => {
        await this.#awaitStop(task)
        task.closeMetrics()
      }),
    )
  }

  /** Resolves when the tasks end that were cancelled and run on all the same; null without any. */
  get givenUp(): Promise<unknown> | null {
    return this.#givenUp.size === 0 ? null : Promise.all(this.#givenUp)
  }

  async close(): Promise<void> {
    await this.stopTasks(Array.from(this.#tasks.values(), ({ id }) => id))
    await Promise.all(Array.from(this.#connectors.keys(), (name) => this.stopConnector(name)))
  }

  #warnOfHeapLimit({ name, props }: ConnectorAssignment): void {
    if (!isMainThread || propOf(props, 'millrace.heap.limit.mb') === null) return
    this.#env.logger
      .named('org.apache.kafka.connect.runtime.Worker')
      .within(`${name}|worker`)
      .warn('millrace.heap.limit.mb has no effect: this worker has no millrace.task.host=threads')
  }

  async #awaitStop(task: TaskInstance): Promise<void> {
    const { settings, clock, logger } = this.#env
    if (await settlesWithin(task.ended, settings.shutdownTimeoutMs, clock)) return
    logger
      .named('org.apache.kafka.connect.runtime.Worker')
      .within(`${task.id.connector}|task-${task.id.task}`)
      .error(
        `The task did not stop within task.shutdown.graceful.timeout.ms=${settings.shutdownTimeoutMs} and is cancelled`,
      )
    this.#givenUp.add(task.ended)
    void task.ended.then(() => this.#givenUp.delete(task.ended))
    task.cancel()
  }

  #found(connector: string): ConnectorInstance {
    const instance = this.#connectors.get(connector)
    if (instance !== undefined) return instance
    throw notThere(connector)
  }
}

function keyOf({ connector, task }: TaskId): string {
  return `${connector}-${task}`
}
