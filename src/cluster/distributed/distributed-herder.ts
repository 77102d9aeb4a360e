import { ConnectError, messageOf } from '../../base/errors.ts'
import type { LogLevel } from '../../base/logger.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { TargetState, TaskId } from '../../runtime/task-host.ts'
import { type ConfigCheckDependencies, checkConfig, validateOnly } from '../config-check.ts'
import type { ConnectorState } from '../config-state.ts'
import { ConnectorOffsets, type SinkGroups } from '../connector-offsets.ts'
import { ConnectorReads, notFound } from '../connector-reads.ts'
import type {
  ConfigInfos,
  ConfigKeyInfo,
  ConnectorInfo,
  ConnectorOffset,
  ConnectorStatus,
  Health,
  Herder,
  OffsetChange,
  RequestSignature,
  TaskInfo,
} from '../herder.ts'
import { patched, withoutNulls } from '../operations.ts'
import type { PluginCode } from '../plugin-code.ts'
import { RequestQueue, type Turn } from '../request-queue.ts'
import { planRestart, type RestartRequest } from '../restart-plan.ts'
import type { ClusterKnowledge } from './cluster-knowledge.ts'
import { DistributedWorker, type DistributedWorkerDependencies } from './distributed-worker.ts'
import type { LeaderClient } from './leader-client.ts'
import { LeaderRequests } from './leader-requests.ts'
import { elsewhere, Standing } from './standing.ts'
import { taskKey } from './work-set.ts'
import { ZombieFencing } from './zombie-fencing.ts'

/** Time that requests which have begun get at shutdown. */
const CLOSE_TIMEOUT_MS = 30_000

export interface DistributedDependencies
  extends ConfigCheckDependencies,
    Omit<DistributedWorkerDependencies, 'leader' | 'onTasksUpdated'> {
  readonly code: PluginCode
  readonly sinkGroups: SinkGroups
  /** `millrace.rest.rebalance.wait.ms`: how long a request waits for a rebalance to end. */
  readonly rebalanceWaitMs: number
  readonly leaderClient: LeaderClient
}

/**
 * One worker of many: reads are answered from what this worker has read of the internal topics,
 * changes are the leader's, restarts those of whoever runs what is restarted.
 */
export class DistributedHerder extends ConnectorReads implements Herder {
  readonly #deps: DistributedDependencies
  readonly #worker: DistributedWorker
  readonly #standing: Standing
  readonly #requests: RequestQueue
  readonly #offsets: ConnectorOffsets
  readonly #fencing: ZombieFencing

