import { ConnectError, messageOf, traceOf } from '../../base/errors.ts'
import type { Logger, LoggerRegistry, LogLevel } from '../../base/logger.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { GroupReading } from '../../metrics/registry.ts'
import { alreadyThere, notThere } from '../host-errors.ts'
import type { Props } from '../props.ts'
import type { TaskEnvironment } from '../task-environment.ts'
import type {
  ConnectorAssignment,
  StateReport,
  TargetState,
  TaskAssignment,
  TaskHost,
  TaskId,
} from '../task-host.ts'
import { settlesWithin } from '../time-limit.ts'
import { heapLimitMb } from './heap-limit.ts'
import { lossError, suspectsOf, type ThreadLoss } from './thread-loss.ts'
import { ThreadPool, type ThreadPoolOptions } from './thread-pool.ts'
import {
  connectorKey,
  connectorOf,
  createUnit,
  keyOf,
  nameOf,
  type PluginCall,
  taskKey,
  type Unit,
  type UnitAssignment,
} from './unit.ts'
import { workerCalls } from './worker-calls.ts'
import { ThreadEnded, type WorkerThread } from './worker-thread.ts'

/** A thread itself gives up a connector that takes 5 s to stop; then it still has to say so. */
const STOP_CONNECTOR_LIMIT_MS = 6000
const STOP_MARGIN_MS = 1000
/** A call takes no longer than a request for which it is made. */
const CALL_LIMIT_MS = 90_000

export interface ThreadHostDependencies
  extends Pick<
      TaskEnvironment,
      'workerProps' | 'settings' | 'events' | 'metrics' | 'clock' | 'logger'
    >,
    Pick<ThreadPoolOptions, 'entry' | 'sizeMax' | 'timeoutMs'> {
  /** `plugin.path` */
  readonly pluginPath: readonly string[]
  readonly loggers: LoggerRegistry
}

/**
 * Runs connectors and tasks in threads. One that holds up its thread, crashes it or uses up its
 * memory fails; what shared the thread with it starts again in another.
 */
export class ThreadHost implements TaskHost {
  readonly #deps: ThreadHostDependencies
  readonly #logger: Logger
  readonly #pool: ThreadPool
  /** What runs or has failed, by name. */
  readonly #units = new Map<string, Unit>()
  /** The same with those that stop at the moment: others count no longer. */
  readonly #numbered = new Map<number, Unit>()
  #unitNumber = 0
  #splits = 0

