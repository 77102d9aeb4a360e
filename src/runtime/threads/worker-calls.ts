import { ConnectError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { HostEvents, StateReport, TaskId } from '../task-host.ts'
import type { WorkerCalls } from './thread-messages.ts'
import { connectorOf, type Unit } from './unit.ts'
import { decodeError } from './wire-error.ts'

interface Parts {
  readonly events: HostEvents
  readonly logger: Logger
  /** null for a unit that no longer runs in this thread: nothing that it tells counts. */
  unit(number: number): Unit | null
  reported(unit: Unit, report: StateReport): void
  /** A task that was given up has ended. */
  ended(number: number): void
}

/** What a worker does for a thread. */
export function workerCalls({ events, logger, unit, reported, ended }: Parts): WorkerCalls {
  const present = (number: number): Unit => {
    const found = unit(number)
    if (found !== null) return found
    throw new ConnectError('The worker no longer waits for this connector or task', {
      code: 'WORKER_STATE',
    })
  }
  return {
    reported(number, report) {
      const found = unit(number)
      if (found !== null) reported(found, report)
    },
    topicUsed(number, topic) {
      const found = unit(number)
      if (found !== null) events.onTopicUsed(taskOf(found), topic)
    },
    reconfigure: async (number) => events.onTaskReconfiguration(connectorOf(present(number))),
    readOffsets: async (number, partitions) =>
      events.readOffsets(connectorOf(present(number)), partitions),
    writeOffsets: async (number, offsets) =>
      events.writeOffsets(connectorOf(present(number)), offsets),
    copyOffsets: async (number, offsets) =>
      events.copyOffsets(connectorOf(present(number)), offsets),
    taskProps: async (number) => events.taskProps(taskOf(present(number))),
    fenceZombies: async (number) => events.fenceZombies(taskOf(present(number))),
    confirmStart: async (number, generation) =>
      events.confirmStart(taskOf(present(number)), generation),
    taskEnded: ended,
    stageBegan(number, text) {
      const found = unit(number)
      if (found?.assignment.kind === 'call') found.assignment.onStage(text)
    },
    log({ level, logger: namespace, context, message, err }) {
      const named = logger.named(namespace)
      const log = context === undefined ? named : named.within(context)
      log[level](message, err === undefined ? undefined : decodeError(err))
    },
    loggerMade(namespace) {
      logger.named(namespace)
    },
  }
}

function taskOf({ assignment }: Unit): TaskId {
  if (assignment.kind === 'task') return assignment.id
  throw new TypeError(`connector ${assignment.name} asks for what only a task needs`)
}
