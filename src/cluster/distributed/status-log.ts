import { javaJsonText } from '../../base/java-json-text.ts'
import type { ReportedState, TaskId } from '../../runtime/task-host.ts'
import type { TextRecord } from './config-records.ts'
import { objectOf, parsedJson } from './json-record.ts'

/** DESTROYED is what a reader may find in a topic; this worker writes a tombstone for it. */
export type LoggedState = ReportedState | 'DESTROYED'

/** State of a connector or task as the status topic keeps it. */
export interface LoggedStatus {
  readonly state: LoggedState
  readonly trace: string | null
  readonly workerId: string
  /** Generation of the group in which it was written. */
  readonly generation: number
  readonly version: string | null
}

/** First use of a topic by a connector. */
export interface TopicUse {
  readonly topic: string
  readonly connector: string
  readonly task: number
  readonly discoveredMs: number
}

const CONNECTOR = 'status-connector-'
const TASK = 'status-task-'
const TOPIC = 'status-topic-'
const TOPIC_CONNECTOR = ':connector-'

const states: ReadonlySet<unknown> = new Set<LoggedState>([
  'UNASSIGNED',
  'RUNNING',
  'PAUSED',
  'FAILED',
  'RESTARTING',
  'STOPPED',
  'DESTROYED',
])

/** @param status null: it was deleted. */
export function connectorStatusRecord(name: string, status: LoggedStatus | null): TextRecord {
  return { key: CONNECTOR + name, value: valueText(status) }
}

/** @param status null: it was deleted. */
export function taskStatusRecord(
  { connector, task }: TaskId,
  status: LoggedStatus | null,
): TextRecord {
  return { key: `${TASK}${connector}-${task}`, value: valueText(status) }
}

export function topicRecord({ topic, connector, task, discoveredMs }: TopicUse): TextRecord {
  const use = { name: topic, connector, task, discoverTimestamp: discoveredMs }
  return {
    key: TOPIC + topic + TOPIC_CONNECTOR + connector,
    value: javaJsonText({ topic: use }),
  }
}

export function forgottenTopicRecord(connector: string, topic: string): TextRecord {
  return { key: TOPIC + topic + TOPIC_CONNECTOR + connector, value: null }
}

/** Reads the records of the status topic one after the other into what was last heard. */
export class StatusLog {
  readonly #connectors = new Map<string, LoggedStatus>()
  readonly #tasks = new Map<string, Map<number, LoggedStatus>>()
  readonly #topics = new Map<string, Map<string, TopicUse>>()

  connectors(): readonly string[] {
    return [...this.#connectors.keys()]
  }

  connector(name: string): LoggedStatus | null {
    return this.#connectors.get(name) ?? null
  }

  tasks(connector: string): ReadonlyMap<number, LoggedStatus> {
    return this.#tasks.get(connector) ?? new Map()
  }

  /** The task whose status a key is for. */
  taskOf(key: string): TaskId | null {
    return key.startsWith(TASK) ? taskId(key.slice(TASK.length)) : null
  }

  topics(connector: string): readonly TopicUse[] {
    return [...(this.#topics.get(connector)?.values() ?? [])]
  }

  usedTopics(): readonly TopicUse[] {
    return [...this.#topics.values()].flatMap((uses) => [...uses.values()])
  }

  /** @returns false for a record that can't be read. */
  apply({ key, value }: TextRecord): boolean {
    // JSON's null is no tombstone.
    const json = value === null ? null : (parsedJson(value) ?? {})
    if (key.startsWith(CONNECTOR)) return this.#connector(key.slice(CONNECTOR.length), json)
    if (key.startsWith(TASK)) return this.#task(key.slice(TASK.length), json)
    if (key.startsWith(TOPIC)) return this.#topic(key.slice(TOPIC.length), json)
    return false
  }

  #connector(name: string, json: unknown): boolean {
    if (name === '') return false
    if (json === null) {
      this.#connectors.delete(name)
      this.#tasks.delete(name)
      return true
    }
    const status = statusOf(json)
    const known = this.#connectors.get(name)
    if (status === null) return false
    const isOutrun = isLate(status, known) && known?.workerId !== status.workerId
    if (!isOutrun) this.#connectors.set(name, status)
    return true
  }

  #task(text: string, json: unknown): boolean {
    const id = taskId(text)
    if (id === null) return false
    const { connector, task } = id
    const tasks = this.#tasks.get(connector) ?? new Map<number, LoggedStatus>()
    if (json === null) {
      tasks.delete(task)
      return true
    }
    const status = statusOf(json)
    if (status === null) return false
    if (!isLate(status, tasks.get(task))) this.#tasks.set(connector, tasks.set(task, status))
    return true
  }

  #topic(text: string, json: unknown): boolean {
    const colon = text.indexOf(':')
    const topic = text.slice(0, Math.max(colon, 0))
    const rest = text.slice(topic.length)
    if (topic === '' || !rest.startsWith(TOPIC_CONNECTOR)) return false
    const connector = rest.slice(TOPIC_CONNECTOR.length)
    if (connector === '') return false
    const topics = this.#topics.get(connector) ?? new Map<string, TopicUse>()
    if (json === null) {
      topics.delete(topic)
      return true
    }
    const use = topicUseOf(json)
    if (use === null) return false
    this.#topics.set(connector, topics.set(topic, use))
    return true
  }
}

function taskId(text: string): TaskId | null {
  const [, connector, number] = /^(.+)-([+-]?\d+)$/s.exec(text) ?? []
  return connector === undefined ? null : { connector, task: Number(number) }
}

/** The next owner was faster than the former one. */
function isLate({ state, generation }: LoggedStatus, known: LoggedStatus | undefined): boolean {
  return state === 'UNASSIGNED' && known?.state === 'RUNNING' && known.generation >= generation
}

function valueText(status: LoggedStatus | null): string | null {
  if (status === null) return null
  const { state, trace, workerId, generation, version } = status
  return javaJsonText({ state, trace, worker_id: workerId, generation, version })
}

function statusOf(json: unknown): LoggedStatus | null {
  const { state, trace, worker_id: workerId, generation, version } = objectOf(json) ?? {}
  if (!states.has(state) || typeof workerId !== 'string') return null
  if (!Number.isSafeInteger(generation)) return null
  if (!isText(trace ?? '') || !isText(version ?? '')) return null
  return {
    state: state as LoggedState,
    trace: (trace as string | undefined) ?? null,
    workerId,
    generation: generation as number,
    version: (version as string | undefined) ?? null,
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function topicUseOf(json: unknown): TopicUse | null {
  const { name, connector, task, discoverTimestamp } = objectOf(objectOf(json)?.['topic']) ?? {}
  if (typeof name !== 'string' || typeof connector !== 'string') return null
  if (!Number.isSafeInteger(task) || !Number.isSafeInteger(discoverTimestamp)) return null
  return {
    topic: name,
    connector,
    task: task as number,
    discoveredMs: discoverTimestamp as number,
  }
}
