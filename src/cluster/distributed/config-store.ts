import type { Clock } from '../../base/clock.ts'
import { ConnectError, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { TargetState } from '../../runtime/task-host.ts'
import type { RestartRequest } from '../restart-plan.ts'
import { type ClusterConfig, type ConfigEvent, ConfigLog } from './config-log.ts'
import {
  commitRecord,
  connectorRecord,
  fencingRecord,
  loggerRecord,
  removalRecords,
  restartRecord,
  type SessionKey,
  sessionKeyRecord,
  type TextRecord,
  targetRecord,
  taskRecords,
} from './config-records.ts'
import type { LeaderWriter } from './leader-writer.ts'
import { describeRecord, type ReadRecord, type RecordLog, toLogRecord } from './record-log.ts'

/** Time for one change: writing it and reading it back. */
const WRITE_TIMEOUT_MS = 30_000

export interface ConfigStoreDependencies {
  readonly log: RecordLog
  /** null: the leader writes to the log as any worker does. */
  readonly writer: LeaderWriter | null
  readonly clock: Clock
  readonly logger: Logger
  /** News since the start. */
  onEvent(event: ConfigEvent): void
  /** This worker may have to claim the topic again before it writes. */
  onWriteFailed(): void
  /** The topic can't be read any more. */
  onFailure(error: unknown): void
}

/**
 * What all workers share of connectors: the config topic. Changes resolve when this worker has
 * read them back. Only the leader changes connectors and tasks; any worker sets targets and levels.
 */
export class ConfigStore {
  readonly #deps: ConfigStoreDependencies
  readonly #log: ConfigLog
  #isStarted: boolean
  #reading: ReadRecord | null = null

  constructor(deps: ConfigStoreDependencies) {
    this.#deps = deps
    this.#isStarted = false
    this.#log = new ConfigLog(() => this.#leaveOut('it is not what the key stands for'))
  }

  /** As far as it was read. */
  get snapshot(): ClusterConfig {
    return this.#log.snapshot
  }

  async start(): Promise<void> {
    await this.#deps.log.start(
      (record) => this.#read(record),
      (error) => this.#deps.onFailure(error),
    )
    this.#isStarted = true
  }

  /** @throws ConnectError KAFKA_TIMEOUT */
  readToEnd(timeoutMs: number): Promise<void> {
    return this.#within(
      timeoutMs,
      'reading the config topic to its end',
      this.#deps.log.readToEnd(),
    )
  }

  putConnector(name: string, config: ConfigProps, target: TargetState | null): Promise<void> {
    const state = target === null ? [] : [targetRecord(name, target)]
    return this.#change('writing connector configuration', [
      [...state, connectorRecord(name, config)],
    ])
  }

  removeConnector(name: string): Promise<void> {
    return this.#change('removing connector configuration', [removalRecords(name)])
  }

  /** Tasks count from the commit on, which is written when they are there. */
  putTasks(name: string, tasks: readonly ConfigProps[]): Promise<void> {
    const commit = [commitRecord(name, tasks.length)]
    const steps = tasks.length === 0 ? [commit] : [taskRecords(name, tasks), commit]
    return this.#change('writing task configurations', steps)
  }

  /** @param taskCount Tasks whose producers a later round of fencing has to end. */
  putTaskCount(name: string, taskCount: number): Promise<void> {
    return this.#change('writing task count record', [[fencingRecord(name, taskCount)]])
  }

  /** Resolves when it is written. */
  putTarget(name: string, target: TargetState): Promise<void> {
    return this.#append('writing a target state', [targetRecord(name, target)])
  }

  putRestart(name: string, request: RestartRequest): Promise<void> {
    return this.#change('writing a restart request', [[restartRecord(name, request)]])
  }

  putSessionKey(key: SessionKey): Promise<void> {
    return this.#change('writing a session key', [[sessionKeyRecord(key)]])
  }

  /** Resolves when it is written. */
  putLogLevel(namespace: string, level: string): Promise<void> {
    return this.#append('writing a log level', [loggerRecord(namespace, level)])
  }

  async close(): Promise<void> {
    await this.#deps.writer?.release()
    await this.#deps.log.close()
  }

  #read(record: ReadRecord): void {
    const { key, value, offset } = record
    this.#reading = record
    if (key === null) {
      this.#leaveOut('it has no key')
      return
    }
    try {
      const text = { key: key.toString(), value: value?.toString() ?? null }
      const event = this.#log.apply(text, offset)
      if (event !== null && this.#isStarted) this.#deps.onEvent(event)
    } catch (error) {
      this.#leaveOut(messageOf(error))
    }
  }

  #leaveOut(reason: string): void {
    if (this.#reading === null) return
    this.#deps.logger.error(`${describeRecord(this.#reading)} is left out: ${reason}`)
  }

  async #change(what: string, steps: readonly (readonly TextRecord[])[]): Promise<void> {
    const { clock, log } = this.#deps
    const deadlineMs = clock.elapsed() + WRITE_TIMEOUT_MS
    const write = async () => {
      for (const records of steps) {
        // Whoever asked was told already that it failed.
        if (clock.elapsed() > deadlineMs) return
        await this.#write(records, deadlineMs)
      }
      await log.readToEnd()
    }
    await this.#within(WRITE_TIMEOUT_MS, what, write())
  }

  async #write(records: readonly TextRecord[], deadlineMs: number): Promise<void> {
    const { log, writer, clock, onWriteFailed } = this.#deps
    if (writer === null) return log.append(records.map(toLogRecord))
    try {
      await writer.append(records.map(toLogRecord), deadlineMs - clock.elapsed())
    } catch (error) {
      onWriteFailed()
      throw error
    }
  }

  #append(what: string, records: readonly TextRecord[]): Promise<void> {
    return this.#within(WRITE_TIMEOUT_MS, what, this.#deps.log.append(records.map(toLogRecord)))
  }

  async #within(timeoutMs: number, what: string, work: Promise<void>): Promise<void> {
    const settled = new AbortController()
    const late = this.#deps.clock.sleep(timeoutMs, settled.signal).then(() => {
      if (settled.signal.aborted) return
      throw new ConnectError(`Error ${what} to Kafka: no answer within ${timeoutMs} ms`, {
        code: 'KAFKA_TIMEOUT',
      })
    })
    try {
      await Promise.race([work, late])
    } finally {
      settled.abort()
      // Whichever comes second has nobody who listens.
      work.catch(() => {})
      late.catch(() => {})
    }
  }
}
