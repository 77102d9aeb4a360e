import type { Logger } from '../base/logger.ts'
import type { ConfigProps } from '../config/props.ts'
import type { ConfigReport } from '../config/report.ts'
import type { SourceMap } from '../data/record.ts'
import type { PluginMetrics } from './plugin-metrics.ts'
import type { OffsetReader } from './source-task.ts'

/** What the worker does for a connector. */
export interface ConnectorContext {
  /** Asks for a new call of `taskConfigs`; tasks restart only where their settings changed. */
  requestTaskReconfiguration(): Promise<void>
  /** Fails the connector: its status shows the error. */
  raiseError(error: Error): void
  /** Properties as given, unparsed, the keys that its definition does not name included. */
  readonly props: Readonly<Record<string, string>>
  /** Names the connector in each line. */
  readonly log: Logger
  /** Metrics of one's own, which go when it stops. */
  pluginMetrics(): PluginMetrics
}

export interface SourceConnectorContext extends ConnectorContext {
  readonly offsets: OffsetReader
}

/**
 * Splits the work of a connector into tasks and watches for changes.
 *
 * Lifecycle: 1 `initialize`, 2 `start`, 3 `taskConfigs` any number of times, 4 `stop`. Pausing or
 * stopping the connector calls `stop`; resuming calls `start` on the same instance.
 * An error fails the connector.
 */
export abstract class Connector<C, X extends ConnectorContext> {
  #context: X | undefined

  protected get context(): X {
    if (this.#context === undefined) throw new TypeError('the connector is not initialized')
    return this.#context
  }

  initialize(context: X): void | Promise<void> {
    this.#context = context
  }

  abstract start(config: C): void | Promise<void>

  /** @returns Properties for each task, `tasksMax` of them at the most. */
  abstract taskConfigs(tasksMax: number): readonly ConfigProps[] | Promise<readonly ConfigProps[]>

  stop(): void | Promise<void> {}

  /**
   * Adds to the report of the definition what needs more than one setting, or a look at the other
   * system. May run on an instance that was never started.
   */
  validate?(props: ConfigProps, report: ConfigReport): ConfigReport | Promise<ConfigReport>
}

export abstract class SourceConnector<C = unknown> extends Connector<C, SourceConnectorContext> {
  /** null: the connector does not say, which counts as unsupported. */
  exactlyOnceSupport(_config: C): 'supported' | 'unsupported' | null {
    return null
  }

  canDefineTransactionBoundaries(_config: C): 'supported' | 'unsupported' {
    return 'unsupported'
  }

  /**
   * Checks and applies a change of source offsets asked for over REST; a null offset is a reset.
   * May run on an instance that was never started, and once more for the same request.
   * @returns false when the connector does not look at offsets.
   */
  alterOffsets(
    _props: ConfigProps,
    _offsets: ReadonlyArray<readonly [SourceMap | null, SourceMap | null]>,
  ): boolean | Promise<boolean> {
    return false
  }
}

export abstract class SinkConnector<C = unknown> extends Connector<C, ConnectorContext> {
  /** As for source connectors; offsets by topic and partition. */
  alterOffsets(
    _props: ConfigProps,
    _offsets: ReadonlyArray<
      readonly [{ readonly topic: string; readonly partition: number }, number | null]
    >,
  ): boolean | Promise<boolean> {
    return false
  }
}
