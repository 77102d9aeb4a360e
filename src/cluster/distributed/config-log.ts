import { ConnectError } from '../../base/errors.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { TargetState, TaskId } from '../../runtime/task-host.ts'
import type { RestartRequest } from '../restart-plan.ts'
import { keyPrefix, SESSION_KEY, type SessionKey, type TextRecord } from './config-records.ts'
import { type JsonObject, objectOf, parsedJson } from './json-record.ts'

/** One connector as the config topic tells of it. Properties are unresolved. */
export interface LoggedConnector {
  readonly config: ConfigProps
  readonly target: TargetState
  /** As the last commit says; `tasks` is empty while records of them are missing. */
  readonly taskCount: number
  readonly tasks: readonly ConfigProps[]
  /** Tasks that were written since the connector exists, those that are gone among them. */
  readonly writtenTasks: ReadonlyMap<number, ConfigProps>
  /** Records of different rounds are mixed, so its owner has to make the tasks anew. */
  readonly isInconsistent: boolean
  /** The configuration that `tasks` were made from; null before the first ones. */
  readonly appliedConfig: ConfigProps | null
  /** Counts rounds of tasks; -1 before the first. */
  readonly taskGeneration: number
  /** Whether producers of earlier tasks have to be fenced before exactly-once tasks start. */
  readonly pendingFencing: boolean
  readonly taskCountRecord: number | null
}

/** All that the config topic says at one moment; never changes. */
export interface ClusterConfig {
  /** Next offset to read, -1 when nothing was read: by it workers know who is up to date. */
  readonly offset: number
  readonly sessionKey: SessionKey | null
  readonly connectors: ReadonlyMap<string, LoggedConnector>
}

/** What a record means for workers that run. */
export type ConfigEvent =
  | { readonly kind: 'connector-updated' | 'connector-removed'; readonly name: string }
  | { readonly kind: 'target-changed'; readonly name: string }
  | {
      readonly kind: 'tasks-updated'
      readonly name: string
      /** Written in this round; none when records of it are missing. */
      readonly tasks: readonly TaskId[]
    }
  | { readonly kind: 'session-key' }
  | { readonly kind: 'restart'; readonly name: string; readonly request: RestartRequest }
  | { readonly kind: 'logger'; readonly namespace: string; readonly level: string }

/** A record that makes no sense and changes nothing. */
const ignored = Symbol('ignored')

type Outcome = ConfigEvent | null | typeof ignored

/** What is known of a name; most of it outlives the connector. */
interface Entry {
  /** What was made of the rest; null after a change. */
  view: LoggedConnector | null
  config: ConfigProps | null
  target: TargetState | null
  taskCount: number
  readonly tasks: Map<number, ConfigProps>
  readonly deferred: Map<number, ConfigProps>
  isInconsistent: boolean
  appliedConfig: ConfigProps | null
  taskGeneration: number
  pendingFencing: boolean
  taskCountRecord: number | null
}

const targetStates: ReadonlySet<unknown> = new Set<TargetState>(['STARTED', 'PAUSED', 'STOPPED'])

/** Reads the records of the config topic one after the other into what they say together. */
export class ConfigLog {
  readonly #entries = new Map<string, Entry>()
  readonly #onIgnored: (key: string, offset: number) => void
  #offset = -1
  #sessionKey: SessionKey | null = null
  #snapshot: ClusterConfig | null = null

  /** @param onIgnored Hears of records that make no sense; they change nothing. */
  constructor(onIgnored: (key: string, offset: number) => void = () => {}) {
    this.#onIgnored = onIgnored
  }

