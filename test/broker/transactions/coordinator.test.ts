import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { type Broker, openBroker } from '../../../src/broker/broker.ts'
import { brokerConfig } from '../../../src/broker/broker-config.ts'
import { ManualClock } from '../../../src/broker/clock.ts'
import { InternalLog } from '../../../src/broker/log/internal-log.ts'
import type { PartitionLog } from '../../../src/broker/log/partition-log.ts'
import { transactionsTopic } from '../../../src/broker/topics/topic.ts'
import type { ProducerIdAnswer } from '../../../src/broker/transactions/coordinator.ts'
import { transactionRecord } from '../../../src/broker/transactions/records.ts'
import {
  EPOCH_MAX,
  prepared,
  type Transaction,
} from '../../../src/broker/transactions/transaction.ts'
import { errorCode } from '../../../src/protocol/error-codes.ts'
import { RecordBatchBuilder } from '../../../src/protocol/record-batch-builder.ts'
import { temporaryFolder } from '../../helpers/worker.ts'

const { NONE, CONCURRENT_TRANSACTIONS, PRODUCER_FENCED, INVALID_TXN_STATE } = errorCode
const id = 'orders'
const fresh = { producerId: -1, producerEpoch: -1 }
const numbers = new Map([['numbers', new Set([0])]])

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const settings = { 'transaction.max.timeout.ms': String(30 * DAY_MS) }

async function open(dataDir: string | null = null, clock = new ManualClock()): Promise<Broker> {
  const options = { clock, settings }
  const broker = await openBroker(
    brokerConfig(dataDir === null ? options : { ...options, dataDir }),
  )
  if (broker.topics.get('numbers') === null) broker.topics.create('numbers', 1, new Map())
  return broker
}

function init({ transactions }: Broker, more = {}): Promise<ProducerIdAnswer> {
  return transactions.initProducer({
    transactionalId: id,
    transactionTimeoutMs: 60_000,
    ...fresh,
    ...more,
  })
}

function logOf({ topics }: Broker): PartitionLog {
  const log = topics.partition('numbers', 0)
  assert.ok(log !== null)
  return log
}

function write(broker: Broker, producer: ProducerIdAnswer): void {
  const builder = new RecordBatchBuilder(128)
  const bytes = Buffer.from('1')
  const value = { bytes, keyStart: -1, keyEnd: -1, valueStart: 0, valueEnd: 1, headers: [] }
  builder.append(0, value)
  const { producerId, producerEpoch } = producer
  logOf(broker).append(
    builder.finish('none', { producerId, producerEpoch, baseSequence: 0, isTransactional: true }),
  )
}

/** A producer with one record in an open transaction. */
async function begin(broker: Broker, transactionalId = id, transactionTimeoutMs = 60_000) {
  const init = { transactionalId, transactionTimeoutMs, ...fresh }
  const producer = { transactionalId, ...(await broker.transactions.initProducer(init)) }
  assert.equal(await broker.transactions.add(producer, numbers), NONE)
  write(broker, producer)
  assert.equal(logOf(broker).lastStableOffset, 0)
  return producer
}

/** Writes a state as it is before a crash. */
async function note({ topics }: Broker, transaction: Transaction): Promise<void> {
  const state = () => {
    const found = topics.partition(transactionsTopic, 0)
    assert.ok(found !== null)
    return found
  }
  const log = new InternalLog({ find: state, create: state, now: Date.now })
  await log.append([transactionRecord(transaction)])
}

test('a commit shows the records, an abort lists them as aborted', async () => {
  const broker = await open()
  for (const [isCommit, aborted] of [
    [true, 0],
    [false, 1],
  ] as const) {
    const producer = { transactionalId: id, ...(await init(broker)) }
    await broker.transactions.add(producer, numbers)
    write(broker, producer)
    assert.equal(await broker.transactions.end(producer, isCommit), NONE)
    assert.equal(await broker.transactions.end(producer, isCommit), NONE, 'asked again')
    assert.equal(await broker.transactions.end(producer, !isCommit), INVALID_TXN_STATE)
    assert.equal(logOf(broker).lastStableOffset, logOf(broker).endOffset)
    assert.equal(logOf(broker).producers.aborted.length, aborted)
  }
  await broker.close()
})

