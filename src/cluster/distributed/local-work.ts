import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { ExactlyOnceTask, StateReport, TaskId } from '../../runtime/task-host.ts'
import type { ConfigState } from '../config-state.ts'
import type { ConnectorLifecycle } from '../connector-lifecycle.ts'
import { sameProps } from '../operations.ts'
import type { RequestQueue, Turn } from '../request-queue.ts'
import type { RestartPlan } from '../restart-plan.ts'
import { taskKey } from './work-set.ts'
import type { Work } from './worker-protocol.ts'

export interface LocalWorkDependencies {
  readonly lifecycle: ConnectorLifecycle
  readonly queue: RequestQueue
  readonly configs: { readonly state: ConfigState }
  readonly logger: Logger
  /** null for a task that does not deliver exactly once. */
  exactlyOnceTask(id: TaskId): ExactlyOnceTask | null
}

interface StartedTask {
  readonly id: TaskId
  readonly config: ConfigProps
  readonly connectorConfig: ConfigProps
  /** Round of tasks that an exactly-once task is of; null for all others. */
  readonly generation: number | null
}

/** Connectors and tasks that run in this worker, and whatever is done to them; failed ones too. */
export class LocalWork {
  readonly #deps: LocalWorkDependencies
  /** With the configuration that it was started with. */
  readonly #connectors = new Map<string, ConfigProps>()
  readonly #tasks = new Map<string, StartedTask>()
  /** Connectors that other work did not wait for: they have to be asked for tasks when they run. */
  readonly #late = new Set<string>()

  constructor(deps: LocalWorkDependencies) {
    this.#deps = deps
  }

  get running(): Work {
    return {
      connectors: [...this.#connectors.keys()],
      tasks: Array.from(this.#tasks.values(), ({ id }) => id),
    }
  }

  runsConnector(name: string): boolean {
    return this.#connectors.has(name)
  }

  runsTask(id: TaskId): boolean {
    return this.#tasks.has(taskKey(id))
  }

  noteConnector(name: string, report: StateReport): void {
    this.#deps.lifecycle.noteConnector(name, this.#explained(name, report))
    if (report.state === 'RUNNING' && this.#late.delete(name)) this.remakeTasks(name)
  }

  noteTask(id: TaskId, report: StateReport): void {
    this.#deps.lifecycle.noteTask(id, this.#explained(id.connector, report))
  }

  /** Starts what does not run yet; resolves before it has started. */
  start({ connectors, tasks }: Work): void {
    for (const name of connectors) this.#startConnector(name)
    const fresh = tasks.filter((id) => !this.runsTask(id))
    for (const [name, ids] of Map.groupBy(fresh, ({ connector }) => connector)) {
      this.#startTasks(name, ids)
    }
  }

  /** Resolves when all of it has stopped, or was given up on. */
  async stop({ connectors, tasks }: Work): Promise<void> {
    const byName = new Map(connectors.map((name) => [name, [] as TaskId[]]))
    for (const id of tasks) {
      const known = byName.get(id.connector)
      if (known === undefined) byName.set(id.connector, [id])
      else known.push(id)
    }
    const named = new Set(connectors)
    await Promise.all(
      [...byName].map(([name, ids]) =>
        this.#run(name, async (turn) => {
          const here = ids.filter((id) => this.#tasks.delete(taskKey(id)))
          await this.#deps.lifecycle.stopTasks(turn, here)
          if (!named.has(name) || !this.#connectors.delete(name)) return
          await this.#deps.lifecycle.stop(turn, name)
        }),
      ),
    )
  }

  /**
   * Stops tasks whose configuration, or that of their connector, is another one now, and
   * exactly-once tasks of an earlier round: the next one ends their producers.
   */
  stopChangedTasks(name: string): Promise<void> {
    const state = this.#deps.configs.state.get(name)
    const changed = [...this.#tasks.values()].filter((task) => {
      const { id, config, connectorConfig, generation } = task
      if (id.connector !== name) return false
      if (generation !== this.#generationOf(id)) return true
      const wanted = state?.tasks[id.task]
      if (state === undefined || wanted === undefined) return true
      return !sameProps(config, wanted) || !sameProps(connectorConfig, state.config)
    })
    return this.stop({ connectors: [], tasks: changed.map(({ id }) => id) })
  }

  /** Starts a connector anew that runs with another configuration than the newest. */
  reconfigure(name: string): void {
    const before = this.#connectors.get(name)
    const config = this.#deps.configs.state.get(name)?.config
    if (before === undefined || config === undefined || before === config) return
    void this.#run(name, (turn) => this.#restartConnector(turn, name))
  }

  /** Moves what is here to the target that is stored. */
  move(name: string): void {
    const isHere = this.runsConnector(name) || [...this.#tasks.values()].some(isOf(name))
    if (!isHere) return
    void this.#run(name, (turn) =>
      this.#awaited(name, this.#deps.lifecycle.moveToTarget(turn, name)),
    )
  }

  /** Asks a connector for its tasks; does not wait for them. */
  remakeTasks(name: string): void {
    if (!this.runsConnector(name)) return
    void this.#run(name, async (turn) => {
      const isStarted = this.#deps.configs.state.get(name)?.target === 'STARTED'
      if (isStarted && this.runsConnector(name)) {
        await this.#deps.lifecycle.regenerateTasks(turn, name)
      }
    })
  }

  /** Values of config providers that are in use here have expired. */
  reload(name: string): void {
    void this.#run(name, (turn) => this.#deps.lifecycle.reload(turn, name))
  }

  /** Restarts what was planned as far as it runs here. */
  restart(name: string, plan: RestartPlan): void {
    void this.#run(name, (turn) => {
      const connector = plan.connector && this.runsConnector(name)
      const tasks = plan.tasks.filter((task) => this.#canRestart({ connector: name, task }))
      return this.#deps.lifecycle.restart(turn, name, { ...plan, connector, tasks })
    })
  }