  get snapshot(): ClusterConfig {
    this.#snapshot ??= {
      offset: this.#offset,
      sessionKey: this.#sessionKey,
      connectors: this.#views(),
    }
    return this.#snapshot
  }

  /** Made after each change, of which there are as many as connectors: no object for each. */
  #views(): ReadonlyMap<string, LoggedConnector> {
    const views = new Map<string, LoggedConnector>()
    for (const [name, entry] of this.#entries) {
      entry.view ??= toConnector(entry)
      if (entry.view !== null) views.set(name, entry.view)
    }
    return views
  }

  /**
   * Takes the next record in.
   * @throws ConnectError for a value of another type than expected; the record counts as read.
   */
  apply({ key, value }: TextRecord, offset: number): ConfigEvent | null {
    // An empty text reads as null, as a tombstone does.
    const json = parsedJson(value?.trim() || 'null')
    const outcome = json === undefined ? ignored : this.#take(key, json, offset)
    if (outcome !== ignored) return outcome
    this.#onIgnored(key, offset)
    return null
  }

  #take(key: string, json: unknown, offset: number): Outcome {
    this.#offset = offset + 1
    this.#snapshot = null
    const rest = (prefix: string) => key.slice(prefix.length)
    if (key.startsWith(keyPrefix.target)) return this.#target(rest(keyPrefix.target), json)
    if (key.startsWith(keyPrefix.connector)) return this.#connector(rest(keyPrefix.connector), json)
    if (key.startsWith(keyPrefix.task)) return this.#task(rest(keyPrefix.task), json)
    if (key.startsWith(keyPrefix.commit)) return this.#commit(rest(keyPrefix.commit), json)
    if (key.startsWith(keyPrefix.restart)) return restartOf(rest(keyPrefix.restart), json)
    if (key.startsWith(keyPrefix.fencing)) return this.#fencing(rest(keyPrefix.fencing), json)
    if (key === SESSION_KEY) return this.#newSessionKey(objectOf(json))
    if (key.startsWith(keyPrefix.logger)) return loggerOf(rest(keyPrefix.logger), json)
    return ignored
  }

  /** To be changed. */
  #entry(name: string): Entry {
    const known = this.#entries.get(name)
    if (known !== undefined) {
      known.view = null
      return known
    }
    const entry: Entry = {
      view: null,
      config: null,
      target: null,
      taskCount: 0,
      tasks: new Map(),
      deferred: new Map(),
      isInconsistent: false,
      appliedConfig: null,
      taskGeneration: -1,
      pendingFencing: false,
      taskCountRecord: null,
    }
    this.#entries.set(name, entry)
    return entry
  }

  #target(name: string, json: unknown): Outcome {
    const entry = this.#entry(name)
    if (json === null) {
      entry.target = entry.config === null ? null : 'STARTED'
      return null
    }
    const { state, 'state.v2': newer } = objectOf(json) ?? {}
    const target = typeof newer === 'string' ? newer : state
    if (!targetStates.has(target)) return ignored
    if (target === entry.target) return null
    entry.target = target as TargetState
    return entry.config === null ? null : { kind: 'target-changed', name }
  }

  #connector(name: string, json: unknown): Outcome {
    const entry = this.#entry(name)
    if (json === null) {
      forget(entry)
      return { kind: 'connector-removed', name }
    }
    const config = propertiesOf(json)
    if (config === null) return ignored
    entry.config = config
    entry.target ??= 'STARTED'
    return { kind: 'connector-updated', name }
  }

  #task(text: string, json: unknown): Outcome {
    const [, name, number] = /^(.*)-([+-]?\d+)$/s.exec(text) ?? []
    const properties = propertiesOf(json)
    if (name === undefined || properties === null) return ignored
    this.#entry(name).deferred.set(Number(number), properties)
    return null
  }

  #commit(name: string, json: unknown): Outcome {
    const entry = this.#entry(name)
    if (entry.config === null) {
      // The tombstone of the connector was compacted away.
      forget(entry)
      return null
    }
    const fields = objectOf(json)
    if (fields === null) return ignored
    const taskCount = integerOf(fields['tasks'])
    const numbers = [...entry.deferred.keys()]
    const isComplete = hasAll(entry.deferred, taskCount)
    if (isComplete) takeDeferred(entry)
    else entry.isInconsistent = true
    entry.deferred.clear()
    entry.taskCount = taskCount
    entry.pendingFencing = true
    const tasks = isComplete ? numbers.map((task) => ({ connector: name, task })) : []
    return { kind: 'tasks-updated', name, tasks }
  }

  #fencing(name: string, json: unknown): Outcome {
    const fields = objectOf(json)
    if (fields === null) return ignored
    const entry = this.#entry(name)
    entry.taskCountRecord = integerOf(fields['task-count'])
    entry.pendingFencing = false
    return null
  }

  #newSessionKey(json: JsonObject | null): Outcome {
    const { key, algorithm, 'creation-timestamp': createdMs } = json ?? {}
    if (typeof key !== 'string') return ignored
    const bytes = fromBase64(key)
    if (typeof algorithm !== 'string' || typeof createdMs !== 'number') return ignored
    this.#sessionKey = { key: bytes, algorithm, createdMs }
    return { kind: 'session-key' }
  }
}

function toConnector(entry: Entry): LoggedConnector | null {
  const { config, target, taskCount, tasks, deferred: _, view: _view, ...rest } = entry
  if (config === null) return null
  const count = entry.isInconsistent ? 0 : taskCount
  return {
    ...rest,
    config,
    target: target ?? 'STARTED',
    taskCount,
    writtenTasks: new Map(tasks),
    tasks: Array.from({ length: count }, (_unused, task) => tasks.get(task) ?? {}),
  }
}

function forget(entry: Entry): void {
  entry.config = null
  entry.taskCount = 0
  entry.tasks.clear()
  entry.deferred.clear()
  entry.appliedConfig = null
}

/** Whether tasks from 0 on are there; however many a record claims that there are. */
function hasAll(tasks: ReadonlyMap<number, ConfigProps>, count: number): boolean {
  if (tasks.size < count) return false
  return Array.from({ length: count }, (_, task) => task).every((task) => tasks.has(task))
}

function takeDeferred(entry: Entry): void {
  if (entry.deferred.size > 0) entry.taskGeneration++
  for (const [task, properties] of entry.deferred) entry.tasks.set(task, properties)
  entry.isInconsistent = false
  entry.appliedConfig = entry.config
}

function propertiesOf(json: unknown): ConfigProps | null {
  const properties = objectOf(objectOf(json)?.['properties'])
  const isFlat = Object.values(properties ?? {}).every((value) => !isNested(value))
  return isFlat ? (properties as ConfigProps | null) : null
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function restartOf(name: string, json: unknown): Outcome {
  const fields = objectOf(json)
  if (fields === null) return ignored
  const { 'include-tasks': includeTasks, 'only-failed': onlyFailed } = fields
  const request = { includeTasks: includeTasks === true, onlyFailed: onlyFailed === true }
  return { kind: 'restart', name, request }
}

function loggerOf(namespace: string, json: unknown): Outcome {
  const level = objectOf(json)?.['level']
  return typeof level === 'string' ? { kind: 'logger', namespace, level } : ignored
}

function integerOf(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number
  throw new ConnectError('Expected integer value to be either Integer or Long', {
    code: 'CONNECT_FAILED',
  })
}

function fromBase64(text: string): Buffer {
  const [illegal] = /[^A-Za-z0-9+/=]/.exec(text) ?? []
  if (illegal === undefined) return Buffer.from(text, 'base64')
  throw new ConnectError(`Illegal base64 character ${illegal.charCodeAt(0).toString(16)}`, {
    code: 'ILLEGAL_ARGUMENT',
  })
}
