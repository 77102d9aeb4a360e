import { ConnectError } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Consumer, PartitionOffset, TopicPartition } from '../kafka/client.ts'
import type { PluginMetrics } from '../sdk/plugin-metrics.ts'
import type { ErrantRecordReporter, SinkTaskContext } from '../sdk/sink-task.ts'
import type { TaskControl } from './task-control.ts'
import { hasPartition, TopicPartitionMap, toOffsets } from './topic-partition-map.ts'

export interface SinkContextDeps {
  readonly consumer: Consumer
  readonly control: TaskControl
  readonly configs: () => Promise<Readonly<Record<string, string>>>
  readonly errantRecordReporter: ErrantRecordReporter | null
  readonly log: Logger
  readonly pluginMetrics: PluginMetrics
}

/** What a sink task asks of its worker; the loop picks it up between its steps. */
export class SinkContext implements SinkTaskContext {
  readonly log: Logger
  readonly errantRecordReporter: ErrantRecordReporter | null
  readonly #deps: SinkContextDeps
  readonly #seeks = new TopicPartitionMap<number>()
  #paused: readonly TopicPartition[] = []
  #timeoutMs: number | null = null
  #commitRequested = false

  constructor(deps: SinkContextDeps) {
    this.#deps = deps
    this.log = deps.log
    this.errantRecordReporter = deps.errantRecordReporter
  }

  pluginMetrics(): PluginMetrics {
    return this.#deps.pluginMetrics
  }

  configs(): Promise<Readonly<Record<string, string>>> {
    return this.#deps.configs()
  }

  seek(offsets: readonly PartitionOffset[]): void {
    for (const offset of offsets) this.#seeks.set(offset, offset.offset)
  }

  timeout(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs
  }

  assignment(): readonly TopicPartition[] {
    return this.#deps.consumer.assignment()
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#checkAssigned(partitions, 'pause')
    this.#paused = [...this.#paused.filter((one) => !hasPartition(partitions, one)), ...partitions]
    this.#deps.consumer.pause(partitions)
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#checkAssigned(partitions, 'resume')
    this.#paused = this.#paused.filter((one) => !hasPartition(partitions, one))
    // A paused connector has paused them all; the task's wish counts again once it is resumed.
    if (!this.#deps.control.paused) this.#deps.consumer.resume(partitions)
  }

  requestCommit(): void {
    this.#commitRequested = true
    this.#deps.consumer.wakeup()
  }

  /** Partitions that the task itself has paused. */
  get paused(): readonly TopicPartition[] {
    return this.#paused
  }

  get commitRequested(): boolean {
    return this.#commitRequested
  }

  commitBegun(): void {
    this.#commitRequested = false
  }

  takeSeeks(): readonly PartitionOffset[] {
    const seeks = toOffsets(this.#seeks)
    this.#seeks.clear()
    return seeks
  }

  /** The wait that the task asked for, once. */
  takeTimeoutMs(): number | null {
    const timeoutMs = this.#timeoutMs
    this.#timeoutMs = null
    return timeoutMs
  }

  /** Forgets partitions that are no longer the task's. */
  unassigned(partitions: readonly TopicPartition[]): void {
    this.#paused = this.#paused.filter((one) => !hasPartition(partitions, one))
    for (const partition of partitions) this.#seeks.delete(partition)
  }

  #checkAssigned(partitions: readonly TopicPartition[], verb: 'pause' | 'resume'): void {
    const assigned = this.assignment()
    if (partitions.every((partition) => hasPartition(assigned, partition))) return
    throw new ConnectError(
      `SinkTasks may not ${verb} partitions that are not currently assigned to them.`,
      { code: 'WORKER_STATE' },
    )
  }
}
