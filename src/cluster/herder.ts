import type { LogLevel } from '../base/logger.ts'
import type { ConfigProps } from '../config/props.ts'
import type { Float64 } from '../data/numbers.ts'
import type { SourceMap } from '../data/record.ts'
import type { ReportedState, TargetState, TaskId } from '../runtime/task-host.ts'
import type { RestartRequest } from './restart-plan.ts'

export type ConnectorType = 'source' | 'sink' | 'unknown'

/** A connector as its user configured it; properties are as given, variables unresolved. */
export interface ConnectorInfo {
  readonly name: string
  readonly config: ConfigProps
  readonly tasks: readonly TaskId[]
  readonly type: ConnectorType
}

/** What was last heard of a connector or task. */
export interface StateInfo {
  readonly state: ReportedState
  readonly workerId: string
  /** Version of the connector's plug-in; null when it is not known. */
  readonly version: string | null
  /** Error text, where it failed. */
  readonly trace: string | null
}

export interface TaskState extends StateInfo {
  readonly id: number
}

export interface ConnectorStatus {
  readonly name: string
  readonly type: ConnectorType
  readonly connector: StateInfo
  /** Sorted by id. */
  readonly tasks: readonly TaskState[]
}

export interface TaskInfo {
  readonly id: TaskId
  /** null when it was lost, until the connector makes its tasks anew. */
  readonly config: ConfigProps | null
}

/** A value in a body about offsets: any JSON, numbers exact. */
export type OffsetJson =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float64
  | readonly OffsetJson[]
  | { readonly [key: string]: OffsetJson }

export type OffsetFields = Readonly<Record<string, OffsetJson>>

export interface ConnectorOffset {
  readonly partition: SourceMap
  readonly offset: SourceMap | null
}

/** As a user asks for it; a null offset removes what is stored. */
export interface OffsetChange {
  readonly partition: OffsetFields | null
  readonly offset: OffsetFields | null
}

/** One setting as `/connector-plugins/{plugin}/config` tells it. */
export interface ConfigKeyInfo {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly default_value: string | null
  readonly importance: string
  readonly documentation: string
  readonly group: string | null
  readonly order_in_group: number
  readonly width: string
  readonly display_name: string
  readonly dependents: readonly string[]
}

export interface ConfigValueInfo {
  readonly name: string
  readonly value: string | null
  readonly recommended_values: readonly string[]
  readonly errors: readonly string[]
  readonly visible: boolean
}

/** Answer of a validation, as the REST API gives it. */
export interface ConfigInfos {
  readonly name: string
  readonly error_count: number
  readonly groups: readonly string[]
  readonly configs: ReadonlyArray<{
    readonly definition: ConfigKeyInfo | null
    readonly value: ConfigValueInfo | null
  }>
}

/** How a worker proves to another that a request comes from the same cluster. */
export interface RequestSignature {
  /** Java's name of the MAC. */
  readonly algorithm: string
  readonly mac: Buffer
  /** What was signed: the body, byte for byte. */
  readonly body: Buffer
}

/** Another worker has to do what was asked for. */
export class ForwardError extends Error {
  override readonly name = 'ForwardError'
  /** REST address of that worker, `/` at its end; null when it is not known. */
  readonly url: string | null

  constructor(message: string, url: string | null) {
    super(message)
    this.url = url
  }
}

/** Worker's own readiness: `starting` until the first work is done, then `healthy`. */
export interface Health {
  readonly state: 'healthy' | 'starting' | 'unhealthy'
  /** What the worker is doing, as a sentence; empty when nothing is known. */
  readonly stage: string
}

/**
 * Everything that users ask of connectors. REST and the command line use nothing else.
 *
 * Reads answer at once from the newest snapshot. Writes to one connector are done in the order in
 * which they came, those to different connectors side by side. A write that isn't done after 90 s
 * rejects with a text that says what the worker was doing; what it began goes on.
 *
 * Rejections are ConnectErrors: NOT_FOUND, ALREADY_EXISTS, BAD_REQUEST and FORBIDDEN are the
 * caller's; CONFLICT and NOT_READY go away by themselves; any other code, and any other error, is a
 * failure of the worker or of a plug-in. A ForwardError says which other worker has to do it.
 */
export interface Herder {
  /** Names of all connectors, in no particular order. */
  connectors(): readonly string[]

  /** @throws ConnectError NOT_FOUND */
  connector(name: string): ConnectorInfo

  /** @throws ConnectError NOT_FOUND while nothing was heard of the connector. */
  status(name: string): ConnectorStatus