  constructor(deps: DistributedDependencies) {
    const worker: DistributedWorker = new DistributedWorker({
      ...deps,
      onTasksUpdated: (name) => this.#fencing.outdate(name),
      leader: new LeaderRequests({
        client: deps.leaderClient,
        clock: deps.clock,
        logger: deps.logger,
        signatureAlgorithm: deps.settings.sessionKeys.signatureAlgorithm,
        group: {
          get place() {
            return worker.group.place
          },
        },
        sessionKey: () => worker.configs.snapshot.sessionKey,
        settled: () => worker.loop.whenSettled(deps.rebalanceWaitMs),
        self: {
          putTasks: (name, tasks) => this.#putTasks(name, tasks),
          fenceZombies: (name) => this.#fence(name),
        },
      }),
    })
    super({ configs: worker.view, statuses: worker.statuses })
    this.#deps = deps
    this.#worker = worker
    this.#standing = new Standing({ worker, settings: deps.settings })
    this.#requests = new RequestQueue(deps.clock, (name, error) =>
      deps.logger.within(name).error(`What was asked for failed: ${messageOf(error)}`, error),
    )
    this.#offsets = new ConnectorOffsets({ ...deps, sourceOffsets: worker.offsets })
    this.#fencing = new ZombieFencing({
      configs: worker.configs,
      groupId: deps.settings.groupId,
      fenceProducers: (name, ids) => this.#fenceProducers(name, ids),
      inTurn: (name, work) => this.#requests.run(name, work),
    })
  }

  /** Reads the internal topics; resolves before the worker has joined the group. */
  start(): Promise<void> {
    return this.#worker.start()
  }

  /** For `restore`, after the internal topics were lost. */
  knowledge(): ClusterKnowledge {
    return this.#worker.knowledge()
  }

  putConnector(
    name: string,
    config: ConfigProps,
    options: { readonly replace: boolean; readonly initialState?: TargetState | null },
  ): Promise<{ readonly created: boolean; readonly info: ConnectorInfo }> {
    return this.#requests.run(name, async (turn) => {
      await checkConfig(this.#deps, turn, config)
      await this.#standing.lead()
      const isThere = this.#worker.view.state.has(name)
      if (isThere && !options.replace) {
        throw new ConnectError(`Connector ${name} already exists`, { code: 'ALREADY_EXISTS' })
      }
      const target = isThere ? null : (options.initialState ?? null)
      await turn.stage('writing the configuration of the connector to the config topic', () =>
        this.#worker.configs.putConnector(name, config, target),
      )
      return { created: !isThere, info: this.connector(name) }
    })
  }

  patchConnector(name: string, patch: ConfigProps): Promise<ConnectorInfo> {
    return this.#requests.run(name, async (turn) => {
      await this.#standing.lead()
      const config = patched(this.found(name).config, patch)
      await checkConfig(this.#deps, turn, config)
      // Another may lead by now.
      await this.#standing.lead()
      await this.#worker.configs.putConnector(name, config, null)
      return this.connector(name)
    })
  }

  deleteConnector(name: string): Promise<void> {
    return this.#requests.run(name, async () => {
      await this.#standing.lead()
      this.found(name)
      await this.#worker.configs.removeConnector(name)
    })
  }

  pauseConnector(name: string): Promise<void> {
    return this.#putTarget(name, 'PAUSED')
  }

  resumeConnector(name: string): Promise<void> {
    return this.#putTarget(name, 'STARTED')
  }

  stopConnector(name: string): Promise<void> {
    return this.#requests.run(name, async () => {
      await this.#leadFor(name, `Unknown connector ${name}`)
      const { configs } = this.#worker
      await configs.putTasks(name, [])
      await configs.putTarget(name, 'STOPPED')
      await this.#standing.readConfigs()
    })
  }

  async restartConnector(name: string): Promise<void> {
    const place = this.#standing.settled()
    this.#known(name, `Unknown connector: ${name}`)
    const { local, group } = this.#worker
    if (local.runsConnector(name)) return local.restartConnector(name)
    throw elsewhere(place, group.ownerOf('connector', name))
  }

  restartConnectorAndTasks(name: string, request: RestartRequest): Promise<ConnectorStatus> {
    return this.#requests.run(name, async () => {
      this.#standing.settled()
      await this.#leadFor(name, `Unknown connector: ${name}`)
      if (this.#worker.statuses.connector(name) === null) {
        throw notFound(`Status for connector ${name} not found`)
      }
      const { status } = planRestart(this.status(name), request)
      await this.#worker.configs.putRestart(name, request)
      return status
    })
  }

  async restartTask(id: TaskId): Promise<void> {
    const place = this.#standing.settled()
    this.#known(id.connector, `Unknown connector: ${id.connector}`)
    const { local, group, configs } = this.#worker
    const written = configs.snapshot.connectors.get(id.connector)?.writtenTasks
    // As in the reference a task that is gone has no owner, and so is answered with 409.
    if (written?.has(id.task) !== true) throw notFound(`Unknown task: ${taskKey(id)}`)
    if (local.runsTask(id)) return local.restartTask(id)
    throw elsewhere(place, group.ownerOf('task', taskKey(id)))
  }

  /** As the last commit says, also while none of them can run because some are lost. */
  override tasks(name: string): readonly TaskInfo[] {
    this.found(name)
    const connector = this.#worker.configs.snapshot.connectors.get(name)
    return Array.from({ length: connector?.taskCount ?? 0 }, (_, task) => ({
      id: { connector: name, task },
      config: connector?.writtenTasks.get(task) ?? null,
    }))
  }

  async offsets(name: string): Promise<readonly ConnectorOffset[]> {
    return this.#offsets.read(name, this.found(name))
  }

  alterOffsets(name: string, changes: readonly OffsetChange[]): Promise<string> {
    return this.#changeOffsets(name, (turn, state) =>
      this.#offsets.alter(turn, name, state, changes),
    )
  }

  resetOffsets(name: string): Promise<string> {
    return this.#changeOffsets(name, (turn, state) => this.#offsets.reset(turn, name, state))
  }

  validate(config: ConfigProps): Promise<ConfigInfos> {
    return this.#requests.runAside((turn) => validateOnly(this.#deps, turn, config))
  }

  pluginConfig(plugin: string, version: string | null): Promise<readonly ConfigKeyInfo[]> {
    return this.#requests.runAside((turn) =>
      turn.plugin('retrieving the configuration definition of the plug-in', () =>
        this.#deps.validator.pluginConfig(plugin, version),
      ),
    )
  }

  async putTaskConfigs(
    name: string,
    tasks: readonly ConfigProps[],
    signature: RequestSignature | null,
  ): Promise<void> {
    this.#standing.verify(signature)
    await this.#putTasks(name, tasks)
  }

  async fenceZombies(name: string, signature: RequestSignature | null): Promise<void> {
    this.#standing.verify(signature)
    await this.#fence(name)
  }

  setLogLevel(namespace: string, level: LogLevel): Promise<void> {
    return this.#worker.configs.putLogLevel(namespace, level)
  }

  async settled(lostUrl?: string): Promise<boolean> {
    return (await this.#worker.loop.whenSettled(this.#deps.rebalanceWaitMs, lostUrl)) !== null
  }

  async catchUp(): Promise<void> {
    // What was asked for is done either way.
    await this.#worker.configs.readToEnd(this.#deps.settings.syncTimeoutMs).catch(() => {})
  }

  async health(timeoutMs: number): Promise<Health> {
    const { loop } = this.#worker
    const place = await loop.whenSettled(timeoutMs)
    if (place !== null) return { state: 'healthy', stage: loop.waitOf(place) }
    return { state: loop.hasSettled ? 'unhealthy' : 'starting', stage: loop.stage }
  }

  async close(): Promise<void> {
    await this.#requests.close(CLOSE_TIMEOUT_MS)
    await this.#worker.close()
  }

  /** That there is no such connector is told by every worker, the rest is for the leader. */
  async #leadFor(name: string, problem: string): Promise<void> {
    if (!this.#worker.view.state.has(name)) await this.#standing.readConfigs()
    this.#known(name, problem)
    await this.#standing.lead()
    this.#known(name, problem)
  }

  #known(name: string, problem: string): ConnectorState {
    const state = this.#worker.view.state.get(name)
    if (state === undefined) throw notFound(problem)
    return state
  }

  async #putTarget(name: string, target: TargetState): Promise<void> {
    this.#known(name, `Unknown connector ${name}`)
    await this.#worker.configs.putTarget(name, target)
  }

  async #changeOffsets(
    name: string,
    change: (turn: Turn, state: ConnectorState) => Promise<string>,
  ): Promise<string> {
    if (this.#deps.settings.exactlyOnce === 'enabled') await this.#fenceBeforeChange(name)
    return this.#requests.run(name, async (turn) => {
      this.#standing.settled()
      await this.#standing.lead()
      return change(turn, this.stopped(name))
    })
  }

  /** A task that was given up would write its offsets over the new ones. */
  async #fenceBeforeChange(name: string): Promise<void> {
    this.#standing.settled()
    await this.#standing.lead()
    if (this.stopped(name).type !== 'source') return
    try {
      await this.#fencing.fence(name)
    } catch (cause) {
      throw new ConnectError(
        'Failed to perform zombie fencing for source connector prior to modifying offsets',
        { code: 'CONNECT_FAILED', cause },
      )
    }
  }

  #putTasks(name: string, tasks: readonly ConfigProps[]): Promise<void> {
    return this.#requests.run(name, async () => {
      await this.#standing.lead()
      const { target } = this.found(name)
      if (target === 'STOPPED' && tasks.length > 0) {
        throw new ConnectError(
          `Cannot submit non-empty set of task configs for stopped connector ${name}`,
          { code: 'BAD_REQUEST' },
        )
      }
      await this.#worker.configs.putTasks(name, tasks)
    })
  }

  async #fence(name: string): Promise<void> {
    await this.#standing.lead()
    if (this.found(name).type !== 'source') {
      throw new ConnectError(`Connector ${name} is not a source connector`, { code: 'BAD_REQUEST' })
    }
    await this.#fencing.fence(name)
  }

  async #fenceProducers(name: string, transactionalIds: readonly string[]): Promise<void> {
    const { resolve, sinkGroups } = this.#deps
    const props = withoutNulls((await resolve(this.found(name).config)).props)
    const admin = sinkGroups.admin(name, props)
    try {
      await admin.fenceProducers(transactionalIds)
    } finally {
      await admin.close()
    }
  }
}
