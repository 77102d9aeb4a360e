import { type BatchHeader, markControl } from '../../protocol/record-batch.ts'
import { RecordBatchBuilder } from '../../protocol/record-batch-builder.ts'
import { decodeRecords } from '../../protocol/record-batch-decoder.ts'

/** End of a producer's transaction in one partition. */
export interface TransactionEnd {
  readonly producerId: number
  readonly producerEpoch: number
  readonly isCommit: boolean
  readonly coordinatorEpoch: number
}

const KEY_BYTES = 4
const VALUE_BYTES = 6

/** A control batch with the one record that ends a transaction. */
export function encodeTransactionEnd(end: TransactionEnd, timestamp: number): Buffer {
  const bytes = Buffer.alloc(KEY_BYTES + VALUE_BYTES)
  bytes.writeInt16BE(end.isCommit ? 1 : 0, 2)
  bytes.writeInt32BE(end.coordinatorEpoch, KEY_BYTES + 2)
  const builder = new RecordBatchBuilder(128)
  builder.append(timestamp, {
    bytes,
    keyStart: 0,
    keyEnd: KEY_BYTES,
    valueStart: KEY_BYTES,
    valueEnd: bytes.length,
    headers: [],
  })
  const batch = builder.finish('none', {
    producerId: end.producerId,
    producerEpoch: end.producerEpoch,
    baseSequence: -1,
    isTransactional: true,
  })
  markControl(batch)
  return batch
}

/**
 * @param batch All of a control batch.
 * @returns null when it is about something else than the end of a transaction.
 */
export function decodeTransactionEnd(batch: Buffer, header: BatchHeader): TransactionEnd | null {
  const [decoded] = decodeRecords(batch, {
    offsetMin: 0,
    abortedTransactions: [],
    checkCrcs: false,
  })
  const marker = decoded?.markers[0]
  if (marker === undefined) return null
  const { producerId, producerEpoch } = header
  const coordinatorEpoch = batch.readInt32BE(batch.length - 1 - 4)
  return { producerId, producerEpoch, isCommit: marker.isCommit, coordinatorEpoch }
}
