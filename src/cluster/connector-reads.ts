import { ConnectError } from '../base/errors.ts'
import type { TaskId } from '../runtime/task-host.ts'
import { type ConfigState, type ConnectorState, taskIds } from './config-state.ts'
import type { ConnectorInfo, ConnectorStatus, Herder, TaskInfo, TaskState } from './herder.ts'
import type { StatusStore } from './status-store.ts'

export interface ReadSources {
  /** Always the newest. */
  readonly configs: { readonly state: ConfigState }
  readonly statuses: StatusStore
}

type Reads = Pick<
  Herder,
  'connectors' | 'connector' | 'status' | 'taskStatus' | 'tasks' | 'topics' | 'resetTopics'
>

/** Answers from what is known now: they wait for nobody. */
export class ConnectorReads implements Reads {
  protected readonly sources: ReadSources

  constructor(sources: ReadSources) {
    this.sources = sources
  }

  connectors(): readonly string[] {
    return [...this.sources.configs.state.keys()]
  }

  connector(name: string): ConnectorInfo {
    const state = this.found(name)
    return { name, config: state.config, tasks: taskIds(name, state), type: state.type }
  }

  status(name: string): ConnectorStatus {
    const { configs, statuses } = this.sources
    const connector = statuses.connector(name)
    if (connector === null) throw notFound(`No status found for connector ${name}`)
    const type = configs.state.get(name)?.type ?? 'unknown'
    return { name, type, connector, tasks: statuses.tasks(name) }
  }

  taskStatus(id: TaskId): TaskState {
    const status = this.sources.statuses.task(id)
    if (status !== null) return status
    throw notFound(`No status found for task ${id.connector}-${id.task}`)
  }

  tasks(name: string): readonly TaskInfo[] {
    const { tasks } = this.found(name)
    return tasks.map((config, task) => ({ id: { connector: name, task }, config }))
  }

  topics(name: string): readonly string[] {
    return this.sources.statuses.topics(name)
  }

  async resetTopics(name: string): Promise<void> {
    this.sources.statuses.removeTopics(name)
  }

  protected found(name: string): ConnectorState {
    const state = this.sources.configs.state.get(name)
    if (state === undefined) throw notFound(`Connector ${name} not found`)
    return state
  }

  /** @throws ConnectError BAD_REQUEST unless the connector and all its tasks were stopped. */
  protected stopped(name: string): ConnectorState {
    const state = this.found(name)
    if (state.target === 'STOPPED' && state.tasks.length === 0) return state
    throw new ConnectError(
      `Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the '/connectors/${name}/stop' endpoint`,
      { code: 'BAD_REQUEST' },
    )
  }
}

export function notFound(message: string): ConnectError {
  return new ConnectError(message, { code: 'NOT_FOUND' })
}
