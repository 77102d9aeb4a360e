import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Broker, openBroker } from '../../../src/broker/broker.ts'
import { brokerConfig } from '../../../src/broker/broker-config.ts'
import { InternalLog } from '../../../src/broker/log/internal-log.ts'
import { transactionsTopic } from '../../../src/broker/topics/topic.ts'
import type { TransactionalProducer } from '../../../src/broker/transactions/coordinator.ts'
import { transactionRecord } from '../../../src/broker/transactions/records.ts'
import {
  EPOCH_MAX,
  renewed,
  type Transaction,
} from '../../../src/broker/transactions/transaction.ts'
import { errorCode } from '../../../src/protocol/error-codes.ts'
import { temporaryFolder } from '../../helpers/worker.ts'

const id = 'orders'
const numbers = new Map([['numbers', new Set([0])]])

async function open(dataDir: string): Promise<Broker> {
  const broker = await openBroker(brokerConfig({ dataDir, flush: 'always' }))
  if (broker.topics.get('numbers') === null) broker.topics.create('numbers', 1, new Map())
  return broker
}

async function init({ transactions }: Broker): Promise<TransactionalProducer> {
  const fresh = { producerId: -1, producerEpoch: -1 }
  const request = { transactionalId: id, transactionTimeoutMs: 60_000, ...fresh }
  const { producerId, producerEpoch } = await transactions.initProducer(request)
  return { transactionalId: id, producerId, producerEpoch }
}

/** Writes a state as it is before a crash. */
async function note({ topics }: Broker, transaction: Transaction): Promise<void> {
  const state = () => {
    const found = topics.partition(transactionsTopic, 0)
    assert.ok(found !== null)
    return found
  }
  await new InternalLog({ find: state, create: state, now: Date.now }).append([
    transactionRecord(transaction),
  ])
}

function stateOf({ transactions }: Broker): Transaction {
  const known = transactions.get(id)
  assert.ok(known !== null)
  return known
}

/** A broker whose producer has the last epoch of its id. */
async function openAtLastEpoch(folder: string) {
  const before = await open(folder)
  const producer = await init(before)
  await note(before, { ...stateOf(before), producerEpoch: EPOCH_MAX - 1 })
  await before.close()
  return { broker: await open(folder), last: { ...producer, producerEpoch: EPOCH_MAX - 1 } }
}

test('a producer that has used up its epochs goes on with another id', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const { broker, last } = await openAtLastEpoch(folder.path)
  assert.equal(await broker.transactions.join(last, numbers), errorCode.NONE)
  const next = await broker.transactions.endAndRenew(last, true)
  assert.deepEqual(next, { ...next, errorCode: errorCode.NONE, producerEpoch: 0 })
  assert.notEqual(next.producerId, last.producerId)
  assert.deepEqual(await broker.transactions.endAndRenew(last, true), next, 'asked again')
  await broker.close()
  const after = await open(folder.path)
  assert.deepEqual(await after.transactions.endAndRenew(last, true), next, 'after a restart')
  const renewed = { ...last, ...next }
  assert.equal(await after.transactions.join(renewed, numbers), errorCode.NONE)
  assert.equal((await after.transactions.endAndRenew(renewed, false)).producerEpoch, 1)
  await after.close()
})

test('an end that was decided before a crash has the next epoch, or id, after it', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const { broker: before, last } = await openAtLastEpoch(folder.path)
  assert.equal(await before.transactions.join(last, numbers), errorCode.NONE)
  const nextId = before.transactions.newProducer().producerId
  await note(before, renewed(stateOf(before), true, nextId, Date.now()))
  await before.close()
  const broker = await open(folder.path)
  const answer = { errorCode: errorCode.NONE, producerId: nextId, producerEpoch: 0 }
  let found = await broker.transactions.endAndRenew(last, true)
  while (found.errorCode === errorCode.CONCURRENT_TRANSACTIONS) {
    await new Promise(setImmediate)
    found = await broker.transactions.endAndRenew(last, true)
  }
  assert.deepEqual(found, answer)
  await broker.close()
})

test('who comes while partitions are taken in waits for its turn', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const broker = await open(folder.path)
  const producer = await init(broker)
  const turns: number[] = []
  const joins = [1, 2, 3].map(async (turn) => {
    assert.equal(await broker.transactions.join(producer, numbers), errorCode.NONE)
    turns.push(turn)
  })
  await Promise.all(joins)
  assert.deepEqual(turns, [1, 2, 3])
  assert.equal(broker.transactions.join(producer, numbers), errorCode.NONE, 'at once')
  await broker.close()
})
