import { ConnectError, messageOf, traceOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { parseConfig } from '../config/parse.ts'
import type { ConfigProps } from '../config/props.ts'
import type { ConnectorContext, SourceConnectorContext } from '../sdk/connector.ts'
import type { SinkConnectorPlugin, SourceConnectorPlugin } from '../sdk/plugin.ts'
import { topicGroups } from './config/topic-groups.ts'
import { offsetReader } from './offsets/offset-reader.ts'
import { AddedMetrics } from './plugin-metrics.ts'
import { booleanOf, propOf } from './props.ts'
import type { TaskEnvironment } from './task-environment.ts'
import type { ConnectorAssignment, ReportedState, StateReport, TargetState } from './task-host.ts'
import { settlesWithin } from './time-limit.ts'

/** Fixed in the reference too. */
const STOP_TIMEOUT_MS = 5000

/** A connector as plug-in authors see it, whichever kind. */
interface CreatedConnector {
  readonly taskClass: string
  readonly start: () => void | Promise<void>
  readonly taskConfigs: (
    tasksMax: number,
  ) => readonly ConfigProps[] | Promise<readonly ConfigProps[]>
  readonly stop: () => void | Promise<void>
}

/**
 * One connector from its start to its end. Its calls never overlap; they are made in the order in
 * which they were asked for.
 */
export class ConnectorInstance {
  readonly #env: TaskEnvironment
  readonly #assignment: ConnectorAssignment
  readonly #logger: Logger
  readonly #metrics: AddedMetrics
  #report: StateReport = { state: 'UNASSIGNED' }
  #connector: CreatedConnector | null = null
  /** The same while it is started. */
  #running: CreatedConnector | null = null
  /** Aborts when the worker is done with the connector: nothing it does counts any more. */
  readonly #end = new AbortController()
  #turn: Promise<unknown> = Promise.resolve()
  #targetNumber = 0

  constructor(env: TaskEnvironment, assignment: ConnectorAssignment) {
    this.#env = env
    this.#assignment = assignment
    this.#metrics = new AddedMetrics(env.metrics, { connector: assignment.name })
    this.#logger = env.logger
      .named('org.apache.kafka.connect.runtime.WorkerConnector')
      .within(`${assignment.name}|worker`)
  }

  /** Brings the connector to its first target. */
  start(): Promise<StateReport> {
    return this.#inTurn(() => this.#moveTo(this.#assignment.target))
  }

  /**
   * @returns The state reached, FAILED when the connector has failed: then it can only be stopped.
   * @throws ConnectError CONNECT_FAILED when a newer target was asked for before this one's turn.
   */
  setTarget(target: TargetState): Promise<StateReport> {
    const number = ++this.#targetNumber
    return this.#inTurn(async () => {
      if (number === this.#targetNumber) return this.#moveTo(target)
      throw new ConnectError(
        `Could not begin changing connector state to ${target} before another request to change state was made`,
        { code: 'CONNECT_FAILED' },
      )
    })
  }

  /**
   * @throws the connector's own error; ConnectError CONNECT_FAILED when it gives more than
   *   `tasksMax`, which also fails the connector unless `tasks.max.enforce` is false.
   */
  taskConfigs(tasksMax: number): Promise<readonly ConfigProps[]> {
    const { name, props } = this.#assignment
    return this.#inTurn(async () => {
      if (this.#connector === null) {
        throw new ConnectError(`Connector ${name} failed to be created, so it has no tasks`, {
          code: 'CONNECT_FAILED',
        })
      }
      const { taskClass } = this.#connector
      const given = await this.#connector.taskConfigs(tasksMax)
      const configs = given.map((config) => ({ ...config, 'task.class': taskClass }))
      if (configs.length <= tasksMax) return configs
      const error = tooManyTasks(name, configs.length, tasksMax)
      if (!booleanOf(props, 'tasks.max.enforce', true)) {
        this.#logger.warn(error.message)
        return configs
      }
      this.#failed(error)
      throw error
    })
  }

  /** Stops the connector, or gives it up after 5 s. */
  async stop(): Promise<void> {
    const stopped = this.#inTurn(() => this.#shutDown())
    const isStopped = await settlesWithin(stopped, STOP_TIMEOUT_MS, this.#env.clock)
    this.#metrics.close()
    if (isStopped) return
    this.#logger.warn(`The connector did not stop within ${STOP_TIMEOUT_MS} ms and is given up`)
    this.#reached('UNASSIGNED')
    this.#end.abort()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work)
    this.#turn = turn
    return turn
  }

  async #create(): Promise<CreatedConnector> {
    const { props } = this.#assignment
    const plugin = await this.#env.plugins.find(
      'connector',
      propOf(props, 'connector.class') ?? '',
      propOf(props, 'connector.plugin.version'),
    )
    return plugin.kind === 'source' ? this.#createSource(plugin) : this.#createSink(plugin)
  }

  async #createSource(plugin: SourceConnectorPlugin): Promise<CreatedConnector> {
    const { name, props } = this.#assignment
    // Its tasks create topics; wrong settings fail the connector before there is any.
    if (this.#env.settings.topicCreation) topicGroups(props)
    const connector = plugin.createConnector()
    const context: SourceConnectorContext = {
      ...this.#context(plugin.class),
      offsets: offsetReader((partitions) => this.#env.events.readOffsets(name, partitions)),
    }
    await connector.initialize(context)
    return {
      taskClass: plugin.taskClass,
      start: () => connector.start(parseConfig(plugin.config, props)),
      taskConfigs: (tasksMax) => connector.taskConfigs(tasksMax),
      stop: () => connector.stop(),
    }
  }

  async #createSink(plugin: SinkConnectorPlugin): Promise<CreatedConnector> {
    const connector = plugin.createConnector()
    await connector.initialize(this.#context(plugin.class))
    return {
      taskClass: plugin.taskClass,
      start: () => connector.start(parseConfig(plugin.config, this.#assignment.props)),
      taskConfigs: (tasksMax) => connector.taskConfigs(tasksMax),
      stop: () => connector.stop(),
    }
  }

  #context(className: string): ConnectorContext {
    const { name, props } = this.#assignment
    return {
      props,
      log: this.#logger.named(className),
      pluginMetrics: () => this.#metrics,
      requestTaskReconfiguration: async () => {
        if (!this.#end.signal.aborted) await this.#env.events.onTaskReconfiguration(name)
      },
      raiseError: (error) => {
        this.#failed(error)
      },
    }
  }

  async #moveTo(target: TargetState): Promise<StateReport> {
    if (this.#report.state === 'FAILED' && target !== 'STOPPED') return this.#report
    try {
      if (target !== 'STOPPED') this.#connector ??= await this.#create()
      if (target === 'STARTED') return await this.#startConnector()
      await this.#stopConnector()
    } catch (error) {
      if (target !== 'STOPPED') return this.#failed(error)
      this.#logger.error(`Stopping the connector failed: ${messageOf(error)}`, error)
    }
    return this.#reached(target === 'PAUSED' ? 'PAUSED' : 'STOPPED')
  }

  async #startConnector(): Promise<StateReport> {
    if (this.#running !== null) return this.#report
    await this.#connector?.start()
    this.#running = this.#connector
    return this.#reached('RUNNING')
  }

  async #stopConnector(): Promise<void> {
    const running = this.#running
    this.#running = null
    await running?.stop()
  }

  async #shutDown(): Promise<void> {
    try {
      await this.#stopConnector()
    } catch (error) {
      this.#logger.error(`Stopping the connector failed: ${messageOf(error)}`, error)
    }
    this.#reached('UNASSIGNED')
    this.#end.abort()
  }

  #failed(error: unknown): StateReport {
    this.#logger.error(`The connector failed: ${messageOf(error)}`, error)
    return this.#reached('FAILED', { trace: traceOf(error), message: messageOf(error) })
  }

  #reached(state: ReportedState, failure: Omit<StateReport, 'state'> = {}): StateReport {
    this.#report = { state, ...failure }
    if (!this.#end.signal.aborted)
      this.#env.events.onConnectorState(this.#assignment.name, this.#report)
    return this.#report
  }
}

function tooManyTasks(connector: string, count: number, tasksMax: number): ConnectError {
  return new ConnectError(
    `The connector ${connector} has generated ${count} tasks, which is greater than ${tasksMax}, the maximum number of tasks it is configured to create. This behaviour should be considered a bug and is disallowed. If necessary, it can be permitted by reconfiguring the connector with 'tasks.max.enforce' set to false; however, this option will be removed in a future release of Kafka Connect.`,
    { code: 'CONNECT_FAILED' },
  )
}
