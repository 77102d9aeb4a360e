import {
  type ConfigEvent,
  ConfigLog,
  type LoggedConnector,
} from '../../../src/cluster/distributed/config-log.ts'
import {
  commitRecord,
  connectorRecord,
  fencingRecord,
  loggerRecord,
  removalRecords,
  restartRecord,
  sessionKeyRecord,
  type TextRecord,
  targetRecord,
  taskRecords,
} from '../../../src/cluster/distributed/config-records.ts'
import {
  connectorStatusRecord,
  forgottenTopicRecord,
  type LoggedState,
  type LoggedStatus,
  StatusLog,
  taskStatusRecord,
  topicRecord,
} from '../../../src/cluster/distributed/status-log.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import type { SourceMap } from '../../../src/data/record.ts'
import { encodeOffset, encodeOffsetKey } from '../../../src/runtime/offsets/offset-json.ts'
import { OffsetTable } from '../../../src/runtime/offsets/offset-table.ts'
import type { TargetState } from '../../../src/runtime/task-host.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'
import type { Operation } from './case.ts'
import { decodeValue, encodeValue, type ValueJson } from './codec.ts'
import { encodeError } from './compare.ts'

/** A call of the config store; which fields it has depends on `call`. */
interface ConfigWrite {
  readonly call: string
  readonly connector: string
  readonly config: ConfigProps
  readonly configs: readonly ConfigProps[]
  readonly state: TargetState | null
  readonly tasks: number
  readonly onlyFailed: boolean
  readonly includeTasks: boolean
  readonly logger: string
  readonly level: string
  readonly keyBytes: string
  readonly algorithm: string
  readonly created: string
}

interface StatusWrite {
  readonly call: 'connector' | 'task' | 'topic' | 'deleteTopic'
  readonly connector: string
  readonly task: number
  readonly state: LoggedState
  readonly worker: string
  readonly generation: number
  readonly trace?: string | null
  readonly version?: string | null
  readonly topic: string
  readonly discovered: string
}

interface OffsetJson {
  readonly partition: ValueJson
  readonly offset?: ValueJson
}

const configWrites: Readonly<Record<string, (write: ConfigWrite) => readonly TextRecord[]>> = {
  putConnectorConfig: ({ connector, config, state }) => [
    ...(state === null ? [] : [targetRecord(connector, state)]),
    connectorRecord(connector, config),
  ],
  removeConnectorConfig: ({ connector }) => removalRecords(connector),
  putTaskConfigs: ({ connector, configs }) => [
    ...taskRecords(connector, configs),
    commitRecord(connector, configs.length),
  ],
  putTargetState: ({ connector, state }) => [targetRecord(connector, state ?? 'STARTED')],
  putTaskCountRecord: ({ connector, tasks }) => [fencingRecord(connector, tasks)],
  putRestartRequest: ({ connector, ...request }) => [restartRecord(connector, request)],
  putLoggerLevel: ({ logger, level }) => [loggerRecord(logger, level)],
  putSessionKey: ({ keyBytes, algorithm, created }) => [
    sessionKeyRecord({
      key: Buffer.from(keyBytes, 'base64'),
      algorithm,
      createdMs: Number(created),
    }),
  ],
}

