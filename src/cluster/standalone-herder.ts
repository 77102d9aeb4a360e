import type { Clock } from '../base/clock.ts'
import { ConnectError, messageOf } from '../base/errors.ts'
import type { LoggerRegistry, LogLevel } from '../base/logger.ts'
import type { ConfigProps } from '../config/props.ts'
import type { IsRestarting } from '../runtime/metered-host.ts'
import type { SourceOffsetStore } from '../runtime/offsets/offset-store.ts'
import type { HostEvents, TargetState, TaskHost, TaskId } from '../runtime/task-host.ts'
import { type ConfigCheckDependencies, checkConfig, validateOnly } from './config-check.ts'
import { taskIds } from './config-state.ts'
import { ConnectorLifecycle } from './connector-lifecycle.ts'
import { ConnectorOffsets, type SinkGroups } from './connector-offsets.ts'
import { ConnectorReads, notFound } from './connector-reads.ts'
import type {
  ConfigInfos,
  ConfigKeyInfo,
  ConnectorInfo,
  ConnectorOffset,
  ConnectorStatus,
  Health,
  Herder,
  OffsetChange,
} from './herder.ts'
import { MemoryConfigStore, MemoryStatusStore } from './memory-stores.ts'
import { patched, withoutNulls } from './operations.ts'
import type { PluginCode } from './plugin-code.ts'
import { RequestQueue, type Turn } from './request-queue.ts'
import { isRestarting, planRestart, type RestartRequest } from './restart-plan.ts'

/** Time that requests which have begun get at shutdown. */
const CLOSE_TIMEOUT_MS = 30_000

export interface StandaloneDependencies extends ConfigCheckDependencies {
  /** `host:port` of the REST API, as statuses show it. */
  readonly workerId: string
  readonly clock: Clock
  readonly loggers: LoggerRegistry
  readonly code: PluginCode
  readonly sourceOffsets: SourceOffsetStore
  readonly sinkGroups: SinkGroups
  /** `topic.tracking.enable` */
  readonly tracksTopics: boolean
  createHost(events: HostEvents, isRestarting: IsRestarting): TaskHost
}

/** Everything in this process; configurations and statuses are kept in memory. */
export class StandaloneHerder extends ConnectorReads implements Herder {
  readonly #deps: StandaloneDependencies
  readonly #configs: MemoryConfigStore
  readonly #statuses: MemoryStatusStore
  readonly #queue: RequestQueue
  readonly #lifecycle: ConnectorLifecycle
  readonly #offsets: ConnectorOffsets
  readonly #ready = Promise.withResolvers<void>()
  /** Connectors whose tasks will be asked for anyway. */
  readonly #reconfiguring = new Set<string>()

