export interface LogRecord {
  readonly key: Buffer | null
  /** null: the key was removed. */
  readonly value: Buffer | null
}

/** As it was found in the topic. */
export interface ReadRecord extends LogRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** One internal topic, read from its beginning and then followed. */
export interface RecordLog {
  /**
   * Resolves when all that was there has been read; what is written later comes as it is written.
   * @param onRecord Called in the order of each partition.
   * @param onFailure Reading ended for good, and why.
   */
  start(onRecord: (record: ReadRecord) => void, onFailure: (error: unknown) => void): Promise<void>
  /** Resolves when all has been read that was in the topic at the time of the call. */
  readToEnd(): Promise<void>
  /** Resolves when the records are durable; only reading shows them. */
  append(records: readonly LogRecord[]): Promise<void>
  close(): Promise<void>
}

const KEY_LENGTH_MAX = 80

/** Where a record is, and its key as far as that fits a line of the log. */
export function describeRecord({ topic, partition, offset, key }: ReadRecord): string {
  const text = key === null ? null : key.toString('utf8', 0, KEY_LENGTH_MAX)
  return `Record ${topic}-${partition} at offset ${offset}, key ${JSON.stringify(text)},`
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
