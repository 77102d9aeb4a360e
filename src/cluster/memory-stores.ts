import type { TaskId } from '../runtime/task-host.ts'
import type { ConfigState, ConnectorState } from './config-state.ts'
import type { StateInfo, TaskState } from './herder.ts'
import type { StatusStore } from './status-store.ts'

/** Configurations of a standalone worker: gone when it ends. */
export class MemoryConfigStore {
  #state: ConfigState = new Map()

  get state(): ConfigState {
    return this.#state
  }

  put(name: string, connector: ConnectorState): void {
    this.#state = new Map(this.#state).set(name, connector)
  }

  remove(name: string): void {
    const state = new Map(this.#state)
    state.delete(name)
    this.#state = state
  }
}

/** Statuses of a standalone worker: gone when it ends. */
export class MemoryStatusStore implements StatusStore {
  readonly #connectors = new Map<string, StateInfo>()
  readonly #tasks = new Map<string, Map<number, TaskState>>()
  readonly #topics = new Map<string, Set<string>>()

  connector(name: string): StateInfo | null {
    return this.#connectors.get(name) ?? null
  }

  task({ connector, task }: TaskId): TaskState | null {
    return this.#tasks.get(connector)?.get(task) ?? null
  }

  tasks(name: string): readonly TaskState[] {
    return [...(this.#tasks.get(name)?.values() ?? [])].sort((a, b) => a.id - b.id)
  }

  putConnector(name: string, info: StateInfo): void {
    this.#connectors.set(name, info)
  }

  putTask({ connector, task }: TaskId, info: StateInfo): void {
    const tasks = this.#tasks.get(connector) ?? new Map()
    this.#tasks.set(connector, tasks.set(task, { ...info, id: task }))
  }

  removeConnector(name: string): void {
    this.#connectors.delete(name)
    this.#tasks.delete(name)
  }

  removeTasks(name: string): void {
    this.#tasks.delete(name)
  }

  topics(connector: string): readonly string[] {
    return [...(this.#topics.get(connector) ?? [])]
  }

  addTopic({ connector }: TaskId, topic: string): void {
    const topics = this.#topics.get(connector) ?? new Set()
    this.#topics.set(connector, topics.add(topic))
  }

  removeTopics(connector: string): void {
    this.#topics.delete(connector)
  }
}