test('a second producer fences the first, whose transaction is given up', async () => {
  const broker = await open()
  const first = await begin(broker)
  assert.equal((await init(broker)).errorCode, CONCURRENT_TRANSACTIONS)
  const second = await init(broker)
  assert.deepEqual(second, { ...second, errorCode: NONE, producerId: first.producerId })
  assert.ok(second.producerEpoch > first.producerEpoch)
  assert.equal(logOf(broker).producers.aborted.length, 1)
  assert.equal(await broker.transactions.add(first, numbers), PRODUCER_FENCED)
  assert.equal(await broker.transactions.end(first, true), PRODUCER_FENCED)
  assert.throws(() => write(broker, first), { errorCode: errorCode.INVALID_PRODUCER_EPOCH })
  assert.equal((await init(broker, first)).errorCode, PRODUCER_FENCED)
  await broker.close()
})

test('a producer that asks again for its next epoch gets the same', async () => {
  const broker = await open()
  const { errorCode: _, ...first } = await init(broker)
  const next = await init(broker, first)
  assert.equal(next.producerEpoch, first.producerEpoch + 1)
  assert.deepEqual(await init(broker, first), next)
  await broker.close()
})

test('a producer that has used up its epochs gets another id, also when it asks again', async () => {
  const folder = temporaryFolder()
  const before = await open(folder.path)
  const { producerId } = await init(before)
  const known = before.transactions.get(id)
  assert.ok(known !== null)
  const last = { producerId, producerEpoch: EPOCH_MAX - 1 }
  await note(before, { ...known, ...last })
  await before.close()

  const broker = await open(folder.path)
  const next = await init(broker, last)
  assert.deepEqual(next, { ...next, errorCode: NONE, producerEpoch: 0 })
  assert.notEqual(next.producerId, producerId)
  assert.deepEqual(await init(broker, last), next)
  assert.equal((await init(broker, { ...last, producerEpoch: 5 })).errorCode, PRODUCER_FENCED)
  const { errorCode: _, ...current } = next
  assert.equal((await init(broker, current)).producerEpoch, 1)
  assert.equal((await init(broker, last)).errorCode, PRODUCER_FENCED)
  await broker.close()
  folder.remove()
})

test('a transactional id that nobody has used for a week is forgotten, for good', async () => {
  const clock = new ManualClock()
  const folder = temporaryFolder()
  const before = await open(folder.path, clock)
  const { errorCode: _, ...idle } = await init(before)
  await begin(before, 'open', 14 * DAY_MS)
  clock.advance(7 * DAY_MS - HOUR_MS)
  assert.ok(before.transactions.get(id) !== null)
  clock.advance(2 * HOUR_MS)
  assert.equal(before.transactions.get(id), null)
  assert.equal(before.transactions.get('open')?.state, 'Ongoing')
  await before.close()

  const broker = await open(folder.path, clock)
  assert.equal(broker.transactions.get(id), null)
  const producer = { transactionalId: id, ...idle }
  const { INVALID_PRODUCER_ID_MAPPING } = errorCode
  assert.equal(await broker.transactions.add(producer, numbers), INVALID_PRODUCER_ID_MAPPING)
  assert.equal((await init(broker, idle)).producerEpoch, 0)
  await broker.close()
  folder.remove()
})

test('a transaction that takes too long is given up, also after a restart', async () => {
  const clock = new ManualClock()
  const folder = temporaryFolder()
  const before = await open(folder.path, clock)
  const producer = await begin(before)
  clock.advance(59_000)
  await before.close()
  const broker = await open(folder.path, clock)
  clock.advance(999)
  assert.equal(broker.transactions.get(id)?.state, 'Ongoing')
  clock.advance(1)
  await setImmediate()
  assert.equal(broker.transactions.get(id)?.state, 'CompleteAbort')
  assert.equal(logOf(broker).lastStableOffset, 2)
  assert.equal(await broker.transactions.end(producer, true), PRODUCER_FENCED)
  await broker.close()
  folder.remove()
})

test('an end that was decided before a crash is finished at the start', async () => {
  const folder = temporaryFolder()
  const before = await open(folder.path)
  const producer = await begin(before)
  const ongoing = before.transactions.get(id)
  assert.ok(ongoing !== null)
  await note(before, prepared(ongoing, true, Date.now()))
  assert.equal(logOf(before).lastStableOffset, 0)
  await before.close()

  const broker = await open(folder.path)
  await setImmediate()
  assert.equal(logOf(broker).lastStableOffset, 2)
  assert.equal(logOf(broker).producers.aborted.length, 0)
  assert.equal(await broker.transactions.end(producer, true), NONE)
  await broker.close()
  folder.remove()
})
