import type { LogLine } from '../../base/leveled-logger.ts'
import type { LogLevel } from '../../base/logger.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { SourceMap } from '../../data/record.ts'
import type { Timing } from '../../metrics/measure.ts'
import type { GroupReading } from '../../metrics/registry.ts'
import type { SourceOffset } from '../offsets/offset-store.ts'
import type { TaskEnvironment } from '../task-environment.ts'
import type { ConnectorAssignment, StateReport, TargetState, TaskAssignment } from '../task-host.ts'
import type { WireError } from './wire-error.ts'

/** What a thread is started with. */
export interface ThreadStart {
  readonly workerProps: TaskEnvironment['workerProps']
  readonly settings: TaskEnvironment['settings']
  /** `plugin.path` */
  readonly pluginPath: readonly string[]
  readonly metrics: Omit<Timing, 'elapsed'>
  /** Levels of all known loggers, `root` among them. */
  readonly logLevels: ReadonlyMap<string, LogLevel>
  /** What both sides see at once, as `pulseSlots` says. */
  readonly pulse: Int32Array
  readonly beatIntervalMs: number
}

/** Numbers that a thread writes and that its worker reads while the thread answers nothing. */
export const pulseSlots = {
  /** Changes as long as the thread gets round to its timers. */
  beat: 0,
  /** Unit whose code runs right now up to its first `await`; 0 for none, or for unknown. */
  running: 1,
} as const

/** Name of a function in each thread: the unit whose code runs, also after an `await`; else 0. */
export const runningUnitGlobal = 'millrace.running-unit'

/**
 * What a worker asks of a thread. Each connector and task has a number, its unit; a restart gives
 * it another, so nothing of the former one is taken for the new one's.
 */
export interface ThreadCalls {
  startConnector(unit: number, assignment: ConnectorAssignment): Promise<StateReport>
  taskConfigs(unit: number, tasksMax: number): Promise<readonly ConfigProps[]>
  setConnectorTarget(unit: number, target: TargetState): Promise<StateReport>
  stopConnector(unit: number): Promise<void>
  startTask(unit: number, assignment: TaskAssignment): Promise<void>
  setTaskTarget(unit: number, target: TargetState): void
  /** @returns true while the task runs on, although it was cancelled: `taskEnded` comes later. */
  stopTask(unit: number): Promise<boolean>
  /** As `PluginCall`. */
  runCode(unit: number, method: string, args: readonly unknown[]): Promise<unknown>
  setLogLevel(namespace: string, level: LogLevel): void
  metrics(): readonly GroupReading[]
}

/** What a thread tells and asks its worker. */
export interface WorkerCalls {
  reported(unit: number, report: StateReport): void
  topicUsed(unit: number, topic: string): void
  reconfigure(unit: number): Promise<void>
  readOffsets(
    unit: number,
    partitions: readonly SourceMap[],
  ): Promise<ReadonlyArray<SourceMap | null>>
  writeOffsets(unit: number, offsets: readonly SourceOffset[]): Promise<void>
  copyOffsets(unit: number, offsets: readonly SourceOffset[]): Promise<void>
  taskProps(unit: number): Promise<Readonly<Record<string, string>>>
  fenceZombies(unit: number): Promise<void>
  confirmStart(unit: number, generation: number): Promise<void>
  taskEnded(unit: number): void
  /** `onStage` of a `PluginCall`. */
  stageBegan(unit: number, text: string): void
  log(line: Omit<LogLine, 'err'> & { readonly err?: WireError }): void
  /** Something in the thread logs under this name, so `/admin/loggers` lists it. */
  loggerMade(namespace: string): void
}