  /** @throws ConnectError NOT_FOUND while nothing was heard of the task. */
  taskStatus(id: TaskId): TaskState

  /** @throws ConnectError NOT_FOUND */
  tasks(name: string): readonly TaskInfo[]

  /** Topics that the connector has used since it was created or reset; none if it is unknown. */
  topics(name: string): readonly string[]

  /** Forgets the topics of the connector, which may be unknown. */
  resetTopics(name: string): Promise<void>

  /**
   * Creates a connector, or with `replace` gives one new properties. In standalone mode resolves
   * when connector and tasks were started; a connector whose start fails stays, as FAILED.
   *
   * @param initialState For a new connector; the one of an existing connector never changes here.
   * @throws ConnectError BAD_REQUEST for an invalid configuration, with all its problems;
   *   ALREADY_EXISTS without `replace`; the connector's own error when its start fails.
   */
  putConnector(
    name: string,
    config: ConfigProps,
    options: { readonly replace: boolean; readonly initialState?: TargetState | null },
  ): Promise<{ readonly created: boolean; readonly info: ConnectorInfo }>

  /**
   * Changes some properties; null removes one. Then as `putConnector`.
   * @throws ConnectError NOT_FOUND
   */
  patchConnector(name: string, patch: ConfigProps): Promise<ConnectorInfo>

  /** Stops and forgets the connector; its offsets stay. @throws ConnectError NOT_FOUND */
  deleteConnector(name: string): Promise<void>

  /** Resolves when the wish is noted, before it is fulfilled. @throws ConnectError NOT_FOUND */
  pauseConnector(name: string): Promise<void>

  /** As `pauseConnector`; also starts a stopped connector and its tasks. */
  resumeConnector(name: string): Promise<void>

  /** Stops the connector and removes its tasks; the connector and its offsets stay. */
  stopConnector(name: string): Promise<void>

  /** Restarts the connector itself; its tasks only where their configuration changes. */
  restartConnector(name: string): Promise<void>

  /**
   * Restarts what `request` chooses; resolves before that is done.
   * @returns Status with RESTARTING for what is restarted.
   * @throws ConnectError NOT_FOUND
   */
  restartConnectorAndTasks(name: string, request: RestartRequest): Promise<ConnectorStatus>

  /** @throws ConnectError NOT_FOUND for a task that does not exist. */
  restartTask(id: TaskId): Promise<void>

  /** Stored offsets of a source connector, or those of a sink connector's consumer group. */
  offsets(name: string): Promise<readonly ConnectorOffset[]>

  /**
   * Changes offsets of a stopped connector.
   * @returns A sentence for the user.
   * @throws ConnectError NOT_FOUND; BAD_REQUEST when the connector is not stopped or the body
   *   makes no sense; the connector's own error when it refuses.
   */
  alterOffsets(name: string, changes: readonly OffsetChange[]): Promise<string>

  /** Removes all offsets of a stopped connector; as `alterOffsets`. */
  resetOffsets(name: string): Promise<string>

  /** Checks a configuration; changes nothing. @throws ConnectError BAD_REQUEST without a class. */
  validate(config: ConfigProps): Promise<ConfigInfos>

  /**
   * Settings of a plug-in of any kind, by class or alias.
   * @throws ConnectError NOT_FOUND; BAD_REQUEST for a version that isn't there or can't be read.
   */
  pluginConfig(plugin: string, version: string | null): Promise<readonly ConfigKeyInfo[]>

  /** Takes over tasks that a connector on another worker generated. */
  putTaskConfigs(
    name: string,
    configs: readonly ConfigProps[],
    signature: RequestSignature | null,
  ): Promise<void>

  /** Fences the producers of a connector's earlier tasks. */
  fenceZombies(name: string, signature: RequestSignature | null): Promise<void>

  /** Sets the level of a logger, and of those below it, on all workers. */
  setLogLevel(namespace: string, level: LogLevel): Promise<void>

  /**
   * Waits for the end of a rebalance, `millrace.rest.rebalance.wait.ms` at the most. No other call
   * waits for one: they throw ForwardError without a URL, or ConnectError REBALANCE.
   * @param lostUrl A worker that is gone: one in which it still leads does not count.
   * @returns false when it takes longer.
   */
  settled(lostUrl?: string): Promise<boolean>

  /** Reads what other workers have changed, if that does not take too long. */
  catchUp(): Promise<void>

  /** Resolves within `timeoutMs`. */
  health(timeoutMs: number): Promise<Health>

  /** Stops all work, tasks before their connectors, and refuses further requests. */
  close(): Promise<void>
}
