import type { ConnectError } from '../base/errors.ts'
import type { Codec } from '../protocol/compression.ts'
import { type ProducerStamp, stampBatch } from '../protocol/record-batch.ts'
import { RecordBatchBuilder, type RecordRanges } from '../protocol/record-batch-builder.ts'
import { decodeRecords } from '../protocol/record-batch-decoder.ts'
import type { SentBatch } from './client.ts'

interface Acknowledged {
  readonly baseOffset: number
  readonly timestamp: number
}

/** Records of one partition that travel together: first filled, then encoded, then settled. */
export class OutgoingBatch implements SentBatch {
  readonly topic: string
  readonly partition: number
  /** By `Clock.elapsed`, as `retryAt`. */
  readonly createdAt: number
  readonly acked: Promise<Acknowledged>
  /** Number of its first record for an idempotent producer; -1 until the batch has one. */
  sequence = -1
  attempts = 0
  /** Not sent before this time. */
  retryAt = 0
  readonly #builder: RecordBatchBuilder
  readonly #settled = Promise.withResolvers<Acknowledged>()
  #encoded: Buffer | null = null

  constructor(topic: string, partition: number, createdAt: number, capacityBytes: number) {
    this.topic = topic
    this.partition = partition
    this.createdAt = createdAt
    this.#builder = new RecordBatchBuilder(capacityBytes)
    this.acked = this.#settled.promise
    // A caller that only flushes need not look at each batch.
    this.acked.catch(() => {})
  }

  get count(): number {
    return this.#builder.count
  }

  /** Before compression. */
  get sizeBytes(): number {
    return this.#builder.sizeBytes
  }

  append(timestamp: number, record: RecordRanges): void {
    this.#builder.append(timestamp, record)
  }

  /** What goes to the broker; encoded once, stamped again whenever it is sent again. */
  encode(codec: Codec, stamp: ProducerStamp): Buffer {
    if (this.#encoded === null) this.#encoded = this.#builder.finish(codec, stamp)
    else stampBatch(this.#encoded, stamp)
    return this.#encoded
  }

  succeed(baseOffset: number, logAppendTimeMs: number): void {
    const timestamp = logAppendTimeMs < 0 ? this.#builder.maxTimestamp : logAppendTimeMs
    this.#settled.resolve({ baseOffset, timestamp })
  }

  fail(error: ConnectError): void {
    this.#settled.reject(error)
  }

  /** Two batches of half the records each, which settle this one; it must have been encoded. */
  split(): readonly OutgoingBatch[] {
    const encoded = this.#encoded ?? Buffer.alloc(0)
    const decoded = decodeRecords(encoded, {
      offsetMin: 0,
      abortedTransactions: [],
      checkCrcs: false,
    })
    const half = () =>
      new OutgoingBatch(this.topic, this.partition, this.createdAt, this.sizeBytes / 2)
    const halves: readonly [OutgoingBatch, OutgoingBatch] = [half(), half()]
    for (const { records: columns } of decoded) {
      for (let index = 0; index < columns.count; index++) {
        const [first, second] = halves
        const target = first.count < this.count / 2 ? first : second
        target.append(columns.timestamps[index] ?? -1, {
          bytes: columns.bytes,
          keyStart: columns.keyStarts[index] ?? -1,
          keyEnd: columns.keyEnds[index] ?? -1,
          valueStart: columns.valueStarts[index] ?? -1,
          valueEnd: columns.valueEnds[index] ?? -1,
          headers: columns.headers(index),
        })
      }
    }
    this.#settleWith(halves)
    return halves
  }

  #settleWith(halves: readonly [OutgoingBatch, OutgoingBatch]): void {
    const [first, second] = halves
    if (this.sequence >= 0) {
      first.sequence = this.sequence
      second.sequence = (this.sequence + first.count) & 0x7fffffff
    }
    Promise.all([first.acked, second.acked]).then(
      ([, { timestamp }]) => this.succeed(-1, timestamp),
      (error: ConnectError) => this.fail(error),
    )
  }
}