  constructor(deps: ThreadHostDependencies) {
    this.#deps = deps
    const { events, logger, loggers, workerProps, settings, pluginPath } = deps
    const { samples, windowMs } = deps.metrics.timing
    this.#logger = logger.named('org.apache.kafka.connect.runtime.Worker')
    this.#pool = new ThreadPool({
      ...{ entry: deps.entry, sizeMax: deps.sizeMax, timeoutMs: deps.timeoutMs },
      ...{ clock: deps.clock, logger: this.#logger },
      start() {
        const levels = [...loggers.list()].map(([name, { level }]) => [name, level] as const)
        const metrics = { samples, windowMs }
        return { workerProps, settings, pluginPath, metrics, logLevels: new Map(levels) }
      },
      calls: (thread) =>
        workerCalls({
          ...{ events, logger },
          unit: (number) => {
            const unit = this.#numbered.get(number)
            return unit?.thread === thread ? unit : null
          },
          reported: (unit, report) => this.#report(unit, report),
          ended: (number) => thread.lingering.delete(number),
        }),
      onLost: (thread, loss) => this.#lost(thread, loss),
    })
  }

  async startConnector(assignment: ConnectorAssignment): Promise<StateReport> {
    const unit = this.#add({ ...assignment, kind: 'connector' }, assignment.props)
    return await this.#inThread(
      unit,
      () => unit.started as Promise<StateReport>,
      (failure) => failure,
    )
  }

  async taskConfigs(connector: string, tasksMax: number): Promise<readonly ConfigProps[]> {
    const unit = this.#connector(connector)
    return this.#inThread(
      unit,
      ({ peer }) => peer.call('taskConfigs', unit.number, tasksMax),
      ({ message = '' }) => {
        throw new ConnectError(message, { code: 'CONNECT_FAILED' })
      },
    )
  }

  async setConnectorTarget(connector: string, target: TargetState): Promise<StateReport> {
    const unit = this.#connector(connector)
    unit.target = target
    if (unit.failure !== null && target === 'STOPPED') {
      unit.failure = null
      this.#begin(unit)
    }
    return this.#inThread(
      unit,
      ({ peer }) => peer.call('setConnectorTarget', unit.number, target),
      (failure) => failure,
    )
  }

  async stopConnector(connector: string): Promise<void> {
    const unit = this.#units.get(connectorKey(connector))
    if (unit === undefined) return
    // Its tasks have waited for a blocked thread before.
    const limitMs = unit.thread?.answers === false ? STOP_MARGIN_MS : STOP_CONNECTOR_LIMIT_MS
    await this.#stop(unit, limitMs, async ({ peer }) => {
      await peer.call('stopConnector', unit.number)
      return false
    })
  }

  async startTask(assignment: TaskAssignment): Promise<void> {
    const unit = this.#add({ ...assignment, kind: 'task' }, assignment.connectorProps)
    await this.#inThread<unknown>(
      unit,
      () => unit.started,
      () => undefined,
    )
  }

  setTaskTarget(id: TaskId, target: TargetState): void {
    const unit = this.#units.get(taskKey(id))
    if (unit === undefined) return
    unit.target = target
    unit.thread?.peer.send('setTaskTarget', unit.number, target)
  }

  async stopTasks(ids: readonly TaskId[]): Promise<void> {
    const limitMs = this.#deps.settings.shutdownTimeoutMs + STOP_MARGIN_MS
    const units = ids.flatMap((id) => this.#units.get(taskKey(id)) ?? [])
    await Promise.all(
      units.map((unit) =>
        this.#stop(unit, limitMs, ({ peer }) => peer.call('stopTask', unit.number)),
      ),
    )
  }

  /**
   * Has a thread run code of a plug-in that belongs to nothing that runs.
   * @throws what it throws; ConnectError REQUEST_TIMEOUT when it holds up its thread, or does not
   *   end within 90 s.
   */
  async runCode<T>(call: PluginCall): Promise<T> {
    const unit = createUnit(++this.#unitNumber, { ...call, kind: 'call' }, null)
    this.#numbered.set(unit.number, unit)
    this.#begin(unit)
    const answered = () => unit.started as Promise<T>
    const answer = this.#inThread<T>(unit, answered, answered)
    try {
      if (await settlesWithin(answer, CALL_LIMIT_MS, this.#deps.clock)) return await answer
      throw new ConnectError(`${call.name} did not end within ${CALL_LIMIT_MS} ms`, {
        code: 'REQUEST_TIMEOUT',
      })
    } finally {
      this.#numbered.delete(unit.number)
      unit.thread?.units.delete(unit)
      if (unit.thread !== null) await this.#pool.release(unit.thread)
    }
  }

  /** Levels of loggers in the threads follow those of the worker. */
  setLogLevel(namespace: string, level: LogLevel): void {
    this.#pool.setLogLevel(namespace, level)
  }

  /** After `close`: threads in native code, and whose that is; the process can't exit before. */
  get held(): readonly string[] {
    return this.#pool.held
  }

  get threadCount(): number {
    return this.#pool.size
  }

  /** Of all that runs in the threads. */
  metrics(): Promise<readonly GroupReading[]> {
    return this.#pool.metrics()
  }

  async close(): Promise<void> {
    const assignments = Array.from(this.#units.values(), ({ assignment }) => assignment)
    const tasks = assignments.flatMap((one) => (one.kind === 'task' ? [one.id] : []))
    const connectors = assignments.flatMap((one) => (one.kind === 'connector' ? [one.name] : []))
    await this.stopTasks(tasks)
    await Promise.all(connectors.map((name) => this.stopConnector(name)))
    await this.#pool.close()
  }

  #add(assignment: UnitAssignment, props: Props): Unit {
    let limitMb: number | null = null
    let invalid: ConnectError | null = null
    try {
      limitMb = heapLimitMb(props)
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error
      invalid = error
    }
    const unit = createUnit(++this.#unitNumber, assignment, limitMb)
    if (this.#units.has(keyOf(unit))) throw alreadyThere(nameOf(unit))
    this.#units.set(keyOf(unit), unit)
    this.#numbered.set(unit.number, unit)
    if (invalid === null) this.#begin(unit)
    else this.#fail(unit, invalid)
    return unit
  }

  #connector(name: string): Unit {
    const unit = this.#units.get(connectorKey(name))
    if (unit !== undefined) return unit
    throw notThere(name)
  }

  #begin(unit: Unit): void {
    const { assignment, number, target } = unit
    let thread: WorkerThread
    try {
      thread = this.#pool.place(unit)
    } catch (error) {
      this.#fail(unit, error)
      return
    }
    const { peer } = thread
    unit.thread = thread
    if (assignment.kind === 'call') {
      unit.started = peer.call('runCode', number, assignment.method, assignment.args)
    } else if (assignment.kind === 'connector') {
      unit.started = peer.call('startConnector', number, { ...assignment, target })
    } else unit.started = peer.call('startTask', number, { ...assignment, target })
    // Nobody may wait for it: errors of plug-ins are reported.
    unit.started.catch(() => {})
  }

  /** Makes a call again when its thread ended before it was answered. */
  async #inThread<T>(
    unit: Unit,
    call: (thread: WorkerThread) => Promise<T>,
    failed: (failure: StateReport) => T | Promise<T>,
  ): Promise<T> {
    for (;;) {
      const { thread, failure } = unit
      if (failure !== null) return failed(failure)
      if (thread === null) throw stopped(unit)
      try {
        return await call(thread)
      } catch (error) {
        await moved(unit, thread, error)
      }
    }
  }

  /** @param call Resolves with true when the unit still runs, although the thread has given it up. */
  async #stop(
    unit: Unit,
    limitMs: number,
    call: (thread: WorkerThread) => Promise<boolean>,
  ): Promise<void> {
    const { number, thread, assignment } = unit
    this.#units.delete(keyOf(unit))
    thread?.units.delete(unit)
    if (thread === null) {
      if (assignment.kind === 'connector') this.#report(unit, { state: 'UNASSIGNED' })
    } else if (
      !(await settlesWithin(this.#stopIn(thread, unit, call), limitMs, this.#deps.clock))
    ) {
      thread.lingering.set(number, { unit, sinceMs: performance.now() })
      this.#logger.error(`${nameOf(unit)} did not stop within ${limitMs} ms and is given up`)
    }
    this.#numbered.delete(number)
  }

  async #stopIn(
    thread: WorkerThread,
    unit: Unit,
    call: (thread: WorkerThread) => Promise<boolean>,
  ): Promise<void> {
    try {
      const runsOn = await call(thread)
      if (runsOn) thread.lingering.set(unit.number, { unit, sinceMs: performance.now() })
      else thread.lingering.delete(unit.number)
      await this.#pool.release(thread)
    } catch (error) {
      if (!(error instanceof ThreadEnded)) throw error
      if (this.#numbered.has(unit.number)) this.#report(unit, { state: 'UNASSIGNED' })
    }
  }

  /** A thread has ended: one of its units fails for it, the others start again elsewhere. */
  #lost(thread: WorkerThread, loss: ThreadLoss): void {
    const units = [...thread.units].filter((unit) => !this.#isOver(unit))
    const suspects = suspectsOf(loss, units)
    const isKnown = suspects.length === 1 || units.every(({ heapLimitMb: limit }) => limit !== null)
    const failing = isKnown ? suspects : []
    if (!isKnown) this.#split(suspects)
    const moving = units.filter((unit) => !failing.includes(unit))
    this.#logger.error(
      `Thread ${thread.name} was lost (${loss.kind}): ${failing.length} connectors and tasks fail for it, ${moving.length} that shared it start again`,
    )
    for (const unit of failing) this.#fail(unit, lossError(loss, unit, thread))
    for (const unit of moving) {
      if (unit.assignment.kind === 'task') this.#report(unit, { state: 'RESTARTING' })
      // Should it be the next to hold up its thread, then alone.
      if (unit.assignment.kind === 'call') unit.group = `call ${unit.number}`
      this.#begin(unit)
    }
  }

  /** One of them will end its thread again: then there are half as many. */
  #split(suspects: readonly Unit[]): void {
    const split = ++this.#splits
    suspects.forEach((unit, index) => {
      unit.group = `suspects ${split}-${index % 2}`
    })
  }

  /** True for what had come to its end before its thread did. */
  #isOver(unit: Unit): boolean {
    const { assignment, report, target } = unit
    const isOver =
      report?.state === 'FAILED' || (assignment.kind === 'task' && target === 'STOPPED')
    if (!isOver) return false
    unit.failure = report ?? { state: 'UNASSIGNED' }
    unit.thread = null
    return true
  }

  #fail(unit: Unit, error: unknown): void {
    const { assignment } = unit
    if (assignment.kind === 'call') {
      // No status shows what ran.
      this.#logger.error(messageOf(error), error)
      unit.started = Promise.reject(error)
      unit.started.catch(() => {})
    } else {
      const part = assignment.kind === 'task' ? `task-${assignment.id.task}` : 'worker'
      this.#logger.within(`${connectorOf(unit)}|${part}`).error(messageOf(error))
    }
    const report: StateReport = {
      state: 'FAILED',
      trace: traceOf(error),
      message: messageOf(error),
    }
    unit.thread = null
    unit.failure = report
    this.#report(unit, report)
  }

  #report(unit: Unit, report: StateReport): void {
    const { events } = this.#deps
    const { assignment } = unit
    unit.report = report
    if (assignment.kind === 'task') events.onTaskState(assignment.id, report)
    if (assignment.kind === 'connector') events.onConnectorState(assignment.name, report)
  }
}

/** Resolves when the unit has failed or started again elsewhere, as its thread has ended. */
async function moved(unit: Unit, thread: WorkerThread, error: unknown): Promise<void> {
  if (!(error instanceof ThreadEnded)) throw error
  await thread.settled
  if (unit.thread === thread) throw stopped(unit)
}

function stopped(unit: Unit): ConnectError {
  return new ConnectError(`${nameOf(unit)} was stopped before this was done`, {
    code: 'WORKER_STATE',
  })
}
