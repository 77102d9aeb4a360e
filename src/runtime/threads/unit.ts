import type { ConnectorAssignment, StateReport, TargetState, TaskAssignment } from '../task-host.ts'
import type { WorkerThread } from './worker-thread.ts'

/** Code of a plug-in that a thread shall run once, beside connectors and tasks. */
export interface PluginCall {
  /** Of what the module of the thread has for it. */
  readonly method: string
  /** Structured-cloneable; the method gets a function as one more, which calls `onStage`. */
  readonly args: readonly unknown[]
  /** As in the log and in messages, such as `The check of connector a`. */
  readonly name: string
  onStage(text: string): void
}

export type UnitAssignment =
  | (ConnectorAssignment & { readonly kind: 'connector' })
  | (TaskAssignment & { readonly kind: 'task' })
  | (PluginCall & { readonly kind: 'call' })

/** One connector or task from its start to its stop, or one call. */
export interface Unit {
  readonly number: number
  readonly assignment: UnitAssignment
  /** `millrace.heap.limit.mb` of its connector: then it has a thread with the connector alone. */
  readonly heapLimitMb: number | null
  target: TargetState
  /** Whom it shares a thread with; null for the pool. */
  group: string | null
  /** null while it runs nowhere, as it has failed. */
  thread: WorkerThread | null
  /** Its last start, or its answer; another follows when its thread has ended. */
  started: Promise<unknown>
  /** What it has told last. */
  report: StateReport | null
  /** Why it runs nowhere. */
  failure: StateReport | null
}

export function createUnit(
  number: number,
  assignment: UnitAssignment,
  heapLimitMb: number | null,
): Unit {
  return {
    number,
    assignment,
    heapLimitMb,
    target: assignment.kind === 'call' ? 'STARTED' : assignment.target,
    group: heapLimitMb === null ? null : `connector ${connectorOf({ assignment })}`,
    thread: null,
    started: Promise.resolve(undefined),
    report: null,
    failure: null,
  }
}

export function connectorOf({ assignment }: Pick<Unit, 'assignment'>): string {
  return assignment.kind === 'task' ? assignment.id.connector : assignment.name
}

export function keyOf({ assignment }: Pick<Unit, 'assignment'>): string {
  return assignment.kind === 'task' ? taskKey(assignment.id) : connectorKey(assignment.name)
}

export function connectorKey(name: string): string {
  return `connector ${name}`
}

export function taskKey({ connector, task }: TaskAssignment['id']): string {
  return `task ${task} ${connector}`
}

/** As in the log and in messages. */
export function nameOf({ assignment }: Pick<Unit, 'assignment'>): string {
  if (assignment.kind === 'call') return assignment.name
  if (assignment.kind === 'connector') return `Connector ${assignment.name}`
  return `Task ${assignment.id.connector}-${assignment.id.task}`
}
