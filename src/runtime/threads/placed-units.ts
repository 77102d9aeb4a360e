import { ConnectError, messageOf, traceOf } from '../../base/errors.ts'
import type { Logger, LoggerRegistry } from '../../base/logger.ts'
import type { TaskEnvironment } from '../task-environment.ts'
import type { StateReport } from '../task-host.ts'
import { lossError, suspectsOf, type ThreadLoss } from './thread-loss.ts'
import { ThreadPool, type ThreadPoolOptions } from './thread-pool.ts'
import { connectorOf, createUnit, nameOf, type Unit, type UnitAssignment } from './unit.ts'
import { workerCalls } from './worker-calls.ts'
import { ThreadEnded, type WorkerThread } from './worker-thread.ts'

export interface UnitDependencies
  extends Pick<
      TaskEnvironment,
      'workerProps' | 'settings' | 'events' | 'metrics' | 'clock' | 'logger'
    >,
    Pick<ThreadPoolOptions, 'entry' | 'sizeMax' | 'timeoutMs'> {
  /** `plugin.path` */
  readonly pluginPath: readonly string[]
  readonly loggers: LoggerRegistry
}

/** Puts units into threads; when a thread is lost, one fails for it and the others start again. */
export class PlacedUnits {
  readonly pool: ThreadPool
  readonly #deps: UnitDependencies
  readonly #logger: Logger
  /** Also those that stop at the moment; others count no longer. */
  readonly #numbered = new Map<number, Unit>()
  #unitNumber = 0
  #splits = 0

  constructor(deps: UnitDependencies) {
    this.#deps = deps
    const { events, logger, loggers, workerProps, settings, pluginPath } = deps
    const { samples, windowMs } = deps.metrics.timing
    this.#logger = logger.named('org.apache.kafka.connect.runtime.Worker')
    this.pool = new ThreadPool({
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
          reported: (unit, report) => this.report(unit, report),
          ended: (number) => thread.lingering.delete(number),
        }),
      onLost: (thread, loss) => this.#lost(thread, loss),
    })
  }

  create(assignment: UnitAssignment, heapLimitMb: number | null): Unit {
    const unit = createUnit(++this.#unitNumber, assignment, heapLimitMb)
    this.#numbered.set(unit.number, unit)
    return unit
  }

  has({ number }: Unit): boolean {
    return this.#numbered.has(number)
  }

  forget({ number }: Unit): void {
    this.#numbered.delete(number)
  }

  begin(unit: Unit): void {
    const { assignment, number, target } = unit
    let thread: WorkerThread
    try {
      thread = this.pool.place(unit)
    } catch (error) {
      this.fail(unit, error)
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
  async inThread<T>(
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

  /** A thread has ended: one of its units fails for it, the others start again elsewhere. */
  #lost(thread: WorkerThread, loss: ThreadLoss): void {
    const units = [...thread.units].filter((unit) => !this.#isOver(unit))
    // What was stopped and still runs there may be to blame; it fails no more.
    const lingering = Array.from(thread.lingering.values(), ({ unit }) => unit)
    const suspects = suspectsOf(loss, [...units, ...lingering])
    const isKnown =
      suspects.length === 1 ||
      (lingering.length === 0 && units.every(({ heapLimitMb: limit }) => limit !== null))
    const failing = isKnown ? suspects.filter((unit) => units.includes(unit)) : []
    if (!isKnown) this.#split(suspects)
    const moving = units.filter((unit) => !failing.includes(unit))
    this.#logger.error(
      `Thread ${thread.name} was lost (${loss.kind}): ${failing.length} connectors and tasks fail for it, ${moving.length} that shared it start again`,
    )
    for (const unit of failing) this.fail(unit, lossError(loss, unit, thread))
    for (const unit of moving) {
      if (unit.assignment.kind === 'task') this.report(unit, { state: 'RESTARTING' })
      // Should it be the next to hold up its thread, then alone.
      if (unit.assignment.kind === 'call') unit.group = `call ${unit.number}`
      this.begin(unit)
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

  fail(unit: Unit, error: unknown): void {
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
    this.report(unit, report)
  }

  report(unit: Unit, report: StateReport): void {
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
