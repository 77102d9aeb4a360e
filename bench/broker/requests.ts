import { Cursor } from '../../src/protocol/cursor.ts'
import { encodeRequest, readResponseHeader } from '../../src/protocol/frame.ts'
import { readInt64 } from '../../src/protocol/int64.ts'
import type { Decoded, Encodable, Message } from '../../src/protocol/message.ts'
import { fetchRequest, fetchResponse } from '../../src/protocol/messages/fetch.ts'
import { metadataRequest } from '../../src/protocol/messages/metadata.ts'
import { produceRequest, produceResponse } from '../../src/protocol/messages/produce.ts'
import { RecordBatchBuilder } from '../../src/protocol/record-batch-builder.ts'

const PRODUCE_VERSION = 11
/** The newest that names topics instead of giving their ids. */
const FETCH_VERSION = 12
const METADATA_VERSION = 12
/** As a Java consumer asks for. */
const FETCH_BYTES_MAX = 50 * 1024 * 1024
const PARTITION_BYTES_MAX = 1024 * 1024

const LENGTH_AT = 8
const COUNT_AT = 57
const BATCH_PREFIX_BYTES = 12

export interface Place {
  readonly topic: string
  readonly partition: number
}

/** Records without key, filled with text. */
export function batchOf(count: number, recordBytes: number): Buffer {
  const bytes = Buffer.alloc(recordBytes, 'the quick brown fox jumps over the lazy dog ')
  const record = { bytes, keyStart: -1, keyEnd: -1, valueStart: 0, valueEnd: recordBytes }
  const builder = new RecordBatchBuilder(count * (recordBytes + 16))
  for (let left = count; left > 0; left--) builder.append(Date.now(), { ...record, headers: [] })
  return builder.finish('none', {
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    isTransactional: false,
  })
}

export function produceRequestTo({ topic, partition }: Place, batch: Buffer): Buffer {
  return requestOf(produceRequest, PRODUCE_VERSION, {
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: topic, partitionData: [{ index: partition, records: batch }] }],
  })
}

/** @throws when the records were refused. */
export function checkProduced(answer: Buffer): void {
  const { responses } = responseOf(produceResponse, PRODUCE_VERSION, answer)
  const [partition] = responses[0]?.partitionResponses ?? []
  if (partition?.errorCode !== 0) throw new Error(`produce: error ${partition?.errorCode}`)
}

export function fetchRequestFrom({ topic, partition }: Place, offset: number): Buffer {
  return requestOf(fetchRequest, FETCH_VERSION, {
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: FETCH_BYTES_MAX,
    topics: [
      {
        topic,
        partitions: [{ partition, fetchOffset: offset, partitionMaxBytes: PARTITION_BYTES_MAX }],
      },
    ],
  })
}

/**
 * The offset behind the records that came, `offset` when there were none.
 * @throws when they don't begin at `offset` or one is missing.
 */
export function offsetAfterFetched(answer: Buffer, offset: number): number {
  const { responses } = responseOf(fetchResponse, FETCH_VERSION, answer)
  const [partition] = responses[0]?.partitions ?? []
  if (partition?.errorCode !== 0) throw new Error(`fetch: error ${partition?.errorCode}`)
  const records = partition.records ?? Buffer.alloc(0)
  let next = offset
  for (let at = 0; at + COUNT_AT + 4 <= records.length; ) {
    const end = at + BATCH_PREFIX_BYTES + records.readInt32BE(at + LENGTH_AT)
    if (end > records.length) break
    const found = readInt64(records, at)
    if (found !== next) throw new Error(`fetch: offset ${found} instead of ${next}`)
    next += records.readInt32BE(at + COUNT_AT)
    at = end
  }
  return next
}

export function anyMetadataRequest(): Buffer {
  return requestOf(metadataRequest, METADATA_VERSION, { topics: [] })
}

function requestOf<M extends Message>(message: M, apiVersion: number, body: Encodable<M>): Buffer {
  const header = { apiVersion, correlationId: 0, clientId: 'bench' }
  return Buffer.concat(encodeRequest(message, header, body))
}

function responseOf<M extends Message>(message: M, apiVersion: number, answer: Buffer): Decoded<M> {
  const cursor = new Cursor(answer)
  readResponseHeader(cursor, message, apiVersion)
  return message.decode(cursor, apiVersion) as Decoded<M>
}
