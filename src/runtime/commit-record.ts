import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { SourceRecord } from '../data/record.ts'
import type { SentBatch } from '../kafka/client.ts'
import type { RecordMetadata, SourceTask } from '../sdk/source-task.ts'

export type OnRecord = (record: SourceRecord, metadata: RecordMetadata | null) => void

/** `commitRecord` of the task, whose errors are logged; null if it has none. */
export function recordListener(task: SourceTask, logger: Logger): OnRecord | null {
  if (task.commitRecord === undefined) return null
  return (record, metadata) => {
    try {
      task.commitRecord?.(record, metadata)
    } catch (error) {
      logger.error(`The task's commitRecord() failed: ${messageOf(error)}`, error)
    }
  }
}

/** Where the broker put the record of a batch; it does not tell with acks=0, or of one split. */
export function metadataOf(
  { topic, partition }: SentBatch,
  index: number,
  { baseOffset, timestamp }: Awaited<SentBatch['acked']>,
): RecordMetadata {
  return { topic, partition, offset: baseOffset < 0 ? -1 : baseOffset + index, timestamp }
}
