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

/** A worker of another cluster that may write to the status topic of this one. */
export interface ForeignWorker {
  readonly groupId: string
  readonly workerId: string
  /** Of its REST API. */
  readonly url: string
  /** A connector or task that it runs, and that the status topic shows there. */
  readonly runs: string
}

/** What the status topic of this cluster shows. */
export interface ShownStates {
  connector(name: string): StateInfo | null
  task(id: TaskId): StateInfo | null
}

/**
 * Finds workers of other clusters that run what the status topic shows at their address: either
 * they were given the topics of this cluster by mistake, or they now have the address of a worker
 * of this cluster that was killed.
 * @param groups All groups of workers that the broker knows.
 * @param own What is no other cluster.
 */
export function suspects(
  groups: readonly GroupDescription[],
  own: { readonly groupId: string; readonly url: string },
  shown: ShownStates,
): readonly ForeignWorker[] {
  const members = groups.flatMap(membersOf)
  const ours = members.filter(({ groupId }) => groupId === own.groupId)
  const ourUrls = new Set([own.url, ...ours.map(({ url }) => url)])
  return members.flatMap(({ groupId, url, work }) => {
    const workerId = idOf(url)
    const runs = ourUrls.has(url) ? null : shownThere(work, workerId, shown)
    return runs === null ? [] : [{ groupId, workerId, url, runs }]
  })
}

/**
 * Finds clusters that run nothing but what is configured in this one, which may be because they
 * were given its config topic, or because they are much like it.
 * @returns One worker of each.
 */
export function lookalikes(
  groups: readonly GroupDescription[],
  own: { readonly groupId: string; readonly url: string },
  isConfigured: (connector: string) => boolean,
): readonly ForeignWorker[] {
  return groups.flatMap((group) => {
    const members = group.groupId === own.groupId ? [] : membersOf(group)
    const busy = members.filter(({ work }) => namesIn(work).length > 0)
    const [worker] = busy
    const isLike = busy.every(({ work }) => namesIn(work).every(isConfigured))
    if (worker === undefined || worker.url === own.url || !isLike) return []
    const { groupId, url, work } = worker
    return [{ groupId, workerId: idOf(url), url, runs: `connector ${namesIn(work)[0]}` }]
  })
}

function namesIn({ connectors, tasks }: Work): readonly string[] {
  return [...connectors, ...tasks.map(({ connector }) => connector)]
}

interface Member {
  readonly groupId: string
  readonly url: string
  /** What was given to it, and what it had before. */
  readonly work: Work
}

function membersOf({ groupId, protocol, members }: GroupDescription): readonly Member[] {
  if (!isProtocolName(protocol)) return []
  return members.flatMap(({ metadata, assignment }) => {
    const state = readable(() => decodeWorkerState(protocol, metadata))
    if (state === null) return []
    const given = readable(() => decodeAssignment(protocol, assignment))?.work ?? noWork
    const owned = state.owned?.work ?? noWork
    const work = {
      connectors: [...given.connectors, ...owned.connectors],
      tasks: [...given.tasks, ...owned.tasks],
    }
    return [{ groupId, url: state.url, work }]
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
