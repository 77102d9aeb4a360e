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

/**
 * Writes what the internal topics lack of what is known, and nothing over what they have: a
 * connector or offset that was written or deleted since then stays as it is. Offsets come first,
 * so that workers that run already start no connector without them.
 */
export async function restoreCluster(
  knowledge: ClusterKnowledge,
  { offsets, status, config }: Pick<InternalLogs, 'offsets' | 'status' | 'config'>,
): Promise<Restored> {
  const single = (records: readonly TextRecord[]) => records.map((record) => [record])
  return {
    offsets: await writeMissing(offsets, single(offsetRecords(knowledge))),
    usedTopics: await writeMissing(status, single(usedTopicRecords(knowledge))),
    connectors: await writeMissing(
      config,
      knowledge.connectors.map(connectorRecords),
      knowledge.connectors.map(({ name, config: props }) => connectorRecord(name, props).key),
    ),
  }
}

/** @param keys Of each entry the one that tells whether it is there; else that of its record. */
async function writeMissing(
  log: RecordLog,
  entries: ReadonlyArray<readonly TextRecord[]>,
  keys: readonly string[] = entries.map(([record]) => record?.key ?? ''),
): Promise<RestoredCount> {
  const there = new Set<string>()
  const lost = Promise.withResolvers<never>()
  const start = log.start(({ key }) => there.add(key?.toString() ?? ''), lost.reject)
  await Promise.race([start, lost.promise])
  const missing = entries.filter((_, index) => !there.has(keys[index] ?? ''))
  await Promise.race([log.append(missing.flat().map(toLogRecord)), lost.promise])
  return { written: missing.length, present: entries.length - missing.length }
}
