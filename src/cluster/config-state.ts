import type { ConfigProps } from '../config/props.ts'
import type { TargetState, TaskId } from '../runtime/task-host.ts'
import type { ConnectorType } from './herder.ts'

/** Everything that is known of the wishes for one connector. Properties are unresolved. */
export interface ConnectorState {
  readonly config: ConfigProps
  readonly type: ConnectorType
  /** Of the plug-in that the configuration names; null when there is none. */
  readonly version: string | null
  readonly target: TargetState
  readonly tasks: readonly ConfigProps[]
  /** The configuration that `tasks` were made from; null before the first ones. */
  readonly appliedConfig: ConfigProps | null
}

/** All connectors at one moment; never changes. */
export type ConfigState = ReadonlyMap<string, ConnectorState>

export function taskIds(connector: string, { tasks }: ConnectorState): readonly TaskId[] {
  return tasks.map((_, task) => ({ connector, task }))
}
