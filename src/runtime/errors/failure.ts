import type { SourceRecord } from '../../data/record.ts'
import { textOf } from '../../data/text.ts'
import type { FetchedRecords } from '../../kafka/client.ts'

/** What was being done to the record; names as in the reference's log and dead letter headers. */
export type Stage =
  | 'TRANSFORMATION'
  | 'KEY_CONVERTER'
  | 'VALUE_CONVERTER'
  | 'HEADER_CONVERTER'
  | 'KAFKA_PRODUCE'
  | 'TASK_PUT'

/** The record as it came in: from the source task, or from Kafka. */
export type Origin =
  | { readonly kind: 'source'; readonly record: SourceRecord }
  | { readonly kind: 'sink'; readonly records: FetchedRecords; readonly index: number }

/** One record that could not be processed, on its way to the reporters. */
export interface Failure {
  readonly stage: Stage
  /** Class of the plug-in that failed. */
  readonly className: string
  readonly error: unknown
  readonly origin: Origin
}

/** Takes failures: to the log, to the dead letter queue. A report that can't be made is only logged. */
export type Reporter = (failure: Failure) => Promise<void> | void

export function sameOrigin(a: Origin, b: Origin): boolean {
  if (a.kind === 'source') return b.kind === 'source' && a.record === b.record
  return b.kind === 'sink' && a.records === b.records && a.index === b.index
}

/** Where a record came from, as messages tell it. */
export function placeText(origin: Origin): string {
  if (origin.kind === 'sink') {
    const { records, index } = origin
    return `the record ${records.topic}-${records.partition} at offset ${records.offsets[index]}`
  }
  const { topic, sourcePartition, sourceOffset } = origin.record
  return `a record for ${topic}, from ${textOf(sourcePartition)} at ${textOf(sourceOffset)}`
}
