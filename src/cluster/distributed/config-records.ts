import { javaJsonText } from '../../base/java-json-text.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { TargetState } from '../../runtime/task-host.ts'
import type { RestartRequest } from '../restart-plan.ts'

/** A record of one of the internal topics as text; a null value removes the key. */
export interface TextRecord {
  readonly key: string
  readonly value: string | null
}

/** Secret that workers sign requests among each other with. */
export interface SessionKey {
  readonly key: Buffer
  /** Java's name of the algorithm that made it. */
  readonly algorithm: string
  /** Milliseconds since the epoch. */
  readonly createdMs: number
}

export const keyPrefix = {
  target: 'target-state-',
  connector: 'connector-',
  task: 'task-',
  commit: 'commit-',
  restart: 'restart-connector-',
  fencing: 'tasks-fencing-',
  logger: 'logger-cluster-',
} as const
export const SESSION_KEY = 'session-key'

// Fields are in the order in which the reference writes them.

export function connectorRecord(name: string, properties: ConfigProps): TextRecord {
  return record(keyPrefix.connector + name, { properties })
}

export function targetRecord(name: string, target: TargetState): TextRecord {
  // Workers from before STOPPED read the first field, and pause.
  const state = target === 'STOPPED' ? 'PAUSED' : target
  return record(keyPrefix.target + name, { state, 'state.v2': target })
}

/** Tombstones that delete a connector. */
export function removalRecords(name: string): readonly TextRecord[] {
  return [
    { key: keyPrefix.connector + name, value: null },
    { key: keyPrefix.target + name, value: null },
  ]
}

export function taskRecords(name: string, tasks: readonly ConfigProps[]): readonly TextRecord[] {
  return tasks.map((properties, task) => record(`${keyPrefix.task}${name}-${task}`, { properties }))
}

/** Makes the tasks before it count. */
export function commitRecord(name: string, tasks: number): TextRecord {
  return record(keyPrefix.commit + name, { tasks })
}

export function fencingRecord(name: string, taskCount: number): TextRecord {
  return record(keyPrefix.fencing + name, { 'task-count': taskCount })
}

export function restartRecord(
  name: string,
  { includeTasks, onlyFailed }: RestartRequest,
): TextRecord {
  return record(keyPrefix.restart + name, {
    'include-tasks': includeTasks,
    'only-failed': onlyFailed,
  })
}

export function loggerRecord(namespace: string, level: string): TextRecord {
  return record(keyPrefix.logger + namespace, { level })
}

export function sessionKeyRecord({ key, algorithm, createdMs }: SessionKey): TextRecord {
  return record(SESSION_KEY, {
    key: key.toString('base64'),
    algorithm,
    'creation-timestamp': createdMs,
  })
}

function record(key: string, value: object): TextRecord {
  return { key, value: javaJsonText(value) }
}
