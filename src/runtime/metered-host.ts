import type { WorkerMetrics } from '../metrics/worker-metrics.ts'
import { propOf } from './props.ts'
import type { HostEvents, ReportedState, TaskHost } from './task-host.ts'

/** A host that counts what it has, and what becomes of it. */
export function meteredHost(
  metrics: WorkerMetrics,
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
      metrics.taskAdded(assignment.id.connector, assignment.id.task)
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
