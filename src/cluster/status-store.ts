import type { TaskId } from '../runtime/task-host.ts'
import type { StateInfo, TaskState } from './herder.ts'

/** What was last heard of connectors and tasks, and the topics that they used. */
export interface StatusStore {
  connector(name: string): StateInfo | null
  task(id: TaskId): TaskState | null
  /** Sorted by id. */
  tasks(name: string): readonly TaskState[]
  putConnector(name: string, info: StateInfo): void
  putTask(id: TaskId, info: StateInfo): void
  /** Forgets a connector and its tasks; its topics stay. */
  removeConnector(name: string): void
  removeTasks(name: string): void
  /** In the order of their first use. */
  topics(connector: string): readonly string[]
  /** @param id The task that used it first. */
  addTopic(id: TaskId, topic: string): void
  removeTopics(connector: string): void
}
