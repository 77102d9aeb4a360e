import type { ConfigProps } from '../config/props.ts'
import type { SourceMap } from '../data/record.ts'
import type { SourceOffset } from './offsets/offset-store.ts'

export interface TaskId {
  readonly connector: string
  readonly task: number
}

/** What the user wants of a connector and its tasks. */
export type TargetState = 'STARTED' | 'PAUSED' | 'STOPPED'

/** What a connector or task reports of itself. */
export type ReportedState =
  | 'UNASSIGNED'
  | 'RUNNING'
  | 'PAUSED'
  | 'FAILED'
  | 'RESTARTING'
  | 'STOPPED'

export interface StateReport {
  readonly state: ReportedState
  /** Error text for FAILED. */
  readonly trace?: string
  /** The error's own message, for the answer to whoever asked for the start. */
  readonly message?: string
  /** The task failed before it was made: the status tells no version, as the reference's. */
  readonly unbuilt?: true
}

/** All that a host needs to run a connector. Structured-cloneable, as all that crosses this port. */
export interface ConnectorAssignment {
  readonly name: string
  /** Properties with variables resolved. */
  readonly props: Readonly<Record<string, string>>
  readonly target: TargetState
}

export interface TaskAssignment {
  readonly id: TaskId
  readonly connectorProps: Readonly<Record<string, string>>
  /** With `task.class`, and `topics` or `topics.regex` for sinks. Variables resolved. */
  readonly taskProps: Readonly<Record<string, string>>
  readonly target: TargetState
  /** Of a source task that delivers exactly once; absent for all others. */
  readonly exactlyOnce?: ExactlyOnceTask
}

export interface ExactlyOnceTask {
  /** Of the task's producer. */
  readonly transactionalId: string
  /** Round of the connector's task configurations that this one is of. */
  readonly generation: number
}

/** Calls that a connector's or task's host makes back; the awaited ones are answered by the worker. */
export interface HostEvents {
  onConnectorState(name: string, report: StateReport): void
  onTaskState(id: TaskId, report: StateReport): void
  onTaskReconfiguration(name: string): Promise<void>
  /** First record of a task for or from this topic. */
  onTopicUsed(id: TaskId, topic: string): void
  readOffsets(
    connector: string,
    partitions: readonly SourceMap[],
  ): Promise<ReadonlyArray<SourceMap | null>>
  /** Resolves when all of it is durable. */
  writeOffsets(connector: string, offsets: readonly SourceOffset[]): Promise<void>
  /**
   * Writes what a transaction writes to a topic of the connector's own to that of the worker too.
   * Resolves when all of it is durable.
   */
  copyOffsets(connector: string, offsets: readonly SourceOffset[]): Promise<void>
  /** The newest properties, config providers asked again. */
  taskProps(id: TaskId): Promise<Readonly<Record<string, string>>>
  /**
   * Resolves when no producer of the connector's earlier tasks can write any more. An exactly-once
   * task waits for it before it opens its own.
   * @throws ConnectError when that could not be had: the task must not start.
   */
  fenceZombies(id: TaskId): Promise<void>
  /**
   * Resolves when an exactly-once task whose producer is open may start.
   * @param generation As in its assignment.
   * @throws ConnectError when the connector has newer tasks, or another worker runs this one.
   */
  confirmStart(id: TaskId, generation: number): Promise<void>
}

/**
 * Runs connectors and tasks: in this process, or in a thread of their own. A call resolves when
 * the host has done it; failures of plug-ins are reported by `HostEvents`, they reject nothing
 * unless said. Every state that is reached is told by `HostEvents` too.
 */
export interface TaskHost {
  /** Resolves with the state reached; a failed connector stays, as FAILED. */
  startConnector(assignment: ConnectorAssignment): Promise<StateReport>
  /**
   * With `task.class`.
   * @throws the connector's own error, or ConnectError when it gives more than `tasksMax`.
   */
  taskConfigs(connector: string, tasksMax: number): Promise<readonly ConfigProps[]>
  /**
   * Resolves with the state reached: FAILED for a failed connector, which can only be stopped.
   * @throws ConnectError CONNECT_FAILED when a newer target was set before this one's turn.
   */
  setConnectorTarget(connector: string, target: TargetState): Promise<StateReport>
  /** Gives up after 5 s. */
  stopConnector(connector: string): Promise<void>
  /** Resolves when the task is built; `HostEvents` tell when it runs, or why not. */
  startTask(assignment: TaskAssignment): Promise<void>
  setTaskTarget(id: TaskId, target: TargetState): void
  /** Stops tasks side by side; gives up on those that take over `task.shutdown.graceful.timeout.ms`. */
  stopTasks(ids: readonly TaskId[]): Promise<void>
  close(): Promise<void>
}
