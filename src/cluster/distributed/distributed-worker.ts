import type { Clock } from '../../base/clock.ts'
import { ConnectError, messageOf } from '../../base/errors.ts'
import { type Logger, type LoggerRegistry, parseLogLevel } from '../../base/logger.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { Resolve } from '../../config/variables.ts'
import type { GroupDescription } from '../../kafka/client.ts'
import type { Membership } from '../../kafka/membership.ts'
import type { IsRestarting } from '../../runtime/metered-host.ts'
import type { SourceOffsetStore } from '../../runtime/offsets/offset-store.ts'
import type { PluginRegistry } from '../../runtime/plugins.ts'
import type { HostEvents, TaskHost, TaskId } from '../../runtime/task-host.ts'
import { ConnectorLifecycle } from '../connector-lifecycle.ts'
import { withoutNulls } from '../operations.ts'
import { RequestQueue } from '../request-queue.ts'
import { isRestarting, planRestart, type RestartRequest } from '../restart-plan.ts'
import { type ClusterKnowledge, knownConnectors } from './cluster-knowledge.ts'
import type { LocalEffect } from './config-effects.ts'
import type { ConfigEvent } from './config-log.ts'
import { describeSharer, findConfigSharer } from './config-sharing.ts'
import { ConfigStore } from './config-store.ts'
import { ConfigView } from './config-view.ts'
import type { DistributedSettings } from './distributed-settings.ts'
import { ExactlyOnceTasks } from './exactly-once-tasks.ts'
import { describeForeign } from './foreign-cluster.ts'
import { GroupLoop } from './group-loop.ts'
import { LeaderClaim } from './leader-claim.ts'
import type { LeaderRequests } from './leader-requests.ts'
import { forgetDeleted, tellWaiting } from './leader-statuses.ts'
import type { LeaderWriter } from './leader-writer.ts'
import { LocalWork } from './local-work.ts'
import type { RecordLog } from './record-log.ts'
import { TaskPublisher } from './task-publisher.ts'
import { TopicOffsetStore } from './topic-offset-store.ts'
import { findForeignWorker, type TopicSharingDependencies } from './topic-sharing.ts'
import { TopicStatusStore } from './topic-status-store.ts'
import { minus, sizeOf, toWork, toWorkSet } from './work-set.ts'
import type { WorkerClient } from './worker-client.ts'
import { type GroupPlace, WorkerGroup } from './worker-group.ts'
import type { Work } from './worker-protocol.ts'

export interface DistributedWorkerDependencies {
  /** `host:port` of the REST API, as statuses show it. */
  readonly workerId: string
  /** Where other workers reach this one, with `/` at its end. */
  readonly url: string
  readonly clock: Clock
  readonly logger: Logger
  readonly loggers: LoggerRegistry
  readonly plugins: PluginRegistry
  readonly logs: {
    readonly config: RecordLog
    /** For what only the leader writes to the config topic; null: as any worker does. */
    readonly configWriter: LeaderWriter | null
    readonly status: RecordLog
    readonly offsets: RecordLog
    /** All groups of workers that the broker knows of. */
    describeGroups(): Promise<readonly GroupDescription[]>
  }
  /** Adds the topics that single connectors keep their offsets in. */
  layerOffsets(
    shared: TopicOffsetStore,
    configOf: (connector: string) => ConfigProps | null,
  ): SourceOffsetStore
  readonly settings: DistributedSettings
  /** `topic.tracking.enable` */
  readonly tracksTopics: boolean
  readonly resolve: Resolve
  /** A text for people, with variables in place of the values of config providers. */
  hide(text: string): string
  /** @param notify Called when the membership has something to do. */
  joinGroup(group: WorkerGroup, notify: () => void): Membership
  createHost(events: HostEvents, isRestarting: IsRestarting): TaskHost
  readonly leader: LeaderRequests
  /** Of any cluster. */
  readonly askWorker: WorkerClient
  /** A connector got other tasks. */
  onTasksUpdated(connector: string): void
  /** The worker can't go on. */
  onFatal(error: unknown): void
}

/** Work of this process is not limited: users' requests are. */
const unlimited = { timeoutMs: Number.POSITIVE_INFINITY, requestsMax: Number.POSITIVE_INFINITY }

/** One worker of a group: what it shares with the others, and what it runs itself. */
export class DistributedWorker {
  readonly configs: ConfigStore
  readonly view: ConfigView
  readonly statuses: TopicStatusStore
  readonly offsets: SourceOffsetStore
  readonly local: LocalWork
  readonly loop: GroupLoop
  readonly group: WorkerGroup
  /** null: the leader writes the config topic as any worker does. */
  readonly claim: LeaderClaim | null
  readonly #deps: DistributedWorkerDependencies
  readonly #membership: Membership
  readonly #publisher: TaskPublisher
  readonly #sharedOffsets: TopicOffsetStore
  readonly #host: TaskHost
  readonly #exactlyOnce: ExactlyOnceTasks
  /** Generation that this worker was last in. */
  #generation = 0

