import { ConnectError } from '../../base/errors.ts'
import type { RunningCode } from './running-code.ts'
import { nameOf, type Unit } from './unit.ts'
import type { WorkerThread } from './worker-thread.ts'

/** Why a thread has ended that had something to run. */
export type ThreadLoss =
  | { readonly kind: 'blocked'; readonly silentMs: number; readonly running: RunningCode }
  /** A task that was stopped and cancelled still ran. */
  | { readonly kind: 'lingering' }
  | { readonly kind: 'out-of-memory' }
  | { readonly kind: 'exited'; readonly error: unknown; readonly running: RunningCode }

/**
 * Those of a thread's units one of which has ended it. Where nobody can tell, all tasks and
 * calls; several then start again in threads of their own, so that the next time there are fewer.
 */
export function suspectsOf(loss: ThreadLoss, units: readonly Unit[]): readonly Unit[] {
  if (loss.kind === 'lingering') return []
  if (loss.kind !== 'out-of-memory' && loss.running.unit !== 0) {
    return units.filter(({ number }) => number === loss.running.unit)
  }
  const tasks = units.filter(({ assignment }) => assignment.kind !== 'connector')
  return tasks.length > 0 ? tasks : units
}

/** What the user reads in the status of a unit that has ended its thread, or as the answer. */
export function lossError(loss: ThreadLoss, unit: Unit, { name }: WorkerThread): ConnectError {
  const isLate = loss.kind === 'blocked' && unit.assignment.kind === 'call'
  const error = new ConnectError(`${nameOf(unit)} ${textOf(loss, unit, name)}`, {
    code: isLate ? 'REQUEST_TIMEOUT' : 'CONNECT_FAILED',
    ...(loss.kind === 'exited' && loss.error !== null ? { cause: loss.error } : {}),
  })
  const frames = 'running' in loss ? loss.running.frames : []
  error.stack = [`ConnectError: ${error.message}`, ...frames].join('\n')
  return error
}

function textOf(loss: ThreadLoss, { heapLimitMb, assignment }: Unit, thread: string): string {
  const again = assignment.kind === 'call' ? 'try again' : 'restart it'
  switch (loss.kind) {
    case 'blocked': {
      const seconds = (loss.silentMs / 1000).toFixed(1)
      return `held up its thread ${thread} for ${seconds} s, so the thread was ended (millrace.task.thread.timeout.ms). Code that awaits nothing lets nothing else run: have it await between its steps, or allow it more time by that setting of the worker, then ${again}`
    }
    case 'out-of-memory': {
      const limit =
        heapLimitMb === null
          ? "reached the heap limit of Node.js; millrace.heap.limit.mb in the connector's configuration gives it a thread and a limit of its own"
          : `reached millrace.heap.limit.mb=${heapLimitMb}; raise it, or have the connector hold less at a time`
      return `ran out of memory: its thread ${thread} ${limit}. Then ${again}`
    }
    case 'exited':
      return `ended its thread ${thread}, by process.exit or an error that nothing caught. When its cause is gone, ${again}`
    case 'lingering':
      return `was in thread ${thread}, which was ended because a stopped task still ran there`
  }
}
