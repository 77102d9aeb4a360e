import type { ConfigProps } from '../../config/props.ts'
import type { TargetState } from '../../runtime/task-host.ts'
import type { ClusterConfig } from './config-log.ts'
import {
  commitRecord,
  connectorRecord,
  fencingRecord,
  type TextRecord,
  targetRecord,
  taskRecords,
} from './config-records.ts'
import { type TopicUse, topicRecord } from './status-log.ts'

/** A connector as the config topic kept it. */
export interface KnownConnector {
  readonly name: string
  readonly config: ConfigProps
  readonly target: TargetState
  /** null where its owner has to make them. */
  readonly tasks: readonly ConfigProps[] | null
  /** How many producers of earlier tasks were to be fenced; null where nobody wrote it. */
  readonly fencedTasks: number | null
  /** Whether tasks were written since they were fenced. */
  readonly isFencingPending: boolean
}

/**
 * What a worker knows of its cluster that its topics are there for. The states of connectors and
 * tasks are left out, as workers tell them anew, and so are keys for signatures.
 */
export interface ClusterKnowledge {
  /** `group.id` */
  readonly group: string
  readonly connectors: readonly KnownConnector[]
  /** Texts of keys and values. */
  readonly offsets: ReadonlyArray<readonly [key: string, value: string]>
  readonly usedTopics: readonly TopicUse[]
}

export function knownConnectors({ connectors }: ClusterConfig): readonly KnownConnector[] {
  return [...connectors].map(([name, connector]) => {
    const { config, target, tasks, taskGeneration, isInconsistent } = connector
    return {
      name,
      config,
      target,
      tasks: isInconsistent || taskGeneration < 0 ? null : tasks,
      fencedTasks: connector.taskCountRecord,
      isFencingPending: connector.pendingFencing,
    }
  })
}

/** Records of the config topic that say the same. */
export function connectorRecords(connector: KnownConnector): readonly TextRecord[] {
  const { name, config, target, tasks, fencedTasks, isFencingPending } = connector
  const fencing = fencedTasks === null ? [] : [fencingRecord(name, fencedTasks)]
  const commit =
    tasks === null ? [] : [...taskRecords(name, tasks), commitRecord(name, tasks.length)]
  return [
    targetRecord(name, target),
    connectorRecord(name, config),
    ...(isFencingPending ? [...fencing, ...commit] : [...commit, ...fencing]),
  ]
}

export function offsetRecords({ offsets }: ClusterKnowledge): readonly TextRecord[] {
  return offsets.map(([key, value]) => ({ key, value }))
}

export function usedTopicRecords({ usedTopics }: ClusterKnowledge): readonly TextRecord[] {
  return usedTopics.map(topicRecord)
}
