import type { ConfigProps } from '../../../src/config/props.ts'
import type {
  ConnectorAssignment,
  ExactlyOnceTask,
  HostEvents,
  StateReport,
  TaskAssignment,
  TaskId,
} from '../../../src/runtime/task-host.ts'
import { FakeHost } from '../fake-host.ts'
import type { MemoryProducers } from './memory-producers.ts'

export interface SimulatedHostOptions {
  readonly events: HostEvents
  /** How many tasks each connector has. */
  readonly tasksOf: ReadonlyMap<string, number>
  readonly producers: MemoryProducers
  onStart(part: string): void
}

/** Gives each connector as many tasks as it shall have; exactly-once tasks open producers. */
export class SimulatedHost extends FakeHost {
  readonly #options: SimulatedHostOptions
  readonly #ends = new Map<string, () => void>()

  constructor(options: SimulatedHostOptions) {
    super(options.events)
    this.#options = options
  }

  override startConnector(assignment: ConnectorAssignment): Promise<StateReport> {
    this.#options.onStart(assignment.name)
    return super.startConnector(assignment)
  }

  override async startTask(assignment: TaskAssignment): Promise<void> {
    const { id, exactlyOnce } = assignment
    const key = keyOf(id)
    this.#options.onStart(key)
    if (exactlyOnce === undefined) return super.startTask(assignment)
    this.tasks.set(key, assignment)
    void this.#bringUp(assignment, exactlyOnce).catch((error: Error) => {
      if (this.tasks.get(key) !== assignment) return
      this.events.onTaskState(id, { state: 'FAILED', trace: error.message })
    })
  }

  override stopTasks(ids: readonly TaskId[]): Promise<void> {
    for (const id of ids) this.#ends.get(keyOf(id))?.()
    return super.stopTasks(ids)
  }

  override async taskConfigs(connector: string): Promise<readonly ConfigProps[]> {
    const count = this.#options.tasksOf.get(connector) ?? 1
    return Array.from({ length: count }, (_, task) => ({ task: String(task) }))
  }

  /** As the runtime does. */
  async #bringUp(assignment: TaskAssignment, exactlyOnce: ExactlyOnceTask): Promise<void> {
    const { id } = assignment
    const { producers, events } = this.#options
    const isStopped = () => this.tasks.get(keyOf(id)) !== assignment
    await events.fenceZombies(id)
    if (isStopped()) return
    const epoch = producers.open(exactlyOnce.transactionalId)
    await events.confirmStart(id, exactlyOnce.generation)
    if (isStopped()) return
    this.#ends.set(keyOf(id), producers.begin(id, exactlyOnce, epoch))
    events.onTaskState(id, { state: assignment.target === 'PAUSED' ? 'PAUSED' : 'RUNNING' })
  }
}

function keyOf({ connector, task }: TaskId): string {
  return `${connector}-${task}`
}
