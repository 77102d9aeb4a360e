import { ConnectError } from '../../base/errors.ts'
import type { Logger, LogLevel } from '../../base/logger.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { GroupReading } from '../../metrics/registry.ts'
import { alreadyThere, notThere } from '../host-errors.ts'
import type { Props } from '../props.ts'
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
import { PlacedUnits, type UnitDependencies } from './placed-units.ts'
import {
  connectorKey,
  keyOf,
  nameOf,
  type PluginCall,
  taskKey,
  type Unit,
  type UnitAssignment,
} from './unit.ts'
import { ThreadEnded, type WorkerThread } from './worker-thread.ts'

/** A thread itself gives up a connector that takes 5 s to stop; then it still has to say so. */
const STOP_CONNECTOR_LIMIT_MS = 6000
const STOP_MARGIN_MS = 1000
/** A call takes no longer than a request for which it is made. */
const CALL_LIMIT_MS = 90_000

/**
 * Runs connectors and tasks in threads. One that holds up its thread, crashes it or uses up its
 * memory fails; what shared the thread with it starts again in another.
 */
export class ThreadHost implements TaskHost {
  readonly #deps: UnitDependencies
  readonly #logger: Logger
  readonly #placed: PlacedUnits
  /** What runs or has failed, by name. */
  readonly #units = new Map<string, Unit>()

  constructor(deps: UnitDependencies) {
    this.#deps = deps
    this.#logger = deps.logger.named('org.apache.kafka.connect.runtime.Worker')
    this.#placed = new PlacedUnits(deps)
  }

  async startConnector(assignment: ConnectorAssignment): Promise<StateReport> {
    const unit = this.#add({ ...assignment, kind: 'connector' }, assignment.props)
    return await this.#placed.inThread(
      unit,
      () => unit.started as Promise<StateReport>,
      (failure) => failure,
    )
  }

  async taskConfigs(connector: string, tasksMax: number): Promise<readonly ConfigProps[]> {
    const unit = this.#connector(connector)
    return this.#placed.inThread(
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
      this.#placed.begin(unit)
    }
    return this.#placed.inThread(
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
    await this.#placed.inThread<unknown>(
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
    const unit = this.#placed.create({ ...call, kind: 'call' }, null)
    this.#placed.begin(unit)
    const answered = () => unit.started as Promise<T>
    const answer = this.#placed.inThread<T>(unit, answered, answered)
    try {
      if (await settlesWithin(answer, CALL_LIMIT_MS, this.#deps.clock)) return await answer
      throw new ConnectError(`${call.name} did not end within ${CALL_LIMIT_MS} ms`, {
        code: 'REQUEST_TIMEOUT',
      })
    } finally {
      this.#placed.forget(unit)
      unit.thread?.units.delete(unit)
      if (unit.thread !== null) await this.#placed.pool.release(unit.thread)
    }
  }

  /** Levels of loggers in the threads follow those of the worker. */
  setLogLevel(namespace: string, level: LogLevel): void {
    this.#placed.pool.setLogLevel(namespace, level)
  }

  /** After `close`: threads in native code, and whose that is; the process can't exit before. */
  get held(): readonly string[] {
    return this.#placed.pool.held
  }

  get threadCount(): number {
    return this.#placed.pool.size
  }

  /** Of all that runs in the threads. */
  metrics(): Promise<readonly GroupReading[]> {
    return this.#placed.pool.metrics()
  }

  async close(): Promise<void> {
    const assignments = Array.from(this.#units.values(), ({ assignment }) => assignment)
    const tasks = assignments.flatMap((one) => (one.kind === 'task' ? [one.id] : []))
    const connectors = assignments.flatMap((one) => (one.kind === 'connector' ? [one.name] : []))
    await this.stopTasks(tasks)
    await Promise.all(connectors.map((name) => this.stopConnector(name)))
    await this.#placed.pool.close()
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
    if (this.#units.has(keyOf({ assignment }))) throw alreadyThere(nameOf({ assignment }))
    const unit = this.#placed.create(assignment, limitMb)
    this.#units.set(keyOf(unit), unit)
    if (invalid === null) this.#placed.begin(unit)
    else this.#placed.fail(unit, invalid)
    return unit
  }

  #connector(name: string): Unit {
    const unit = this.#units.get(connectorKey(name))
    if (unit !== undefined) return unit
    throw notThere(name)
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
      if (assignment.kind === 'connector') this.#placed.report(unit, { state: 'UNASSIGNED' })
    } else if (
      !(await settlesWithin(this.#stopIn(thread, unit, call), limitMs, this.#deps.clock))
    ) {
      thread.lingering.set(number, { unit, sinceMs: performance.now() })
      this.#logger.error(`${nameOf(unit)} did not stop within ${limitMs} ms and is given up`)
    }
    this.#placed.forget(unit)
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
      await this.#placed.pool.release(thread)
    } catch (error) {
      if (!(error instanceof ThreadEnded)) throw error
      if (this.#placed.has(unit)) this.#placed.report(unit, { state: 'UNASSIGNED' })
    }
  }
}
