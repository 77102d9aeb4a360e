import type { ConnectRecord } from '../data/record.ts'

/**
 * A pure function from record to record; null drops the record. A RetriableError is retried as
 * `errors.retry.timeout` says, any other error follows `errors.tolerance`.
 */
export type Transformation = {
  <R extends ConnectRecord>(record: R): R | null
  /** Called once, when the task ends. */
  close?(): void
}

/** A pure test of a record. */
export type Predicate = {
  (record: ConnectRecord): boolean
  close?(): void
}
