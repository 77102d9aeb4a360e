import type { WorkerMetrics } from '../metrics/worker-metrics.ts'
import { propOf } from './props.ts'
import type { HostEvents, ReportedState, TaskHost, TaskId } from './task-host.ts'

/** Whether a status shows that a task restarts, of which the host knows only the stop and the start. */
export type IsRestarting = (id: TaskId) => boolean

/** A host that counts what it has, and what becomes of it. */
export function meteredHost(
  metrics: WorkerMetrics,
  isRestarting: IsRestarting,
  events: HostEvents,
  createHost: (events: HostEvents) => TaskHost,
): TaskHost {
  const host = createHost({
    ...events,
    onConnectorState(name, report) {
      metrics.connectorChanged(name, statusOf(report.state))
      events.onConnectorState(name, report)
    },
    onTaskState(id, report) {
      metrics.taskChanged(id.connector, id.task, statusOf(report.state))
      events.onTaskState(id, report)
    },
  })
  return {
    startConnector(assignment) {
      const { name, props } = assignment
      metrics.connectorAdded(name, propOf(props, 'connector.class') ?? '')
      return host.startConnector(assignment)
    },
    async stopConnector(name) {
      await host.stopConnector(name)
      metrics.connectorRemoved(name)
    },
    startTask(assignment) {
      const { id } = assignment
      metrics.taskAdded(id.connector, id.task, () => isRestarting(id))
      return host.startTask(assignment)
    },
    async stopTasks(ids) {
      await host.stopTasks(ids)
      for (const { connector, task } of ids) metrics.taskRemoved(connector, task)
    },
    taskConfigs: (connector, tasksMax) => host.taskConfigs(connector, tasksMax),
    setConnectorTarget: (connector, target) => host.setConnectorTarget(connector, target),
    setTaskTarget: (id, target) => host.setTaskTarget(id, target),
    close: () => host.close(),
  }
}

/** In small letters, as Apache Kafka Connect has it in metrics. */
export function statusOf(state: ReportedState): Lowercase<ReportedState> {
  return state.toLowerCase() as Lowercase<ReportedState>
}
