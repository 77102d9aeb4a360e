import type { TaskId } from '../../runtime/task-host.ts'
import type { Work } from './worker-protocol.ts'

/** Connectors by name and tasks as `name-number`: work as sets, which is what assigning is about. */
export interface WorkSet {
  readonly connectors: ReadonlySet<string>
  readonly tasks: ReadonlySet<string>
}

export type WorkKind = keyof WorkSet

export const emptySet: WorkSet = { connectors: new Set(), tasks: new Set() }

export function toWorkSet({ connectors, tasks }: Work): WorkSet {
  return { connectors: new Set(connectors), tasks: new Set(tasks.map(taskKey)) }
}

/** Sorted by name, tasks by number. */
export function toWork({ connectors, tasks }: WorkSet): Work {
  return { connectors: [...connectors].sort(), tasks: [...tasks].map(taskOf).sort(compareTasks) }
}

export function taskKey({ connector, task }: TaskId): string {
  return `${connector}-${task}`
}

export function taskOf(key: string): TaskId {
  const dash = key.lastIndexOf('-')
  return { connector: key.slice(0, dash), task: Number(key.slice(dash + 1)) }
}

export function sizeOf({ connectors, tasks }: WorkSet): number {
  return connectors.size + tasks.size
}

export function union(sets: readonly WorkSet[]): WorkSet {
  return {
    connectors: new Set(sets.flatMap(({ connectors }) => [...connectors])),
    tasks: new Set(sets.flatMap(({ tasks }) => [...tasks])),
  }
}

export function minus(from: WorkSet, ...taken: readonly WorkSet[]): WorkSet {
  return both((kind) => {
    const left = new Set(from[kind])
    for (const each of taken) for (const item of each[kind]) left.delete(item)
    return left
  })
}

export function intersection(a: WorkSet, b: WorkSet): WorkSet {
  return both((kind) => new Set([...a[kind]].filter((item) => b[kind].has(item))))
}

/** What is in more than one of the sets. */
export function duplicates(sets: readonly WorkSet[]): WorkSet {
  return both((kind) => {
    const seen = new Set<string>()
    const twice = new Set<string>()
    for (const set of sets) {
      for (const item of set[kind]) (seen.has(item) ? twice : seen).add(item)
    }
    return twice
  })
}

export function both(make: (kind: WorkKind) => ReadonlySet<string>): WorkSet {
  return { connectors: make('connectors'), tasks: make('tasks') }
}

function compareTasks(a: TaskId, b: TaskId): number {
  if (a.connector === b.connector) return a.task - b.task
  return a.connector < b.connector ? -1 : 1
}
