import {
  type AssignorState,
  assignIncrementally,
  newAssignorState,
} from '../../../src/cluster/distributed/incremental-assignor.ts'
import { sizeOf, taskKey, taskOf, toWorkSet } from '../../../src/cluster/distributed/work-set.ts'
import type { Work } from '../../../src/cluster/distributed/worker-protocol.ts'

interface Worker {
  readonly connectors: Set<string>
  readonly tasks: Set<string>
  state: AssignorState
  completedGeneration: number
}

/** Workers, a leader among them, and a clock: everything but sockets. */
export class SimulatedGroup {
  readonly workers = new Map<string, Worker>()
  readonly configured = new Map<string, number>()
  readonly delayMaxMs: number
  nowMs = 1_000_000
  #generation = 0
  #leader = ''
  #rejoinAtMs = 0
  #ids = 0

  constructor(delayMaxMs: number) {
    this.delayMaxMs = delayMaxMs
  }

  join(): string {
    const id = `worker-${++this.#ids}`
    this.workers.set(id, {
      connectors: new Set(),
      tasks: new Set(),
      state: newAssignorState,
      completedGeneration: -1,
    })
    return id
  }

  leave(id: string): void {
    this.workers.delete(id)
  }

  /**
   * One rebalance.
   * @param deaf Members that don't get their assignment.
   * @returns Whether another follows at once.
   */
  round(deaf: ReadonlySet<string> = new Set()): boolean {
    if (this.workers.size === 0) return false
    if (!this.workers.has(this.#leader)) this.#leader = [...this.workers.keys()].sort()[0] ?? ''
    const leader = this.#found(this.#leader)
    const result = assignIncrementally(leader.state, {
      members: new Map([...this.workers].map(([id, worker]) => [id, toWork(worker)])),
      configured: this.#configuredWork(),
      completedGeneration: leader.completedGeneration,
      generation: ++this.#generation,
      nowMs: this.nowMs,
      delayMaxMs: this.delayMaxMs,
    })
    leader.state = result.state
    const heard = [...result.members].filter(([id]) => !deaf.has(id))
    for (const [id, given] of heard) this.#take(id, given)
    this.#rejoinAtMs = result.delayMs > 0 ? this.nowMs + result.delayMs : 0
    const revokes = heard.some(([, { revoked }]) => sizeOf(toWorkSet(revoked)) > 0)
    return revokes || deaf.size > 0
  }

  #take(id: string, { work, revoked }: { readonly work: Work; readonly revoked: Work }): void {
    const worker = this.#found(id)
    worker.completedGeneration = this.#generation
    for (const name of revoked.connectors) worker.connectors.delete(name)
    for (const task of revoked.tasks) worker.tasks.delete(taskKey(task))
    for (const name of work.connectors) worker.connectors.add(name)
    for (const task of work.tasks) worker.tasks.add(taskKey(task))
  }

  /** Rounds until nobody has a reason for another; time passes where they wait for it. */
  settle(): void {
    for (let left = 100; left > 0; left--) {
      if (this.round()) continue
      if (this.#rejoinAtMs === 0) return
      this.nowMs = this.#rejoinAtMs
    }
    throw new Error('the group does not settle')
  }

  /** What is wrong with who runs what now, in words. */
  conflicts(): readonly string[] {
    return (['connectors', 'tasks'] as const).flatMap((kind) => {
      const owners = [...this.workers].flatMap(([id, worker]) =>
        [...worker[kind]].map((item) => [item, id] as const),
      )
      return [...Map.groupBy(owners, ([item]) => item)].flatMap(([item, of]) =>
        of.length > 1 ? `${item} runs on ${of.map(([, id]) => id).join(' and ')}` : [],
      )
    })
  }

  /** What is missing, left over, or out of balance once the group has settled. */
  problems(): readonly string[] {
    const wanted = this.#configuredWork()
    const expected = {
      connectors: new Set(wanted.connectors),
      tasks: new Set(wanted.tasks.map(taskKey)),
    }
    return (['connectors', 'tasks'] as const).flatMap((kind) => {
      const loads = [...this.workers.values()].map((worker) => worker[kind])
      const running = new Set(loads.flatMap((load) => [...load]))
      const sizes = loads.map(({ size }) => size)
      const spread = Math.max(...sizes) - Math.min(...sizes)
      return [
        ...[...expected[kind]]
          .filter((item) => !running.has(item))
          .map((item) => `${item} runs nowhere`),
        ...[...running]
          .filter((item) => !expected[kind].has(item))
          .map((item) => `${item} is not configured`),
        ...(spread > 1 ? [`${kind} are not balanced: ${sizes}`] : []),
      ]
    })
  }

  #configuredWork(): Work {
    const connectors = [...this.configured.keys()]
    const tasks = [...this.configured].flatMap(([connector, count]) =>
      Array.from({ length: count }, (_, task) => ({ connector, task })),
    )
    return { connectors, tasks }
  }

  #found(id: string): Worker {
    const worker = this.workers.get(id)
    if (worker === undefined) throw new Error(`there is no ${id}`)
    return worker
  }
}

function toWork({ connectors, tasks }: Worker): Work {
  return { connectors: [...connectors], tasks: [...tasks].map(taskOf) }
}
