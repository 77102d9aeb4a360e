import { type BatchHeader, readBatchHeader } from '../../protocol/record-batch.ts'
import { RecordBatchBuilder } from '../../protocol/record-batch-builder.ts'
import { decodeRecords } from '../../protocol/record-batch-decoder.ts'
import type { PartitionLog } from './partition-log.ts'

const REPLAY_BYTES = 1024 * 1024
const wholeBatch = { offsetMin: 0, abortedTransactions: [], checkCrcs: false }

export interface InternalRecord {
  readonly key: Buffer
  /** null takes the key's value away. */
  readonly value: Buffer | null
}

/** Marks records as part of a producer's transaction. */
export interface InternalTransaction {
  readonly producerId: number
  readonly producerEpoch: number
}

/** Gets what an internal topic holds, in order. */
export interface InternalReplay {
  /** @param producerId Producer of the transaction that the record is part of; null for none. */
  record(record: InternalRecord, timestamp: number, producerId: number | null): void
  /** The transaction of `producerId` ended. */
  end(producerId: number, isCommit: boolean): void
}

export interface InternalLogOptions {
  /** null while the topic doesn't exist. */
  find(): PartitionLog | null
  create(): PartitionLog
  now(): number
}

/**
 * The one partition of a compacted internal topic, in which a coordinator keeps its state. The
 * topic is created with the first record.
 */
export class InternalLog {
  readonly #options: InternalLogOptions

  constructor(options: InternalLogOptions) {
    this.#options = options
  }

  /** Hands over everything in the log, once at the start. */
  replay(replay: InternalReplay): void {
    const log = this.#options.find()
    if (log === null) return
    for (let offset = log.startOffset; ; ) {
      const { records } = log.read(offset, REPLAY_BYTES, 'uncommitted')
      if (records.length === 0) return
      for (let at = 0; at < records.length; ) {
        const batch = readBatchHeader(records, at)
        if (batch === null) break
        replayBatch(records.subarray(batch.start, batch.end), batch, replay)
        at = batch.end
        offset = batch.lastOffset + 1
      }
    }
  }

  /**
   * @returns Resolves when the records are kept as the broker's flush mode asks; null when they
   *   are already.
   * @throws Error of the file system; nothing was appended.
   */
  append(
    records: readonly InternalRecord[],
    transaction: InternalTransaction | null = null,
  ): Promise<void> | null {
    const log = this.#options.find() ?? this.#options.create()
    const timestamp = this.#options.now()
    const builder = new RecordBatchBuilder(512)
    for (const { key, value } of records) {
      builder.append(timestamp, {
        bytes: value === null ? key : Buffer.concat([key, value]),
        keyStart: 0,
        keyEnd: key.length,
        valueStart: value === null ? -1 : key.length,
        valueEnd: key.length + (value?.length ?? 0),
        headers: [],
      })
    }
    log.appendOwn(
      builder.finish('none', {
        producerId: transaction?.producerId ?? -1,
        producerEpoch: transaction?.producerEpoch ?? -1,
        baseSequence: -1,
        isTransactional: transaction !== null,
      }),
    )
    return log.kept()
  }
}

function replayBatch(bytes: Buffer, batch: BatchHeader, replay: InternalReplay): void {
  const producerId = batch.isTransactional ? batch.producerId : null
  for (const { records, markers } of decodeRecords(bytes, wholeBatch)) {
    for (let index = 0; index < records.count; index++) {
      const key = range(records.bytes, records.keyStarts[index], records.keyEnds[index])
      const value = range(records.bytes, records.valueStarts[index], records.valueEnds[index])
      const timestamp = records.timestamps[index] ?? -1
      if (key !== null) replay.record({ key, value }, timestamp, producerId)
    }
    for (const marker of markers) replay.end(marker.producerId, marker.isCommit)
  }
}

function range(bytes: Buffer, start = -1, end = -1): Buffer | null {
  return start < 0 ? null : bytes.subarray(start, end)
}