  constructor(deps: StandaloneDependencies) {
    const configs = new MemoryConfigStore()
    const statuses = new MemoryStatusStore()
    super({ configs, statuses })
    this.#configs = configs
    this.#statuses = statuses
    this.#deps = deps
    this.#queue = new RequestQueue(deps.clock, (name, error) =>
      deps.logger.within(name).error(`What was asked for failed: ${messageOf(error)}`, error),
    )
    this.#offsets = new ConnectorOffsets(deps)
    this.#lifecycle = new ConnectorLifecycle({
      ...deps,
      configs: this.#configs,
      statuses: this.#statuses,
      exactlyOnceTask: () => null,
      host: deps.createHost(this.#hostEvents(), (id) => isRestarting(this.#statuses.task(id))),
      publishTasks: (turn, name, tasks) => this.#replaceTasks(turn, name, tasks),
      onExpired: (name) => this.#reload(name),
    })
  }

  /** From now on the worker counts as healthy. */
  noteReady(): void {
    this.#ready.resolve()
  }

  putConnector(
    name: string,
    config: ConfigProps,
    options: { readonly replace: boolean; readonly initialState?: TargetState | null },
  ): Promise<{ readonly created: boolean; readonly info: ConnectorInfo }> {
    return this.#queue.run(name, async (turn) => {
      const identity = await checkConfig(this.#deps, turn, config)
      const existing = this.#configs.state.get(name)
      if (existing !== undefined && !options.replace) {
        throw new ConnectError(`Connector ${name} already exists`, { code: 'ALREADY_EXISTS' })
      }
      const target = existing?.target ?? options.initialState ?? 'STARTED'
      const { tasks, appliedConfig } = existing ?? { tasks: [], appliedConfig: null }
      await this.#lifecycle.stop(turn, name)
      this.#configs.put(name, { config, ...identity, target, tasks, appliedConfig })
      await this.#lifecycle.start(turn, name)
      return { created: existing === undefined, info: this.connector(name) }
    })
  }

  patchConnector(name: string, patch: ConfigProps): Promise<ConnectorInfo> {
    return this.#queue.run(name, async (turn) => {
      const state = this.found(name)
      const config = patched(state.config, patch)
      const identity = await checkConfig(this.#deps, turn, config)
      await this.#lifecycle.stop(turn, name)
      this.#configs.put(name, { ...state, config, ...identity })
      await this.#lifecycle.start(turn, name)
      return this.connector(name)
    })
  }

  deleteConnector(name: string): Promise<void> {
    return this.#queue.run(name, async (turn) => {
      this.found(name)
      await this.#removeTasks(turn, name)
      await this.#lifecycle.stop(turn, name)
      this.#configs.remove(name)
      this.#statuses.removeConnector(name)
    })
  }

  pauseConnector(name: string): Promise<void> {
    return this.#putTarget(name, 'PAUSED')
  }

  resumeConnector(name: string): Promise<void> {
    return this.#putTarget(name, 'STARTED')
  }

  stopConnector(name: string): Promise<void> {
    return this.#queue.run(name, async (turn) => {
      if (!this.#configs.state.has(name)) {
        throw new ConnectError(`No connector \`${name}\` configured`, { code: 'CONNECT_FAILED' })
      }
      await this.#removeTasks(turn, name)
      this.#configs.put(name, { ...this.found(name), target: 'STOPPED' })
      await this.#lifecycle.moveToTarget(turn, name)
    })
  }

  restartConnector(name: string): Promise<void> {
    return this.#queue.run(name, async (turn) => {
      if (!this.#configs.state.has(name)) {
        throw new ConnectError(`Unknown connector: ${name}`, { code: 'CONNECT_FAILED' })
      }
      await this.#lifecycle.stop(turn, name)
      await this.#lifecycle.start(turn, name)
    })
  }

  restartConnectorAndTasks(name: string, request: RestartRequest): Promise<ConnectorStatus> {
    return this.#queue.run(name, async (turn) => {
      if (!this.#configs.state.has(name)) throw notFound(`Unknown connector: ${name}`)
      if (this.#statuses.connector(name) === null) {
        throw notFound(`Status for connector ${name} not found`)
      }
      const plan = planRestart(this.status(name), request)
      this.#statuses.putConnector(name, plan.status.connector)
      for (const task of plan.status.tasks) {
        this.#statuses.putTask({ connector: name, task: task.id }, task)
      }
      turn.afterwards(() => this.#lifecycle.restart(turn, name, plan))
      return plan.status
    })
  }

  restartTask(id: TaskId): Promise<void> {
    const text = `${id.connector}-${id.task}`
    return this.#queue.run(id.connector, async (turn) => {
      const state = this.#configs.state.get(id.connector)
      if (state === undefined) {
        throw new ConnectError(
          `Failed to start task ${text} since it is not a recognizable type (source or sink)`,
          { code: 'CONNECT_FAILED' },
        )
      }
      if (state.tasks[id.task] === undefined) throw notFound(`Task ${text} not found`)
      await this.#lifecycle.restartTask(turn, id)
    })
  }

  async offsets(name: string): Promise<readonly ConnectorOffset[]> {
    return this.#offsets.read(name, this.found(name))
  }

  alterOffsets(name: string, changes: readonly OffsetChange[]): Promise<string> {
    return this.#queue.run(name, (turn) =>
      this.#offsets.alter(turn, name, this.stopped(name), changes),
    )
  }

  resetOffsets(name: string): Promise<string> {
    return this.#queue.run(name, (turn) => this.#offsets.reset(turn, name, this.stopped(name)))
  }

  validate(config: ConfigProps): Promise<ConfigInfos> {
    return this.#queue.runAside((turn) => validateOnly(this.#deps, turn, config))
  }

  pluginConfig(plugin: string, version: string | null): Promise<readonly ConfigKeyInfo[]> {
    return this.#queue.runAside((turn) =>
      turn.plugin('retrieving the configuration definition of the plug-in', () =>
        this.#deps.validator.pluginConfig(plugin, version),
      ),
    )
  }

  async putTaskConfigs(): Promise<void> {
    throw new ConnectError(
      'Kafka Connect in standalone mode does not support externally setting task configurations.',
      { code: 'CONNECT_FAILED' },
    )
  }

  async fenceZombies(): Promise<void> {
    throw new ConnectError(
      'Kafka Connect in standalone mode does not support exactly-once source connectors.',
      { code: 'CONNECT_FAILED' },
    )
  }

  async setLogLevel(namespace: string, level: LogLevel): Promise<void> {
    this.#deps.loggers.setLevel(namespace, level)
  }

  async settled(): Promise<boolean> {
    return true
  }

  async catchUp(): Promise<void> {}

  async health(timeoutMs: number): Promise<Health> {
    const answered = new AbortController()
    const healthy = this.#ready.promise.then(() => ({ state: 'healthy', stage: '' }) as const)
    const late = this.#deps.clock
      .sleep(timeoutMs, answered.signal)
      .then(() => ({ state: 'starting', stage: this.#queue.stage() }) as const)
    const health = await Promise.race([healthy, late])
    answered.abort()
    return health
  }

  async close(): Promise<void> {
    await this.#queue.close(CLOSE_TIMEOUT_MS)
    await this.#lifecycle.close()
  }

  async #replaceTasks(turn: Turn, name: string, tasks: readonly ConfigProps[]): Promise<void> {
    await this.#removeTasks(turn, name)
    const { config } = this.found(name)
    const state = { ...this.found(name), tasks, appliedConfig: config }
    this.#configs.put(name, state)
    await this.#lifecycle.startTasks(turn, taskIds(name, state))
  }

  /** Stops the tasks and forgets them and their statuses. */
  async #removeTasks(turn: Turn, name: string): Promise<void> {
    await this.#lifecycle.stopTasks(turn, taskIds(name, this.found(name)))
    this.#configs.put(name, { ...this.found(name), tasks: [] })
    this.#statuses.removeTasks(name)
  }

  #putTarget(name: string, target: TargetState): Promise<void> {
    return this.#queue.run(name, async (turn) => {
      const state = this.#configs.state.get(name)
      if (state === undefined) throw notFound(`Unknown connector ${name}`)
      this.#configs.put(name, { ...state, target })
      turn.afterwards(() => this.#lifecycle.moveToTarget(turn, name))
    })
  }

  /** Does not wait for its turn: the connector may be asking within a turn of its own. */
  #reconfigure(name: string): void {
    if (this.#reconfiguring.has(name)) return
    this.#reconfiguring.add(name)
    const done = this.#queue.run(name, async (turn) => {
      this.#reconfiguring.delete(name)
      if (this.#configs.state.get(name)?.target !== 'STARTED') return
      if (this.#statuses.connector(name)?.state === 'FAILED') return
      await this.#lifecycle.regenerateTasks(turn, name)
    })
    done.catch((error: unknown) => {
      this.#reconfiguring.delete(name)
      this.#deps.logger.within(name).error(`New tasks failed: ${messageOf(error)}`, error)
    })
  }

  #reload(name: string): void {
    const done = this.#queue.run(name, (turn) => this.#lifecycle.reload(turn, name))
    done.catch((error: unknown) => {
      this.#deps.logger.within(name).error(`New values failed: ${messageOf(error)}`, error)
    })
  }

  #hostEvents(): HostEvents {
    const { sourceOffsets, resolve, tracksTopics } = this.#deps
    return {
      onConnectorState: (name, report) => this.#lifecycle.noteConnector(name, report),
      onTaskState: (id, report) => this.#lifecycle.noteTask(id, report),
      fenceZombies: () => this.fenceZombies(),
      confirmStart: () => this.fenceZombies(),
      onTaskReconfiguration: async (name) => this.#reconfigure(name),
      onTopicUsed: (id, topic) => {
        if (tracksTopics) this.#statuses.addTopic(id, topic)
      },
      readOffsets: (connector, partitions) => sourceOffsets.read(connector, partitions),
      writeOffsets: (connector, offsets) => sourceOffsets.write(connector, offsets),
      copyOffsets: (connector, offsets) => sourceOffsets.write(connector, offsets),
      taskProps: async ({ connector, task }) =>
        withoutNulls((await resolve(this.found(connector).tasks[task] ?? {})).props),
    }
  }
}
