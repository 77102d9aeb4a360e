import { defineConfig } from '../../src/config/definition.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import type { ClientProps, KafkaClients } from '../../src/kafka/client.ts'
import { InProcessHost } from '../../src/runtime/in-process-host.ts'
import type { SourceOffset } from '../../src/runtime/offsets/offset-store.ts'
import { createPluginRegistry } from '../../src/runtime/plugin-registry.ts'
import type { PluginEntry } from '../../src/runtime/plugins.ts'
import type {
  HostEvents,
  StateReport,
  TargetState,
  TaskAssignment,
} from '../../src/runtime/task-host.ts'
import { SinkConnector, SourceConnector } from '../../src/sdk/connector.ts'
import {
  defineConverter,
  defineHeaderConverter,
  defineSinkConnector,
  defineSourceConnector,
  defineTransformation,
  type Plugin,
} from '../../src/sdk/plugin.ts'
import { metricsRegistry } from '../metrics/fixture.ts'
import { FakeTransactions } from './exactly-once-harness.ts'
import { FakeConsumer, FakeProducer, ManualClock, MemoryLogger } from './fakes.ts'
import { RecordingSinkTask } from './sink-harness.ts'
import { ScriptedSourceTask, textConverter, textConverters } from './source-harness.ts'

const text = { type: 'string', default: '', importance: 'low', doc: '' } as const

/** A connector that a test makes behave. */
class TestConnector extends SourceConnector {
  calls: string[] = []
  behaviour: Partial<Record<'start' | 'stop', () => void | Promise<void>>> = {}
  configs: readonly ConfigProps[] = [{ task: '0' }]

  async start(): Promise<void> {
    this.calls.push('start')
    await this.behaviour.start?.()
  }

  taskConfigs(): readonly ConfigProps[] {
    return this.configs
  }

  override async stop(): Promise<void> {
    this.calls.push('stop')
    await this.behaviour.stop?.()
  }

  get given() {
    return this.context
  }
}

class TestSinkConnector extends SinkConnector {
  start(): void {}
  taskConfigs(): readonly ConfigProps[] {
    return [{}]
  }
}

const workerProps = {
  'bootstrap.servers': 'kafka:9092',
  'key.converter': 'test.Text',
  'value.converter': 'test.Text',
  'header.converter': 'test.Header',
}

/** A host with one source and one sink connector, and fakes for everything else. */
export function startHost(overrides: Partial<HostEvents> = {}) {
  const clock = new ManualClock()
  const logger = new MemoryLogger()
  const producer = new FakeProducer()
  producer.autoAck = true
  const transactions = new FakeTransactions()
  const consumer = new FakeConsumer()
  const connector = new TestConnector()
  const tasks: ScriptedSourceTask[] = []
  const sinkTask = new RecordingSinkTask()
  const events: string[] = []
  const reports: StateReport[] = []
  const offsets: SourceOffset[] = []
  const metrics = metricsRegistry(clock)
  const host = new InProcessHost({
    workerProps,
    settings: {
      offsetFlushIntervalMs: 60_000,
      offsetFlushTimeoutMs: 5000,
      shutdownTimeoutMs: 5000,
      topicCreation: true,
    },
    plugins: createPluginRegistry(
      testPlugins(
        connector,
        () => {
          const task = new ScriptedSourceTask()
          tasks.push(task)
          return task
        },
        sinkTask,
      ).map(entryOf),
    ),
    clients: {
      producer: () => producer,
      consumer: () => consumer,
      transactionalProducer: (props: ClientProps) => {
        events.push(`producer ${props['transactional.id']}`)
        return transactions
      },
    } as unknown as KafkaClients,
    metrics,
    events: { ...hostEvents(events, reports, offsets), ...overrides },
    clock,
    random: () => 0.5,
    logger,
  })
  const startTask = (
    target: TargetState = 'STARTED',
    props = {},
    more: Pick<TaskAssignment, 'exactlyOnce'> = {},
  ) =>
    host.startTask({
      id: { connector: 'c', task: 0 },
      connectorProps: { name: 'c', 'connector.class': 'test.Source', ...props },
      taskProps: {},
      target,
      ...more,
    })
  const startConnector = (target: TargetState = 'STARTED', props = {}) =>
    host.startConnector({
      name: 'c',
      props: { name: 'c', 'connector.class': 'test.Source', ...props },
      target,
    })
  const all = { clock, logger, producer, consumer, connector, tasks, sinkTask, events, reports }
  return { ...all, transactions, offsets, metrics, host, startTask, startConnector }
}

function testPlugins(
  connector: TestConnector,
  createTask: () => ScriptedSourceTask,
  sinkTask: RecordingSinkTask,
): Plugin[] {
  const base = { version: '1', config: defineConfig({ mood: text }) }
  return [
    defineSourceConnector({
      ...base,
      class: 'test.Source',
      taskClass: 'test.SourceTask',
      createConnector: () => connector,
      createTask,
    }),
    defineSinkConnector({
      ...base,
      class: 'test.Sink',
      taskClass: 'test.SinkTask',
      createConnector: () => new TestSinkConnector(),
      createTask: () => sinkTask,
    }),
    defineTransformation({
      ...base,
      class: 'test.Refusing',
      create: () => () => {
        throw new Error('refused')
      },
    }),
    defineConverter({ ...base, class: 'test.Text', create: () => textConverter() }),
    defineHeaderConverter({
      ...base,
      class: 'test.Header',
      create: () => textConverters().header.converter,
    }),
  ]
}

function entryOf(plugin: Plugin): PluginEntry {
  const { kind, class: name, version } = plugin
  return { kind, class: name, version, location: 'classpath', load: async () => plugin }
}

function hostEvents(events: string[], reports: StateReport[], offsets: SourceOffset[]): HostEvents {
  const note = (what: string, report: StateReport) => {
    events.push(`${what} ${report.state}`)
    reports.push(report)
  }
  return {
    onConnectorState: note,
    onTaskState: (id, report) => note(`${id.connector}-${id.task}`, report),
    onTaskReconfiguration: async (name) => void events.push(`${name} reconfigure`),
    onTopicUsed: ({ connector }, topic) => events.push(`${connector} uses ${topic}`),
    readOffsets: async (_connector, partitions) => partitions.map(() => ({ position: 7 })),
    writeOffsets: async (_connector, written) => void offsets.push(...written),
    copyOffsets: async () => {},
    taskProps: async () => ({}),
    fenceZombies: async (id) => void events.push(`${id.connector}-${id.task} fences`),
    confirmStart: async (_id, generation) => void events.push(`confirms ${generation}`),
  }
}