export const topicOperations: Readonly<Record<string, Operation>> = {
  'configTopic.write': ({ writes }: { writes: readonly ConfigWrite[] }) => ({
    records: writes.flatMap((write) => configWrites[write.call]?.(write) ?? []),
  }),
  'configTopic.read': ({
    records,
    startedAfter,
  }: {
    records: readonly TextRecord[]
    startedAfter: number
  }) => {
    const log = new ConfigLog()
    const events: string[] = []
    const failures: object[] = []
    records.forEach((record, index) => {
      try {
        const event = log.apply(record, index)
        if (event !== null && index >= startedAfter) events.push(...eventText(event))
      } catch (error) {
        failures.push({ index, error: encodeError(error) })
      }
    })
    const { offset, sessionKey, connectors } = log.snapshot
    return {
      offset: String(offset),
      sessionKey:
        sessionKey === null
          ? null
          : {
              keyBytes: sessionKey.key.toString('base64'),
              algorithm: sessionKey.algorithm,
              created: String(sessionKey.createdMs),
            },
      connectors: Object.fromEntries(
        [...connectors].map(([name, connector]) => [name, connectorJson(name, connector)]),
      ),
      inconsistent: [...connectors].flatMap(([name, each]) => (each.isInconsistent ? name : [])),
      events,
      failures,
    }
  },
  'statusTopic.write': ({ writes }: { writes: readonly StatusWrite[] }) => ({
    records: writes.map(statusRecord),
  }),
  'statusTopic.read': ({
    ask,
    records,
  }: {
    ask: readonly string[]
    records: readonly TextRecord[]
  }) => {
    const log = new StatusLog()
    for (const record of records) log.apply(record)
    return {
      connectors: Object.fromEntries(
        log.connectors().map((name) => [name, statusJson(log.connector(name))]),
      ),
      tasks: ask.flatMap((name) =>
        [...log.tasks(name)]
          .sort(([a], [b]) => a - b)
          .map(([task, status]) => ({ ...statusJson(status), id: [name, task] })),
      ),
      topics: Object.fromEntries(ask.map((name) => [name, log.topics(name).map(useJson)])),
      failures: [],
    }
  },
  'offsetTopic.write': ({
    connector,
    offsets,
  }: {
    connector: string
    offsets: readonly OffsetJson[]
  }) => ({
    records: offsets.map(({ partition, offset }) => ({
      key: encodeOffsetKey(connector, sourceMap(partition)).toString(),
      value: encodeOffset(sourceMap(offset))?.toString() ?? null,
    })),
  }),
  'offsetTopic.read': ({
    records,
    ask,
    lookups,
  }: {
    records: ReadonlyArray<{ readonly key: string; readonly value: string | null }>
    ask: readonly string[]
    lookups: ReadonlyArray<{ readonly connector: string; readonly partition: ValueJson }>
  }) => {
    const table = new OffsetTable(silentLogger)
    for (const { key, value } of records) {
      table.set({ key: Buffer.from(key), value: value === null ? null : Buffer.from(value) })
    }
    return {
      partitions: Object.fromEntries(
        ask.map((connector) => [
          connector,
          table.partitions(connector).map((partition) => encodeValue(partition, null)),
        ]),
      ),
      offsets: lookups.map(({ connector, partition }) => {
        const [offset = null] = table.read(connector, [sourceMap(partition)])
        return { offset: encodeValue(offset, null) }
      }),
    }
  },
}

function eventText(event: ConfigEvent): readonly string[] {
  switch (event.kind) {
    case 'tasks-updated': {
      const tasks = [...event.tasks].sort((a, b) => a.task - b.task)
      return [
        `tasks-updated [${tasks.map(({ connector, task }) => `${connector}-${task}`).join(', ')}]`,
      ]
    }
    case 'target-changed':
      return [`target-state ${event.name}`]
    case 'restart': {
      const { onlyFailed, includeTasks } = event.request
      return [`restart ${event.name} onlyFailed=${onlyFailed} includeTasks=${includeTasks}`]
    }
    case 'session-key':
      return ['session-key']
    case 'logger':
      return [`logger ${event.namespace} ${event.level}`]
    default:
      return [`${event.kind} ${event.name}`]
  }
}

function connectorJson(name: string, connector: LoggedConnector): object {
  const {
    target,
    tasks,
    isInconsistent: _,
    taskGeneration: _generation,
    writtenTasks: _written,
    ...rest
  } = connector
  return {
    ...rest,
    state: target,
    tasks: tasks.map((_config, task) => [name, task]),
    taskConfigs: tasks,
  }
}

function statusRecord(write: StatusWrite): TextRecord {
  const { call, connector, task, topic } = write
  if (call === 'topic') {
    return topicRecord({ topic, connector, task, discoveredMs: Number(write.discovered) })
  }
  if (call === 'deleteTopic') return forgottenTopicRecord(connector, topic)
  const { state, worker, generation, trace = null, version = null } = write
  const status =
    state === 'DESTROYED' ? null : { state, trace, workerId: worker, generation, version }
  return call === 'connector'
    ? connectorStatusRecord(connector, status)
    : taskStatusRecord({ connector, task }, status)
}

function statusJson(status: LoggedStatus | null): object | null {
  if (status === null) return null
  const { workerId, ...rest } = status
  return { ...rest, worker: workerId }
}

function useJson({
  topic,
  connector,
  task,
  discoveredMs,
}: ReturnType<StatusLog['topics']>[number]): object {
  return { topic, connector, task, discovered: String(discoveredMs) }
}

function sourceMap(json: ValueJson | undefined): SourceMap | null {
  return decodeValue(json, null) as SourceMap | null
}
