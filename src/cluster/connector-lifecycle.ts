import type { Clock } from '../base/clock.ts'
import { ConnectError, messageOf, traceOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { ConfigProps } from '../config/props.ts'
import type { Resolve, ResolvedProps } from '../config/variables.ts'
import type {
  ExactlyOnceTask,
  StateReport,
  TargetState,
  TaskAssignment,
  TaskHost,
  TaskId,
} from '../runtime/task-host.ts'
import { ConfigReloads, type Part } from './config-reloads.ts'
import { type ConfigState, type ConnectorState, taskIds } from './config-state.ts'
import { hiddenError } from './hidden-error.ts'
import { tasksChanged, tasksMaxOf, toStoredTasks, withoutNulls } from './operations.ts'
import type { Turn } from './request-queue.ts'
import type { RestartPlan } from './restart-plan.ts'
import type { StatusStore } from './status-store.ts'

export interface LifecycleDependencies {
  readonly workerId: string
  readonly clock: Clock
  readonly logger: Logger
  readonly configs: { readonly state: ConfigState }
  readonly statuses: StatusStore
  /** null for a task that does not deliver exactly once. */
  exactlyOnceTask(id: TaskId): ExactlyOnceTask | null
  readonly host: TaskHost
  readonly resolve: Resolve
  /** A text for people, with variables in place of the values of config providers. */
  hide(text: string): string
  /** Takes over what a connector made anew, and sees to it that these tasks run. */
  publishTasks(turn: Turn, name: string, tasks: readonly ConfigProps[]): Promise<void>
  /** Values in use have expired: `reload` is to be called in the turn of the connector. */
  onExpired(name: string): void
}

/**
 * Makes the host do what the configurations of connectors ask for. Every method is called in the
 * turn of its connector, so calls for one connector never overlap.
 */
export class ConnectorLifecycle {
  readonly #deps: LifecycleDependencies
  /** Connectors that the host knows: those whose properties could be resolved. */
  readonly #hosted = new Set<string>()
  readonly #reloads: ConfigReloads

  constructor(deps: LifecycleDependencies) {
    this.#deps = deps
    this.#reloads = new ConfigReloads(deps.clock, (name) => deps.onExpired(name))
  }

  /** Starts a connector and, where it shall run, asks for its tasks. @throws the connector's error. */
  async start(turn: Turn, name: string): Promise<void> {
    const { configs, host } = this.#deps
    const { target } = connectorIn(configs, name)
    let props: Readonly<Record<string, string>>
    try {
      const resolved = await this.#resolve(name)
      props = withoutNulls(resolved.props)
      this.#reloads.use(name, 'connector', [resolved])
    } catch (error) {
      this.noteConnector(name, { state: 'FAILED', trace: traceOf(error) })
      throw error
    }
    this.#hosted.add(name)
    const report = await turn.plugin('starting the connector', () =>
      host.startConnector({ name, props, target }),
    )
    if (report.state === 'FAILED') throw startFailure(name, report, this.#deps.hide)
    if (target === 'STARTED') await this.regenerateTasks(turn, name)
  }

  /** Stops the connector object; its tasks go on. */
  async stop(turn: Turn, name: string): Promise<void> {
    this.#reloads.forget(name, 'connector')
    if (!this.#hosted.delete(name)) return
    await turn.stage(`stopping connector ${name}`, () => this.#deps.host.stopConnector(name))
  }

  /** Moves connector and tasks to the target that is stored. */
  async moveToTarget(turn: Turn, name: string): Promise<void> {
    const { configs, host, logger } = this.#deps
    const state = configs.state.get(name)
    if (state === undefined) return
    const { target } = state
    for (const id of taskIds(name, state)) host.setTaskTarget(id, target)
    if (!this.#hosted.has(name)) return this.#moveWithoutHost(turn, name, target)
    const report = await turn.plugin(`moving connector ${name} to ${target}`, () =>
      host.setConnectorTarget(name, target),
    )
    if (report.state === 'FAILED') {
      logger.within(name).warn(`Cannot transition connector to ${target} since it has failed`)
    } else if (target === 'STARTED') {
      await this.regenerateTasks(turn, name)
    }
  }

  /** A failed connector can only be stopped, and then be started again. */
  async #moveWithoutHost(turn: Turn, name: string, target: TargetState): Promise<void> {
    const { state } = this.#deps.statuses.connector(name) ?? {}
    if (target === 'STOPPED') this.noteConnector(name, { state: 'STOPPED' })
    else if (target === 'STARTED' && state === 'STOPPED') await this.start(turn, name)
  }

  /** Asks the connector for its tasks; publishes them where something changed. */
  async regenerateTasks(turn: Turn, name: string): Promise<void> {
    const { configs, host, hide } = this.#deps
    const state = connectorIn(configs, name)
    const props = withoutNulls((await this.#resolve(name)).props)
    const generated = await turn.plugin(`generating task configs for connector ${name}`, () =>
      host.taskConfigs(name, tasksMaxOf(props)).catch((error: unknown) => {
        throw hiddenError(error, hide)
      }),
    )
    const tasks = toStoredTasks(state, generated)
    if (!tasksChanged(connectorIn(configs, name), tasks)) return
    await this.#deps.publishTasks(turn, name, tasks)
  }

  async stopTasks(turn: Turn, ids: readonly TaskId[]): Promise<void> {
    if (ids.length === 0) return
    for (const { connector, task } of ids) this.#reloads.forget(connector, task)
    await turn.stage(`stopping tasks ${textOf(ids)}`, () => this.#deps.host.stopTasks(ids))
  }

  async startTasks(turn: Turn, ids: readonly TaskId[]): Promise<void> {
    if (ids.length === 0) return
    const assignments = await Promise.all(
      ids.map(async (id) => {
        const exactlyOnce = this.#deps.exactlyOnceTask(id)
        const assignment = await this.#assignmentOf(id)
        return exactlyOnce === null ? assignment : { ...assignment, exactlyOnce }
      }),
    )
    await turn.plugin(`starting tasks ${textOf(ids)}`, () =>
      Promise.all(assignments.map((assignment) => this.#deps.host.startTask(assignment))),
    )
  }

  async restartTask(turn: Turn, id: TaskId): Promise<void> {
    await this.stopTasks(turn, [id])
    await this.startTasks(turn, [id])
  }

  /**
   * Values of config providers that are in use have expired: what runs with others than the newest
   * is started anew, the connector first, as its tasks may follow from it.
   */
  async reload(turn: Turn, name: string): Promise<void> {
    const { configs } = this.#deps
    if (!configs.state.has(name)) return
    try {
      if (await this.#isOutdated(name, 'connector')) {
        await this.stop(turn, name)
        await this.start(turn, name)
      }
    } finally {
      const state = configs.state.get(name)
      for (const id of state === undefined ? [] : taskIds(name, state)) {
        if (await this.#isOutdated(name, id.task)) await this.restartTask(turn, id)
      }
    }
  }

  /** Restarts what was planned, as far as it is still there; tasks also if the connector fails. */
  async restart(turn: Turn, name: string, plan: RestartPlan): Promise<void> {
    const { configs } = this.#deps
    const ids = plan.tasks.map((task) => ({ connector: name, task }))
    if (plan.connector) await this.stop(turn, name)
    await this.stopTasks(turn, ids)
    const { tasks } = connectorIn(configs, name)
    try {
      if (plan.connector) await this.start(turn, name)
    } finally {
      const isSame = connectorIn(configs, name).tasks === tasks
      if (isSame) await this.startTasks(turn, ids)
    }
  }

  /** Notes what the host tells of a connector; nothing is noted of one that was deleted. */
  noteConnector(name: string, report: StateReport): void {
    const { configs, statuses } = this.#deps
    const state = configs.state.get(name)
    if (state === undefined || isRestarting(report, statuses.connector(name)?.state)) return
    statuses.putConnector(name, this.#infoOf(state, report))
  }

  /** As `noteConnector`; nothing is noted of a task that the connector no longer has. */
  noteTask(id: TaskId, report: StateReport): void {
    const { configs, statuses } = this.#deps
    const state = configs.state.get(id.connector)
    if (state === undefined || id.task >= state.tasks.length) return
    if (isRestarting(report, statuses.task(id)?.state)) return
    statuses.putTask(id, this.#infoOf(state, report))
  }

  /** Stops everything, all tasks before the first connector. */
  async close(): Promise<void> {
    const { configs, host } = this.#deps
    this.#reloads.close()
    await host.stopTasks([...configs.state].flatMap(([name, state]) => taskIds(name, state)))
    await Promise.all([...this.#hosted].map((name) => host.stopConnector(name)))
    await host.close()
  }

  #infoOf(state: ConnectorState, { state: reported, trace, unbuilt }: StateReport) {
    const { workerId, hide } = this.#deps
    const version = unbuilt === true ? null : state.version
    return { state: reported, workerId, version, trace: trace === undefined ? null : hide(trace) }
  }

  #resolve(name: string): Promise<ResolvedProps> {
    return this.#deps.resolve(connectorIn(this.#deps.configs, name).config)
  }

  #resolveTask({ connector, task }: TaskId): Promise<[ResolvedProps, ResolvedProps]> {
    const { tasks } = connectorIn(this.#deps.configs, connector)
    return Promise.all([this.#resolve(connector), this.#deps.resolve(tasks[task] ?? {})])
  }

  /** Providers that fail change nothing: they are asked again later. */
  async #isOutdated(connector: string, part: Part): Promise<boolean> {
    if (!this.#reloads.parts(connector).includes(part)) return false
    const logger = this.#deps.logger.within(connector)
    const what = part === 'connector' ? 'the connector' : `task ${part}`
    try {
      const newest =
        part === 'connector'
          ? [await this.#resolve(connector)]
          : await this.#resolveTask({ connector, task: part })
      const isOutdated = this.#reloads.isOutdated(connector, part, newest)
      if (isOutdated) logger.info(`A config provider has new values: ${what} starts anew`)
      return isOutdated
    } catch (error) {
      const delayMs = this.#reloads.retry(connector)
      logger.warn(
        `Values of ${what} have expired, and there are no new ones: ${messageOf(error)}. Next try in ${delayMs} ms.`,
        error,
      )
      return false
    }
  }

  async #assignmentOf(id: TaskId): Promise<TaskAssignment> {
    const { target } = connectorIn(this.#deps.configs, id.connector)
    try {
      const [connector, task] = await this.#resolveTask(id)
      const connectorProps = withoutNulls(connector.props)
      const taskProps = withoutNulls(task.props)
      this.#reloads.use(id.connector, id.task, [connector, task])
      return { id, connectorProps, taskProps, target }
    } catch (error) {
      this.noteTask(id, { state: 'FAILED', trace: traceOf(error) })
      throw error
    }
  }
}

function textOf(ids: readonly TaskId[]): string {
  return ids.map(({ connector, task }) => `${connector}-${task}`).join(', ')
}

/** While something restarts, the end of its former run is no news. */
function isRestarting(report: StateReport, current: string | undefined): boolean {
  return report.state === 'UNASSIGNED' && current === 'RESTARTING'
}

function connectorIn(configs: { readonly state: ConfigState }, name: string): ConnectorState {
  const state = configs.state.get(name)
  if (state === undefined) throw new TypeError(`connector ${name} is not there in its own turn`)
  return state
}

function startFailure(
  name: string,
  { message, trace }: StateReport,
  hide: (text: string) => string,
): ConnectError {
  const text = message ?? trace?.split('\n')[0] ?? `Connector ${name} failed to start`
  return new ConnectError(hide(text), { code: 'CONNECT_FAILED' })
}
