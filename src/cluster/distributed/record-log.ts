export interface LogRecord {
  readonly key: Buffer | null
  /** null: the key was removed. */
  readonly value: Buffer | null
}

/** One internal topic, read from its beginning and then followed. */
export interface RecordLog {
  /**
   * Resolves when all that was there has been read; what is written later comes as it is written.
   * @param onRecord Called in the order of each partition, with the record's offset.
   * @param onFailure Reading ended for good, and why.
   */
  start(
    onRecord: (record: LogRecord, offset: number) => void,
    onFailure: (error: unknown) => void,
  ): Promise<void>
  /** Resolves when all has been read that was in the topic at the time of the call. */
  readToEnd(): Promise<void>
  /** Resolves when the records are durable; only reading shows them. */
  append(records: readonly LogRecord[]): Promise<void>
  close(): Promise<void>
}

export function toLogRecord({
  key,
  value,
}: {
  readonly key: string
  readonly value: string | null
}): LogRecord {
  return { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) }
}
