import type { StateInfo } from '../herder.ts'
import type { ClusterConfig } from './config-log.ts'
import type { TopicStatusStore } from './topic-status-store.ts'
import type { Work } from './worker-protocol.ts'

/** Statuses of connectors and tasks that no longer exist are the leader's to remove. */
export function forgetDeleted(statuses: TopicStatusStore, { connectors }: ClusterConfig): void {
  for (const name of statuses.connectors()) {
    const config = connectors.get(name)
    if (config === undefined) {
      statuses.removeConnector(name)
      continue
    }
    if (config.isInconsistent) continue
    for (const { id } of statuses.tasks(name)) {
      if (id >= config.taskCount) statuses.removeTask({ connector: name, task: id })
    }
  }
}

/** Shows that nobody runs what waits for its worker to come back, and until when. */
export function tellWaiting(
  statuses: TopicStatusStore,
  { connectors, tasks }: Work,
  untilMs: number,
): void {
  for (const name of connectors) {
    const info = waitingInfo(statuses.connector(name), untilMs)
    if (info !== null) statuses.putConnector(name, info)
  }
  for (const id of tasks) {
    const info = waitingInfo(statuses.task(id), untilMs)
    if (info !== null) statuses.putTask(id, info)
  }
}

const ranStates: ReadonlySet<string> = new Set(['RUNNING', 'RESTARTING', 'UNASSIGNED'])

/** @returns null for what did not run: its state holds on. */
function waitingInfo(info: StateInfo | null, untilMs: number): StateInfo | null {
  if (info === null || !ranStates.has(info.state)) return null
  const { workerId } = info
  const until = new Date(untilMs).toISOString()
  const trace = `Worker ${workerId} has left the cluster, and may come back for this until ${until} (scheduled.rebalance.max.delay.ms); then another worker takes it over`
  return { state: 'UNASSIGNED', workerId, version: null, trace }
}