  /** @throws the connector's error. */
  restartConnector(name: string): Promise<void> {
    return this.#deps.queue.run(name, (turn) => this.#restartConnector(turn, name))
  }

  /** A task that is given up by its turn is left to whoever runs it next. */
  restartTask(id: TaskId): Promise<void> {
    return this.#deps.queue.run(id.connector, async (turn) => {
      if (this.#canRestart(id)) await this.#deps.lifecycle.restartTask(turn, id)
    })
  }

  #canRestart(id: TaskId): boolean {
    const config = this.#deps.configs.state.get(id.connector)?.tasks[id.task]
    return this.runsTask(id) && config !== undefined
  }

  #startConnector(name: string): void {
    const config = this.#deps.configs.state.get(name)?.config
    if (this.#connectors.has(name) || config === undefined) return
    this.#connectors.set(name, config)
    void this.#run(name, async (turn) => {
      if (!this.#connectors.has(name)) return
      await this.#awaited(name, this.#deps.lifecycle.start(turn, name))
    })
  }

  #startTasks(name: string, ids: readonly TaskId[]): void {
    const state = this.#deps.configs.state.get(name)
    if (state === undefined) return
    const known = ids.flatMap((id) => {
      const config = state.tasks[id.task]
      if (config === undefined) return []
      const generation = this.#generationOf(id)
      return [{ id, config, connectorConfig: state.config, generation }]
    })
    for (const task of known) this.#tasks.set(taskKey(task.id), task)
    void this.#run(name, async (turn) => {
      const wanted = known.filter(({ id }) => this.runsTask(id))
      const starts = wanted.map(({ id }) => this.#deps.lifecycle.startTasks(turn, [id]))
      for (const start of await Promise.allSettled(starts)) {
        if (start.status === 'rejected') this.#log(name, start.reason)
      }
    })
  }

  #generationOf(id: TaskId): number | null {
    return this.#deps.exactlyOnceTask(id)?.generation ?? null
  }

  async #restartConnector(turn: Turn, name: string): Promise<void> {
    const { lifecycle, configs } = this.#deps
    const config = configs.state.get(name)?.config
    if (!this.runsConnector(name) || config === undefined) return
    this.#connectors.set(name, config)
    await lifecycle.stop(turn, name)
    await this.#awaited(name, lifecycle.start(turn, name))
  }

  async #awaited(name: string, change: Promise<void>): Promise<void> {
    this.#late.delete(name)
    try {
      await change
    } catch (error) {
      this.#late.add(name)
      throw error
    }
  }

  /** The leader shares out what it knows, whether all workers have the plug-in or not. */
  #explained(name: string, report: StateReport): StateReport {
    const state = this.#deps.configs.state.get(name)
    if (report.state !== 'FAILED' || state?.type !== 'unknown') return report
    const help = `This worker does not have ${state.config['connector.class']} as the connector asks for it: put it on the plugin.path of every worker of the cluster, or run the connector in a cluster of workers that all have it.`
    return { ...report, trace: `${report.trace ?? report.message ?? ''}\n${help}` }
  }

  /** In the connector's turn; errors are told in the log, as nobody waits for them. */
  async #run(name: string, work: (turn: Turn) => Promise<void>): Promise<void> {
    await this.#deps.queue.run(name, work).catch((error: unknown) => this.#log(name, error))
  }

  #log(name: string, error: unknown): void {
    this.#deps.logger.within(name).error(messageOf(error), error)
  }
}

function isOf(name: string): (task: StartedTask) => boolean {
  return ({ id }) => id.connector === name
}
