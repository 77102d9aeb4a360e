import type { ReportedState } from './task-host.ts'

/**
 * Where a task is in its life. `stopping` still runs; `cancelled` may still run, but what it does
 * no longer counts.
 */
export type TaskPhase = 'new' | 'paused' | 'running' | 'stopping' | 'failed' | 'ended' | 'cancelled'

export type TaskEvent =
  | 'started'
  | 'paused'
  | 'resumed'
  | 'stop-requested'
  | 'failed'
  | 'ended'
  | 'cancelled'

export interface Transition {
  readonly to: TaskPhase
  readonly report: ReportedState | null
}

const silently = (to: TaskPhase): Transition => ({ to, report: null })

const alive: Partial<Record<TaskEvent, Transition>> = {
  started: { to: 'running', report: 'RUNNING' },
  paused: { to: 'paused', report: 'PAUSED' },
  resumed: { to: 'running', report: 'RUNNING' },
  'stop-requested': silently('stopping'),
  failed: { to: 'failed', report: 'FAILED' },
  ended: { to: 'ended', report: 'UNASSIGNED' },
  cancelled: silently('cancelled'),
}

const transitions: Record<TaskPhase, Partial<Record<TaskEvent, Transition>>> = {
  new: alive,
  paused: alive,
  running: alive,
  // A failure on the way out is no news to the user: the task ends, as was asked for.
  stopping: {
    failed: { to: 'ended', report: 'UNASSIGNED' },
    ended: { to: 'ended', report: 'UNASSIGNED' },
    cancelled: silently('cancelled'),
  },
  failed: {},
  ended: {},
  cancelled: {},
}

/** What an event does to a task; an event that means nothing in this phase changes nothing. */
export function transition(phase: TaskPhase, event: TaskEvent): Transition {
  return transitions[phase][event] ?? { to: phase, report: null }
}
