import type { SourceRecord } from '../data/record.ts'
import type { OutgoingRecord } from '../kafka/client.ts'

/** How records of a source task get to Kafka, and what becomes of their offsets. */
export interface SourceDelivery {
  /** @throws ConnectError when an earlier record could not be sent and that isn't tolerated. */
  throwIfFailed(): void
  /** null when a record can be sent now. */
  room(): Promise<void> | null
  /** @returns What the next record has to wait for; null for nothing. */
  send(record: SourceRecord, outgoing: OutgoingRecord): Promise<void> | null
  /** A transform dropped the record, or its failure is tolerated; else as `send`. */
  drop(record: SourceRecord): Promise<void> | null
  /**
   * @returns true when it is tolerated that the producer does not take the record.
   * @throws what fails the task.
   */
  lose(record: SourceRecord, error: unknown): boolean
}