  constructor(deps: DistributedWorkerDependencies) {
    this.#deps = deps
    const { clock, logger, logs, plugins } = deps
    const { configWriter: writer } = logs
    const onFailure = (error: unknown) => deps.onFatal(error)
    this.configs = new ConfigStore({
      log: logs.config,
      writer,
      onWriteFailed: () => this.loop.notify(),
      clock,
      logger,
      onEvent: (event) => this.#noteEvent(event),
      onFailure,
    })
    this.view = new ConfigView(plugins, () => this.configs.snapshot)
    this.statuses = new TopicStatusStore({
      ...{ log: logs.status, clock, logger },
      generation: () => this.#generation,
      runsTask: (id) => this.local.runsTask(id),
      onGivenUp: () => this.#membership.expectRebalance(),
      onFailure,
    })
    this.#sharedOffsets = new TopicOffsetStore(logs.offsets, logger)
    this.offsets = deps.layerOffsets(
      this.#sharedOffsets,
      (name) => this.view.state.get(name)?.config ?? null,
    )
    this.#exactlyOnce = new ExactlyOnceTasks({
      ...{ settings: deps.settings, configs: this.configs, view: this.view },
      runsTask: (id) => this.local.runsTask(id),
    })
    this.#host = deps.createHost(this.#hostEvents(), (id) => isRestarting(this.statuses.task(id)))
    this.#publisher = new TaskPublisher({
      clock,
      logger,
      deliver: (name, tasks) => deps.leader.publishTasks(name, tasks),
      isWanted: (name) => this.local.runsConnector(name),
    })
    this.local = this.#createLocalWork()
    this.group = new WorkerGroup({
      url: deps.url,
      preferred: deps.settings.protocol,
      delayMaxMs: deps.settings.delayMaxMs,
      clock,
      logger,
      snapshot: () => this.configs.snapshot,
      stop: (work) => this.#stop(work),
    })
    this.#membership = deps.joinGroup(this.group, () => this.loop.notify())
    const membership = this.#membership
    this.claim = writer === null ? null : new LeaderClaim({ writer, membership, clock, logger })
    this.loop = new GroupLoop({
      clock,
      logger,
      configs: this.configs,
      group: this.group,
      membership,
      claim: this.claim,
      sessionKeys: deps.settings.sessionKeys,
      syncTimeoutMs: deps.settings.syncTimeoutMs,
      rebalanceTimeoutMs: deps.settings.rebalanceTimeoutMs,
      unsyncBackoffMs: (triesLeft) => this.#unsyncBackoffMs(triesLeft),
      work: (owned, place) => this.#work(owned, place),
      perform: (effect) => this.#perform(effect),
      onFatal: onFailure,
    })
  }

  /**
   * Reads the internal topics, then joins the group; resolves before it has joined.
   * @throws ConnectError CONFIG_INVALID when another cluster uses the topics.
   */
  async start(): Promise<void> {
    await Promise.all([
      this.configs.start(),
      this.statuses.start(),
      this.#sharedOffsets.start((error) => this.#deps.onFatal(error)),
    ])
    const foreign = await findForeignWorker(this.#sharing())
    if (foreign !== null) {
      const { groupId } = this.#deps.settings
      throw new ConnectError(describeForeign(foreign, groupId), { code: 'CONFIG_INVALID' })
    }
    this.loop.start()
  }

  /** All that the internal topics are there for, as far as this worker has read them. */
  knowledge(): ClusterKnowledge {
    return {
      group: this.#deps.settings.groupId,
      connectors: knownConnectors(this.configs.snapshot),
      offsets: this.#sharedOffsets.entries(),
      usedTopics: this.statuses.usedTopics(),
    }
  }

  /** Stops all work, then leaves the group. */
  async close(): Promise<void> {
    this.#publisher.close()
    await this.loop.close()
    await this.#stop(this.local.running)
    await this.#host.close()
    await this.#membership.close('the worker is shutting down')
    await Promise.all([this.configs.close(), this.statuses.close(), this.offsets.close()])
  }

  #noteEvent(event: ConfigEvent): void {
    if (event.kind === 'tasks-updated') this.#deps.onTasksUpdated(event.name)
    this.loop.noteEvent(event)
  }

  #createLocalWork(): LocalWork {
    const { clock, logger, resolve, hide, workerId } = this.#deps
    const queue = new RequestQueue(
      clock,
      (name, error) => logger.within(name).error(messageOf(error), error),
      unlimited,
    )
    const exactlyOnceTask = (id: TaskId) => this.#exactlyOnce.find(id)
    const lifecycle = new ConnectorLifecycle({
      workerId,
      clock,
      logger,
      host: this.#host,
      exactlyOnceTask,
      configs: this.view,
      statuses: this.statuses,
      resolve,
      hide,
      publishTasks: async (_turn, name, tasks) => this.#publisher.publish(name, tasks),
      onExpired: (name) => this.local.reload(name),
    })
    return new LocalWork({ lifecycle, queue, configs: this.view, logger, exactlyOnceTask })
  }

  /** Stops work, and sees to it that the status topic says so. */
  async #stop(work: Work): Promise<void> {
    await this.local.stop(work)
    for (const name of work.connectors) {
      if (!this.view.state.has(name)) this.statuses.removeTopics(name)
    }
    await this.statuses.flush()
  }

  /** Runs what this worker shall run, and nothing else. */
  async #work(owned: Work, place: GroupPlace): Promise<void> {
    this.#generation = place.generation
    const surplus = minus(toWorkSet(this.local.running), toWorkSet(owned))
    if (sizeOf(surplus) > 0) await this.#stop(toWork(surplus))
    this.local.start(owned)
    this.#publisher.retry()
    if (place.isLeader) {
      this.#tellOfIdle(place).catch((error: unknown) => {
        this.#deps.logger.warn(`Statuses of work that is idle are old: ${messageOf(error)}`)
      })
      if (place.protocol === 'sessioned') void this.#tellOfSharer()
    }
  }

  /** Of work that nobody runs, the leader tells. */
  async #tellOfIdle({ rejoinAtMs }: GroupPlace): Promise<void> {
    // What others stopped for this rebalance they have told by now.
    await this.statuses.readToEnd()
    const foreign = await findForeignWorker(this.#sharing())
    if (foreign !== null) {
      this.#deps.logger.error(describeForeign(foreign, this.#deps.settings.groupId))
      return
    }
    forgetDeleted(this.statuses, this.configs.snapshot)
    if (rejoinAtMs === 0) return
    const { clock } = this.#deps
    const untilMs = clock.now() + rejoinAtMs - clock.elapsed()
    tellWaiting(this.statuses, this.group.waiting, untilMs)
  }

  async #tellOfSharer(): Promise<void> {
    const { logger, settings } = this.#deps
    const { connectors, sessionKey } = this.configs.snapshot
    const { signatureAlgorithm } = settings.sessionKeys
    const sharer = await findConfigSharer({
      ...{ ...this.#sharing(), sessionKey, signatureAlgorithm },
      isConfigured: (name) => connectors.has(name),
    })
    if (sharer !== null) logger.error(describeSharer(sharer, settings.groupId))
  }

  #sharing(): TopicSharingDependencies {
    const { logs, settings } = this.#deps
    const { groupId } = settings
    return { ...this.#deps, groupId, statuses: this.statuses, describeGroups: logs.describeGroups }
  }

  async #perform(effect: LocalEffect): Promise<void> {
    switch (effect.kind) {
      case 'stop-changed-tasks':
        await this.local.stopChangedTasks(effect.name)
        await this.statuses.flush()
        return
      case 'reconfigure':
        this.local.reconfigure(effect.name)
        return
      case 'move':
        this.local.move(effect.name)
        return
      case 'restart':
        this.#restart(effect.name, effect.request)
        return
      case 'log-level': {
        const level = parseLogLevel(effect.level)
        if (level !== null) this.#deps.loggers.setLevel(effect.namespace, level)
      }
    }
  }

  /** Shows what a restart is about to do, for the parts that run here, and does it. */
  #restart(name: string, request: RestartRequest): void {
    const state = this.view.state.get(name)
    const connector = this.statuses.connector(name)
    if (state === undefined || connector === null) return
    const tasks = this.statuses.tasks(name)
    const plan = planRestart({ name, type: state.type, connector, tasks }, request)
    const here = { workerId: this.#deps.workerId, version: null }
    if (plan.connector && this.local.runsConnector(name)) {
      this.statuses.putConnector(name, { ...plan.status.connector, ...here })
    }
    for (const task of plan.status.tasks) {
      const id = { connector: name, task: task.id }
      if (!plan.tasks.includes(task.id) || !this.local.runsTask(id)) continue
      this.statuses.putTask(id, { ...task, ...here })
    }
    this.local.restart(name, plan)
  }

  #unsyncBackoffMs(triesLeft: number): number {
    const { protocol, delayMaxMs, unsyncBackoffMs } = this.#deps.settings
    if ((this.group.place?.protocol ?? protocol) === 'default') return unsyncBackoffMs
    return delayMaxMs / 10 / triesLeft
  }

  #hostEvents(): HostEvents {
    const { tracksTopics, resolve, leader } = this.#deps
    return {
      onConnectorState: (name, report) => this.local.noteConnector(name, report),
      onTaskState: (id, report) => this.local.noteTask(id, report),
      fenceZombies: (id) => leader.fenceZombies(id.connector, () => this.local.runsTask(id)),
      confirmStart: (id, generation) => this.#exactlyOnce.confirm(id, generation),
      onTaskReconfiguration: async (name) => this.local.remakeTasks(name),
      onTopicUsed: (id, topic) => {
        if (tracksTopics) this.statuses.addTopic(id, topic)
      },
      readOffsets: (connector, partitions) => this.offsets.read(connector, partitions),
      writeOffsets: (connector, offsets) => this.offsets.write(connector, offsets),
      copyOffsets: (connector, offsets) => this.#sharedOffsets.write(connector, offsets),
      taskProps: async ({ connector, task }) =>
        withoutNulls((await resolve(this.view.state.get(connector)?.tasks[task] ?? {})).props),
    }
  }
}
