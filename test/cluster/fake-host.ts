import type { ConfigProps } from '../../src/config/props.ts'
import type {
  ConnectorAssignment,
  HostEvents,
  StateReport,
  TargetState,
  TaskAssignment,
  TaskHost,
  TaskId,
} from '../../src/runtime/task-host.ts'

/** What a fake connector does; by default it starts at once and has one task. */
export interface Behaviour {
  /** Awaited by each start. */
  start?(): Promise<void>
  taskConfigs?(): readonly ConfigProps[]
}

const reached = { STARTED: 'RUNNING', PAUSED: 'PAUSED', STOPPED: 'STOPPED' } as const

/** Runs nothing; notes every command and reports the states that a real host would. */
export class FakeHost implements TaskHost {
  /** Commands in the order in which they came, such as `start a`, `start a-0`, `stop a`. */
  readonly calls: string[] = []
  readonly tasks = new Map<string, TaskAssignment>()
  readonly behaviours = new Map<string, Behaviour>()
  readonly connectors = new Map<string, ConnectorAssignment>()
  readonly #events: HostEvents

  constructor(events: HostEvents) {
    this.#events = events
  }

  get events(): HostEvents {
    return this.#events
  }

  async startConnector(assignment: ConnectorAssignment): Promise<StateReport> {
    const { name, target } = assignment
    this.calls.push(`start ${name}`)
    this.connectors.set(name, assignment)
    try {
      if (target === 'STARTED') await this.behaviours.get(name)?.start?.()
    } catch (error) {
      const { message } = error as Error
      return this.#report(name, { state: 'FAILED', trace: `Error: ${message}`, message })
    }
    return this.#report(name, { state: reached[target] })
  }

  async taskConfigs(connector: string): Promise<readonly ConfigProps[]> {
    const assignment = this.connectors.get(connector)
    if (assignment === undefined) throw new Error(`${connector} is not here`)
    const configs = this.behaviours.get(connector)?.taskConfigs?.() ?? [assignment.props]
    const taskClass = `org.acme.${assignment.props['connector.class']}Task`
    return configs.map((config) => ({ ...config, 'task.class': taskClass }))
  }

  async setConnectorTarget(connector: string, target: TargetState): Promise<StateReport> {
    this.calls.push(`${target} ${connector}`)
    return this.#report(connector, { state: reached[target] })
  }

  async stopConnector(connector: string): Promise<void> {
    this.calls.push(`stop ${connector}`)
    if (this.connectors.delete(connector)) this.#report(connector, { state: 'UNASSIGNED' })
  }

  async startTask(assignment: TaskAssignment): Promise<void> {
    const { id, target } = assignment
    const key = `${id.connector}-${id.task}`
    this.calls.push(`start ${key}`)
    if (this.tasks.has(key)) throw new Error(`${key} runs already`)
    this.tasks.set(key, assignment)
    this.#events.onTaskState(id, { state: reached[target] })
  }

  setTaskTarget(id: TaskId, target: TargetState): void {
    const key = `${id.connector}-${id.task}`
    if (!this.tasks.has(key)) return
    this.calls.push(`${target} ${key}`)
    this.#events.onTaskState(id, { state: reached[target] })
  }

  async stopTasks(ids: readonly TaskId[]): Promise<void> {
    for (const id of ids) {
      const key = `${id.connector}-${id.task}`
      this.calls.push(`stop ${key}`)
      if (this.tasks.delete(key)) this.#events.onTaskState(id, { state: 'UNASSIGNED' })
    }
  }

  async close(): Promise<void> {
    this.calls.push('close')
  }

  #report(name: string, report: StateReport): StateReport {
    this.#events.onConnectorState(name, report)
    return report
  }
}
