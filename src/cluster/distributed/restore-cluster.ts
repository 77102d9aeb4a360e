import {
  type ClusterKnowledge,
  connectorRecords,
  offsetRecords,
  usedTopicRecords,
} from './cluster-knowledge.ts'
import { connectorRecord, type TextRecord } from './config-records.ts'
import type { InternalLogs } from './internal-logs.ts'
import { type RecordLog, toLogRecord } from './record-log.ts'

/** How many there were to write, and how many of them were left out as the topic has them. */
export interface RestoredCount {
  readonly written: number
  readonly present: number
}

export interface Restored {
  readonly connectors: RestoredCount
  readonly offsets: RestoredCount
  readonly usedTopics: RestoredCount
}

type Logs = Pick<InternalLogs, 'offsets' | 'status' | 'config'>

/**
 * Writes what the internal topics lack of what is known, and nothing over what they have: a
 * connector or offset that was written or deleted since then stays as it is. Offsets come first,
 * so that workers that run already start no connector without them.
 */
export async function restoreCluster(
  knowledge: ClusterKnowledge,
  { offsets, status, config }: Logs,
): Promise<Restored> {
  const { ofOffsets, ofStatuses, ofConnectors } = entriesOf(knowledge)
  return {
    offsets: await writeMissing(offsets, ofOffsets),
    usedTopics: await writeMissing(status, ofStatuses),
    connectors: await writeMissing(config, ofConnectors),
  }
}

/** Whether the topics have, or had since, each connector, offset and topic in use. */
export async function isRestored(knowledge: ClusterKnowledge, logs: Logs): Promise<boolean> {
  const { ofOffsets, ofStatuses, ofConnectors } = entriesOf(knowledge)
  const isThere = async (log: RecordLog, entries: readonly Entry[]) => {
    const there = await keysOf(log)
    return entries.every(({ key }) => there.has(key))
  }
  return (
    (await isThere(logs.offsets, ofOffsets)) &&
    (await isThere(logs.status, ofStatuses)) &&
    (await isThere(logs.config, ofConnectors))
  )
}

/** What is written as a whole, or not at all. */
interface Entry {
  /** Tells whether it is there. */
  readonly key: string
  readonly records: readonly TextRecord[]
}

function entriesOf(knowledge: ClusterKnowledge) {
  const single = (record: TextRecord): Entry => ({ key: record.key, records: [record] })
  return {
    ofOffsets: offsetRecords(knowledge).map(single),
    ofStatuses: usedTopicRecords(knowledge).map(single),
    ofConnectors: knowledge.connectors.map((connector): Entry => {
      const { key } = connectorRecord(connector.name, connector.config)
      return { key, records: connectorRecords(connector) }
    }),
  }
}

async function writeMissing(log: RecordLog, entries: readonly Entry[]): Promise<RestoredCount> {
  const lost = Promise.withResolvers<never>()
  const there = await Promise.race([keysOf(log, lost.reject), lost.promise])
  const missing = entries.filter(({ key }) => !there.has(key))
  const records = missing.flatMap((entry) => entry.records)
  await Promise.race([log.append(records.map(toLogRecord)), lost.promise])
  return { written: missing.length, present: entries.length - missing.length }
}

/** @param onLost Called when the topic can't be read any more after that. */
async function keysOf(
  log: RecordLog,
  onLost: (error: unknown) => void = () => {},
): Promise<ReadonlySet<string>> {
  const there = new Set<string>()
  await log.start(({ key }) => there.add(key?.toString() ?? ''), onLost)
  return there
}
