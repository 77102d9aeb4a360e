import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../../../src/base/clock.ts'
import type { SourceOffset } from '../../../src/runtime/offsets/offset-store.ts'
import type { HostEvents, StateReport, TargetState } from '../../../src/runtime/task-host.ts'
import type { UnitDependencies } from '../../../src/runtime/threads/placed-units.ts'
import { ThreadHost } from '../../../src/runtime/threads/thread-host.ts'
import { LOOK_LIMIT_MS } from '../../../src/runtime/threads/worker-thread.ts'
import { eventually } from '../../helpers/eventually.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'
import { metricsRegistry } from '../../metrics/fixture.ts'

export const TIMEOUT_MS = 60_000
/** `timeoutMs` where a thread is blocked: others on a busy machine are not taken for blocked. */
export const BLOCKED_MS = 1500

const deafEvents: HostEvents = {
  onConnectorState() {},
  onTaskState() {},
  onTaskReconfiguration: async () => {},
  onTopicUsed() {},
  readOffsets: async (_, partitions) => partitions.map(() => ({ position: 2n ** 60n })),
  writeOffsets: async () => {},
  copyOffsets: async () => {},
  taskProps: async () => ({}),
  fenceZombies: async () => {},
  confirmStart: async () => {},
}

const settings = {
  offsetFlushIntervalMs: 60_000,
  offsetFlushTimeoutMs: 5000,
  shutdownTimeoutMs: 60_000,
  topicCreation: false,
}

/** A host of one thread that runs `entry.ts`. */
export function startThreadHost(overrides: Partial<UnitDependencies> = {}): ThreadHost {
  return new ThreadHost({
    workerProps: {
      'bootstrap.servers': 'kafka:9092',
      'key.converter': 'test.Text',
      'value.converter': 'test.Text',
      'header.converter': 'test.Header',
    },
    settings,
    events: deafEvents,
    metrics: metricsRegistry(systemClock),
    clock: systemClock,
    logger: silentLogger,
    loggers: { list: () => new Map(), get: () => null, setLevel: () => [] },
    entry: new URL('./entry.ts', import.meta.url),
    pluginPath: [],
    sizeMax: 1,
    timeoutMs: 60_000,
    ...overrides,
  })
}

/** With it what a blocked thread runs is waited for, as a busy machine takes long to tell. */
export const patientClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms === LOOK_LIMIT_MS ? TIMEOUT_MS : ms, signal),
}

/** With it nobody learns what a blocked thread runs. */
export const hastyClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms === LOOK_LIMIT_MS ? 0 : ms, signal),
}

/** A host that is closed after the test, with what its threads have told. */
export function startHost(
  t: TestContext,
  {
    sizeMax = 1,
    timeoutMs = 60_000,
    shutdownTimeoutMs = settings.shutdownTimeoutMs,
    clock = systemClock,
  } = {},
) {
  const states = new Map<string, StateReport>()
  const offsets: SourceOffset[] = []
  const topics: string[] = []
  const host = startThreadHost({
    events: {
      ...deafEvents,
      onConnectorState: (name, report) => states.set(name, report),
      onTaskState: ({ connector, task }, report) => states.set(`${connector}-${task}`, report),
      onTopicUsed: (_, topic) => void topics.push(topic),
      writeOffsets: async (_, written) => void offsets.push(...written),
    },
    settings: { ...settings, shutdownTimeoutMs },
    sizeMax,
    timeoutMs,
    clock,
  })
  t.after(() => host.close())
  const startConnector = (name: string, props = {}, target: TargetState = 'STARTED') =>
    host.startConnector({ name, props: { 'connector.class': 'test.Source', ...props }, target })
  const startTask = (connector: string, does = 'ticks', props = {}) =>
    host.startTask({
      id: { connector, task: 0 },
      connectorProps: { name: connector, 'connector.class': 'test.Source', ...props },
      taskProps: { does },
      target: 'STARTED',
    })
  const reaches = (name: string, state: string) =>
    eventually(`${name} is ${state}`, TIMEOUT_MS, () => states.get(name)?.state === state)
  return { host, states, offsets, topics, startConnector, startTask, reaches }
}
