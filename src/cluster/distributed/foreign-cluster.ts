import type { GroupDescription } from '../../kafka/client.ts'
import type { TaskId } from '../../runtime/task-host.ts'
import type { StateInfo } from '../herder.ts'
import { taskKey } from './work-set.ts'
import {
  decodeAssignment,
  decodeWorkerState,
  isProtocolName,
  noWork,
  type Work,
} from './worker-protocol.ts'

/** A worker of another cluster that writes to the status topic of this one. */
export interface ForeignWorker {
  readonly groupId: string
  readonly workerId: string
  /** A connector or task that it runs, and that the status topic shows there. */
  readonly runs: string
}

/** What the status topic of this cluster shows. */
export interface ShownStates {
  connector(name: string): StateInfo | null
  task(id: TaskId): StateInfo | null
}

/**
 * Finds out whether another cluster was given the topics of this one by mistake.
 * @param groups All other groups of workers that the broker knows.
 */
export function foreignWorker(
  groups: readonly GroupDescription[],
  shown: ShownStates,
): ForeignWorker | null {
  for (const group of groups) {
    for (const { workerId, work } of runningWork(group)) {
      const runs = shownThere(work, workerId, shown)
      if (runs !== null) return { groupId: group.groupId, workerId, runs }
    }
  }
  return null
}

/** What was given to each worker, and what it had before. */
function runningWork({
  protocol,
  members,
}: GroupDescription): ReadonlyArray<{ readonly workerId: string; readonly work: Work }> {
  if (!isProtocolName(protocol)) return []
  return members.flatMap(({ metadata, assignment }) => {
    const state = readable(() => decodeWorkerState(protocol, metadata))
    if (state === null) return []
    const given = readable(() => decodeAssignment(protocol, assignment))
    const workerId = idOf(state.url)
    return [given, state.owned].map((each) => ({ workerId, work: each?.work ?? noWork }))
  })
}

export function describeForeign(
  { groupId, workerId, runs }: ForeignWorker,
  ownGroup: string,
): string {
  return `Worker ${workerId} of cluster ${groupId} runs ${runs} and tells so in the topics of this cluster, ${ownGroup}: both use the same topics. Each would run all connectors once more, and overwrite what the other writes. Give one of them topics of its own (config.storage.topic, offset.storage.topic, status.storage.topic), or both the same group.id`
}

function shownThere(
  { connectors, tasks }: Work,
  workerId: string,
  shown: ShownStates,
): string | null {
  const isThere = (info: StateInfo | null) =>
    info !== null && info.workerId === workerId && info.state !== 'UNASSIGNED'
  const connector = connectors.find((name) => isThere(shown.connector(name)))
  if (connector !== undefined) return `connector ${connector}`
  const task = tasks.find((id) => isThere(shown.task(id)))
  return task === undefined ? null : `task ${taskKey(task)}`
}

/** As statuses name the worker that advertises a URL. */
function idOf(url: string): string {
  return url.replace(/^\w+:\/\//, '').replace(/\/$/, '')
}

/** null for what another program or version wrote. */
function readable<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
