import { AsyncLocalStorage } from 'node:async_hooks'
import { systemClock } from '../../base/clock.ts'
import { leveledLogger } from '../../base/leveled-logger.ts'
import type { Logger } from '../../base/logger.ts'
import { createLogLevels, type LogLevels } from '../../base/logger-levels.ts'
import type { KafkaClients } from '../../kafka/client.ts'
import { MetricsRegistry } from '../../metrics/registry.ts'
import { InProcessHost } from '../in-process-host.ts'
import type { PluginRegistry } from '../plugins.ts'
import type { HostEvents, TaskId } from '../task-host.ts'
import { type MethodTable, Peer, type Port } from './peer.ts'
import {
  pulseSlots,
  runningUnitGlobal,
  type ThreadCalls,
  type ThreadStart,
  type WorkerCalls,
} from './thread-messages.ts'
import { inTurns } from './turns.ts'
import { watchedPlugins } from './watched-plugins.ts'
import { encodeError } from './wire-error.ts'

/** What runs in a thread, put together by whoever knows the plug-ins. */
export interface ThreadParts {
  readonly plugins: PluginRegistry
  readonly clients: KafkaClients
  /** Methods of a `PluginCall`, for these plug-ins; loaded when first needed. */
  code(plugins: PluginRegistry): Promise<object>
}

interface Unit {
  readonly host: InProcessHost
  /** Connector, and the number of the task if it is one. */
  readonly connector: string
  readonly task: number
}

/** Runs connectors and tasks in this thread as its worker says. @returns The thread's logger. */
export function runTaskThread(
  port: Port,
  start: ThreadStart,
  parts: (logger: Logger, metrics: MetricsRegistry) => ThreadParts,
): Logger {
  const { pulse, workerProps, settings } = start
  beatAlways(start)
  const running = new AsyncLocalStorage<number>()
  Object.assign(globalThis, { [Symbol.for(runningUnitGlobal)]: () => running.getStore() ?? 0 })
  const units = new Map<number, Unit>()
  const levels = logLevels(start)
  const worker = new Peer<WorkerCalls>(inTurns(port), threadCalls())
  const logger = threadLogger(levels, worker)
  const metrics = new MetricsRegistry({ ...start.metrics, elapsed: systemClock.elapsed })
  const { plugins, clients, code } = parts(logger, metrics)
  const enter = () => Atomics.exchange(pulse, pulseSlots.running, running.getStore() ?? 0)
  const env = {
    ...{ workerProps, settings, clients, metrics, clock: systemClock, random: Math.random, logger },
    plugins: watchedPlugins(plugins, enter, (former) => {
      Atomics.store(pulse, pulseSlots.running, former)
    }),
  }
  return logger

  function add(number: number, { connector, task }: TaskId): Unit {
    const host = new InProcessHost({ ...env, events: eventsOf(number, worker) })
    const unit = { host, connector, task }
    units.set(number, unit)
    return unit
  }

  function unitOf(number: number): Unit {
    const unit = units.get(number)
    if (unit === undefined) throw new TypeError(`there is no unit ${number} in this thread`)
    return unit
  }

  function threadCalls(): ThreadCalls {
    return {
      startConnector(number, assignment) {
        const { host } = add(number, { connector: assignment.name, task: 0 })
        return running.run(number, () => host.startConnector(assignment))
      },
      taskConfigs(number, tasksMax) {
        const { host, connector } = unitOf(number)
        return running.run(number, () => host.taskConfigs(connector, tasksMax))
      },
      setConnectorTarget(number, target) {
        const { host, connector } = unitOf(number)
        return running.run(number, () => host.setConnectorTarget(connector, target))
      },
      async stopConnector(number) {
        const { host, connector } = unitOf(number)
        await running.run(number, () => host.stopConnector(connector))
        units.delete(number)
      },
      startTask(number, assignment) {
        const { host } = add(number, assignment.id)
        return running.run(number, () => host.startTask(assignment))
      },
      setTaskTarget(number, target) {
        const unit = units.get(number)
        if (unit !== undefined) running.run(number, () => unit.host.setTaskTarget(unit, target))
      },
      async stopTask(number) {
        const unit = unitOf(number)
        await running.run(number, () => unit.host.stopTasks([unit]))
        units.delete(number)
        const { givenUp } = unit.host
        void givenUp?.then(() => worker.send('taskEnded', number))
        return givenUp !== null
      },
      async runCode(number, method, args) {
        const methods = (await code(env.plugins)) as MethodTable
        const onStage = (text: string) => worker.send('stageBegan', number, text)
        return running.run(number, () => methods[method]?.(...args, onStage))
      },
      setLogLevel: (namespace, level) => void levels.setLevel(namespace, level),
      metrics: () => metrics.read(),
    }
  }
}

function beatAlways({ pulse, beatIntervalMs }: ThreadStart): void {
  const beat = () => Atomics.add(pulse, pulseSlots.beat, 1)
  // The first thing that the thread runs may already hold it up.
  beat()
  setInterval(beat, beatIntervalMs).unref()
}

function logLevels({ logLevels: known }: ThreadStart): LogLevels {
  const levels = createLogLevels(known.get('root') ?? 'INFO', systemClock)
  for (const [namespace, level] of known) {
    if (namespace !== 'root') levels.setLevel(namespace, level)
  }
  return levels
}

function eventsOf(unit: number, worker: Peer<WorkerCalls>): HostEvents {
  return {
    onConnectorState: (_, report) => worker.send('reported', unit, report),
    onTaskState: (_, report) => worker.send('reported', unit, report),
    onTaskReconfiguration: () => worker.call('reconfigure', unit),
    onTopicUsed: (_, topic) => worker.send('topicUsed', unit, topic),
    readOffsets: (_, partitions) => worker.call('readOffsets', unit, partitions),
    writeOffsets: (_, offsets) => worker.call('writeOffsets', unit, offsets),
    copyOffsets: (_, offsets) => worker.call('copyOffsets', unit, offsets),
    taskProps: () => worker.call('taskProps', unit),
    fenceZombies: () => worker.call('fenceZombies', unit),
    confirmStart: (_, generation) => worker.call('confirmStart', unit, generation),
  }
}

function threadLogger(levels: LogLevels, worker: Peer<WorkerCalls>): Logger {
  const told: LogLevels = {
    ...levels,
    level(namespace) {
      if (levels.get(namespace) === null) worker.send('loggerMade', namespace)
      return levels.level(namespace)
    },
  }
  return leveledLogger(told, ({ err, ...line }) =>
    worker.send('log', err === undefined ? line : { ...line, err: encodeError(err) }),
  )
}
