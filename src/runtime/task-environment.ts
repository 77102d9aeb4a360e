import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { KafkaClients } from '../kafka/client.ts'
import type { MetricsRegistry } from '../metrics/registry.ts'
import type { PluginRegistry } from './plugins.ts'
import type { Props } from './props.ts'
import type { HostEvents } from './task-host.ts'

/** What the connectors and tasks of a host share. */
export interface TaskEnvironment {
  /** Properties of the worker as its file has them, variables resolved. */
  readonly workerProps: Props & { readonly 'bootstrap.servers': string }
  readonly settings: TaskSettings
  readonly plugins: PluginRegistry
  readonly clients: KafkaClients
  readonly events: HostEvents
  readonly metrics: MetricsRegistry
  readonly clock: Clock
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly logger: Logger
}

/** Settings of the worker that tasks need, parsed. */
export interface TaskSettings {
  /** `offset.flush.interval.ms` */
  readonly offsetFlushIntervalMs: number
  /** `offset.flush.timeout.ms` */
  readonly offsetFlushTimeoutMs: number
  /** `task.shutdown.graceful.timeout.ms` */
  readonly shutdownTimeoutMs: number
  /** `topic.creation.enable` */
  readonly topicCreation: boolean
}
