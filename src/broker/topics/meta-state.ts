import type { MetaRecord } from './meta-log.ts'

/** A topic as its records have left it. */
export interface StoredTopic {
  readonly id: string
  readonly name: string
  partitions: number
  configs: Readonly<Record<string, string>>
  /** First offsets of partitions from which records were deleted. */
  readonly startOffsets: Map<number, number>
}

export interface MetaState {
  clusterId: string | null
  /** The first producer id that is free. */
  producerIdNext: number
  readonly topics: Map<string, StoredTopic>
  /** Topics whose logs may still be there. */
  readonly deleted: StoredTopic[]
}

/** What a series of changes leads to. */
export function replayMeta(records: readonly MetaRecord[]): MetaState {
  const state: MetaState = {
    clusterId: null,
    producerIdNext: 0,
    topics: new Map(),
    deleted: [],
  }
  for (const record of records) replayOne(state, record)
  return state
}

/** The shortest series of changes that leads to `state`. */
export function recordsOf(state: MetaState): MetaRecord[] {
  const records: MetaRecord[] = []
  if (state.clusterId !== null) records.push({ type: 'cluster', id: state.clusterId })
  if (state.producerIdNext > 0) records.push({ type: 'producerIds', next: state.producerIdNext })
  for (const { startOffsets, ...topic } of state.topics.values()) {
    records.push({ type: 'topic', ...topic })
    for (const [partition, offset] of startOffsets) {
      records.push({ type: 'start', id: topic.id, partition, offset })
    }
  }
  return records
}

function replayOne(state: MetaState, record: MetaRecord): void {
  if (record.type === 'cluster') {
    state.clusterId = record.id
    return
  }
  if (record.type === 'producerIds') {
    state.producerIdNext = record.next
    return
  }
  if (record.type === 'topic') {
    const { id, name, partitions, configs } = record
    state.topics.set(id, { id, name, partitions, configs, startOffsets: new Map() })
    return
  }
  const topic = state.topics.get(record.id)
  if (topic === undefined) return
  if (record.type === 'deleted') {
    state.topics.delete(record.id)
    state.deleted.push(topic)
  } else if (record.type === 'partitions') topic.partitions = record.partitions
  else if (record.type === 'configs') topic.configs = record.configs
  else topic.startOffsets.set(record.partition, record.offset)
}
