import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { ReportedState, TaskId } from '../../runtime/task-host.ts'
import type { StateInfo, TaskState } from '../herder.ts'
import type { StatusStore } from '../status-store.ts'
import type { TextRecord } from './config-records.ts'
import { describeRecord, type ReadRecord, type RecordLog, toLogRecord } from './record-log.ts'
import {
  connectorStatusRecord,
  forgottenTopicRecord,
  type LoggedStatus,
  StatusLog,
  type TopicUse,
  taskStatusRecord,
  topicRecord,
} from './status-log.ts'

export interface StatusStoreDependencies {
  readonly log: RecordLog
  readonly clock: Clock
  readonly logger: Logger
  /** Generation of the group that this worker is in. */
  generation(): number
  /** Whether this worker runs a task now. */
  runsTask(id: TaskId): boolean
  /** A worker, this one or another, has stopped something. */
  onGivenUp(): void
  /** The topic can't be read any more. */
  onFailure(error: unknown): void
}

/** Others wait for this worker, and a broker that is down may stay so. */
const FLUSH_TIMEOUT_MS = 5000

/**
 * Statuses that all workers share: the status topic. What is put shows once it was read back; that
 * something failed or stopped is only put while no other worker has taken it over.
 */
export class TopicStatusStore implements StatusStore {
  readonly #deps: StatusStoreDependencies
  readonly #log = new StatusLog()
  /** Number of the last write of each key. */
  readonly #orders = new Map<string, number>()
  /** Last write; those before it are done when it is. */
  #written: Promise<void> = Promise.resolve()

  constructor(deps: StatusStoreDependencies) {
    this.#deps = deps
  }

  start(): Promise<void> {
    return this.#deps.log.start(
      (record) => this.#read(record),
      (error) => this.#deps.onFailure(error),
    )
  }

  /** Resolves when all that was in the topic at the time of the call has been read. */
  readToEnd(): Promise<void> {
    return this.#deps.log.readToEnd()
  }

  /** Resolves when all that was put is in the topic, or could not be written, or it takes too long. */
  async flush(): Promise<void> {
    const written = new AbortController()
    await Promise.race([
      this.#written.finally(() => written.abort()),
      this.#deps.clock.sleep(FLUSH_TIMEOUT_MS, written.signal),
    ])
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#deps.log.close()
  }

  /** Names of all connectors with a status. */
  connectors(): readonly string[] {
    return this.#log.connectors()
  }

  connector(name: string): StateInfo | null {
    return infoOf(this.#log.connector(name))
  }

  task({ connector, task }: TaskId): TaskState | null {
    const info = infoOf(this.#log.tasks(connector).get(task) ?? null)
    return info === null ? null : { ...info, id: task }
  }

  tasks(name: string): readonly TaskState[] {
    return [...this.#log.tasks(name)]
      .flatMap(([id, status]) => {
        const info = infoOf(status)
        return info === null ? [] : [{ ...info, id }]
      })
      .sort((a, b) => a.id - b.id)
  }

  putConnector(name: string, info: StateInfo): void {
    const record = connectorStatusRecord(name, this.#statusOf(info))
    this.#putState(record, info, () => this.#log.connector(name))
  }

  putTask(id: TaskId, info: StateInfo): void {
    const record = taskStatusRecord(id, this.#statusOf(info))
    this.#putState(record, info, () => this.#log.tasks(id.connector).get(id.task) ?? null)
  }

  removeConnector(name: string): void {
    this.removeTasks(name)
    this.#put(connectorStatusRecord(name, null))
  }

  removeTasks(name: string): void {
    for (const task of this.#log.tasks(name).keys()) this.removeTask({ connector: name, task })
  }

  removeTask(id: TaskId): void {
    this.#put(taskStatusRecord(id, null))
  }

  topics(connector: string): readonly string[] {
    return this.#log.topics(connector).map(({ topic }) => topic)
  }

  /** Of all connectors. */
  usedTopics(): readonly TopicUse[] {
    return this.#log.usedTopics()
  }

  addTopic({ connector, task }: TaskId, topic: string): void {
    if (this.topics(connector).includes(topic)) return
    const discoveredMs = this.#deps.clock.now()
    this.#put(topicRecord({ topic, connector, task, discoveredMs }))
  }

  removeTopics(connector: string): void {
    for (const topic of this.topics(connector)) this.#put(forgottenTopicRecord(connector, topic))
  }

  #read(record: ReadRecord): void {
    const { key, value } = record
    const text = { key: key?.toString() ?? '', value: value?.toString() ?? null }
    if (text.value?.includes('"state":"UNASSIGNED"') === true) this.#deps.onGivenUp()
    if (text.value === null) this.#tellAgain(text.key)
    if (this.#log.apply(text)) return
    this.#deps.logger.error(
      `${describeRecord(record)} is left out: it is no status of a connector or task`,
    )
  }

  /**
   * The leader removes statuses of tasks that are no more. One that was stopped and resumed before
   * its worker knew of the stop has run on.
   */
  #tellAgain(key: string): void {
    const id = this.#log.taskOf(key)
    const status = id === null ? undefined : this.#log.tasks(id.connector).get(id.task)
    if (id === null || status === undefined || status.state === 'UNASSIGNED') return
    if (this.#deps.runsTask(id)) this.#put(taskStatusRecord(id, status))
  }

  #putState(record: TextRecord, info: StateInfo, known: () => LoggedStatus | null): void {
    if (info.state !== 'FAILED' && info.state !== 'UNASSIGNED') this.#put(record)
    else this.#track(record, this.#putSafely(record, info, known))
  }

  /** Only while no other worker has taken it over, and unless something newer was put meanwhile. */
  async #putSafely(
    record: TextRecord,
    info: StateInfo,
    known: () => LoggedStatus | null,
  ): Promise<void> {
    const { log, generation } = this.#deps
    const { workerId } = info
    const ours = generation()
    const order = this.#nextOrder(record)
    // That this worker took it over only shows when it was written.
    await this.#written
    await log.readToEnd()
    if (this.#orders.get(record.key) !== order) return
    const other = known()
    if (other !== null && other.workerId !== workerId && other.generation > ours) return
    // Noted before this worker had read that it restarts.
    if (isEndOf(other, info)) return
    await log.append([toLogRecord(record)])
  }

  #statusOf({ state, workerId, version, trace }: StateInfo): LoggedStatus {
    return { state, trace, workerId, generation: this.#deps.generation(), version }
  }

  #put(record: TextRecord): void {
    this.#nextOrder(record)
    this.#track(record, this.#deps.log.append([toLogRecord(record)]))
  }

  #nextOrder({ key }: TextRecord): number {
    const order = (this.#orders.get(key) ?? 0) + 1
    this.#orders.set(key, order)
    return order
  }

  #track({ key }: TextRecord, write: Promise<void>): void {
    const written = write.catch((error: unknown) => {
      this.#deps.logger.error(`Status ${key} could not be written: ${messageOf(error)}`)
    })
    this.#written = Promise.all([this.#written, written]).then(() => {})
  }
}

/** The end of the former run of what restarts, which is no news. */
function isEndOf(restarting: LoggedStatus | null, { state, workerId }: StateInfo): boolean {
  const isRestarting = restarting?.state === 'RESTARTING' && restarting.workerId === workerId
  return isRestarting && state === 'UNASSIGNED'
}

function infoOf(status: LoggedStatus | null): StateInfo | null {
  if (status === null || status.state === 'DESTROYED') return null
  const { state, workerId, version, trace } = status
  return { state: state satisfies ReportedState, workerId, version, trace }
}
