import { Cursor } from '../../protocol/cursor.ts'
import { array, field } from '../../protocol/fields.ts'
import { defineMessage } from '../../protocol/message.ts'
import type { InternalRecord } from '../log/internal-log.ts'
import { decodeVersioned, encodeVersioned } from '../log/versioned.ts'
import { type Transaction, transactionStates } from './transaction.ts'

/**
 * What `__transaction_state` holds, as Apache Kafka writes it, so that its tools can read it. Keys
 * and values begin with their version.
 */

const KEY_VERSION = 0
const VALUE_VERSION = 1

const transactionKey = defineMessage({
  key: null,
  name: 'TransactionLogKey',
  versions: [0, 0],
  flexibleSince: null,
  fields: { transactionalId: field('string') },
})

const transactionValue = defineMessage({
  key: null,
  name: 'TransactionLogValue',
  versions: [0, 1],
  flexibleSince: 1,
  fields: {
    producerId: field('int64'),
    producerEpoch: field('int16'),
    timeoutMs: field('int32'),
    status: field('int8'),
    partitions: array({ topic: field('string'), partitionIds: array('int32') }, { nullable: 0 }),
    lastUpdateMs: field('int64'),
    startMs: field('int64'),
    previousProducerId: field('int64', { since: 1, tag: 0, default: -1 }),
    nextProducerId: field('int64', { since: 1, tag: 1, default: -1 }),
  },
})

export function transactionRecord(transaction: Transaction): InternalRecord {
  const value = encodeVersioned(transactionValue, VALUE_VERSION, {
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    timeoutMs: transaction.timeoutMs,
    status: transactionStates.indexOf(transaction.state),
    partitions:
      transaction.state === 'Empty'
        ? null
        : Array.from(transaction.partitions, ([topic, numbers]) => ({
            topic,
            partitionIds: [...numbers],
          })),
    lastUpdateMs: transaction.lastUpdateMs,
    startMs: transaction.startMs,
    previousProducerId: transaction.previousProducerId,
    nextProducerId: transaction.nextProducerId,
  })
  return { key: keyOf(transaction.id), value }
}

/** Takes a transactional id away. */
export function transactionTombstone(id: string): InternalRecord {
  return { key: keyOf(id), value: null }
}

/** `transaction` is null for an id that was taken away. */
export interface TransactionEntry {
  readonly id: string
  readonly transaction: Transaction | null
}

/**
 * @returns null for a record of another kind, such as newer brokers write.
 * @throws ConnectError RECORD_CORRUPT
 */
export function readTransactionRecord({ key, value }: InternalRecord): TransactionEntry | null {
  const cursor = new Cursor(key)
  if (cursor.readInt16() !== KEY_VERSION) return null
  const id = transactionKey.decode(cursor, KEY_VERSION).transactionalId
  if (value === null) return { id, transaction: null }
  const transaction = readValue(id, value)
  return transaction === null ? null : { id, transaction }
}

function readValue(id: string, bytes: Buffer): Transaction | null {
  const { status, partitions, ...value } = decodeVersioned(transactionValue, bytes)
  const state = transactionStates[status]
  if (state === undefined) return null
  return {
    ...value,
    id,
    state,
    lastEpoch: -1,
    partitions: new Map(
      partitions?.map(({ topic, partitionIds }) => [topic, new Set(partitionIds)]),
    ),
  }
}

function keyOf(transactionalId: string): Buffer {
  return encodeVersioned(transactionKey, KEY_VERSION, { transactionalId })
}
