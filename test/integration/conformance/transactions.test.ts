import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Consumer, TransactionalProducer } from '../../../src/kafka/client.ts'
import { eventually } from '../../helpers/eventually.ts'
import { sharedTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import {
  append,
  clientsOf,
  createTopic,
  pollRecords,
  readAll,
  sourceProducer,
  unique,
} from '../../kafka/conformance/support.ts'

const PARTITIONS = 3

const clients = clientsOf()
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>

before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

function transactional(id: string, more: Readonly<Record<string, string>> = {}) {
  return clients.transactionalProducer(
    sourceProducer(kafka.bootstrap, {
      'transactional.id': id,
      'enable.idempotence': 'true',
      'max.block.ms': '60000',
      ...more,
    }),
  )
}

async function send(producer: TransactionalProducer, topic: string, values: readonly string[]) {
  await producer.prepare(topic)
  for (const value of values) append(producer, topic, { value })
}

async function committed(topic: string, count: number): Promise<readonly (string | null)[]> {
  const read = await readAll(clients, kafka.bootstrap, topic, count, {
    'isolation.level': 'read_committed',
  })
  return read.map(({ value }) => value)
}

test('readers of what is committed see whole transactions in order, and none that was aborted', async (t) => {
  const topic = unique('transactions')
  const producer = transactional(topic)
  t.after(() => producer.close(0))
  await producer.initTransactions()
  for (const [round, ends] of ['commit', 'abort', 'commit', 'abort', 'commit'].entries()) {
    producer.beginTransaction()
    await send(producer, topic, [`${round}a`, `${round}b`])
    if (ends === 'abort' && round === 1) await producer.flush()
    if (ends === 'commit') await producer.commitTransaction()
    else await producer.abortTransaction()
  }
  assert.deepEqual(await committed(topic, 6), ['0a', '0b', '2a', '2b', '4a', '4b'])
})

test('one transaction covers partitions of several topics', async (t) => {
  const topics = [unique('first'), unique('second')]
  for (const topic of topics) await createTopic(kafka.bootstrap, topic, PARTITIONS)
  const producer = transactional(unique('several'))
  t.after(() => producer.close(0))
  const consumer = clients.consumer({
    'bootstrap.servers': kafka.bootstrap,
    'auto.offset.reset': 'earliest',
    'isolation.level': 'read_committed',
  })
  t.after(() => consumer.close())
  const partitions = topics.flatMap((topic) =>
    Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition })),
  )
  await consumer.assign(partitions)
  await producer.initTransactions()
  producer.beginTransaction()
  for (const { topic, partition } of partitions) {
    await producer.prepare(topic)
    append(producer, topic, { partition, value: `${topic} ${partition}` })
  }
  await producer.flush()
  assert.equal(await recordsWithin(consumer, 700), 0, 'nothing of an open transaction')
  await producer.commitTransaction()
  const read = await pollRecords(consumer, partitions.length)
  assert.deepEqual(
    new Set(read.map(({ value }) => value)),
    new Set(partitions.map(({ topic, partition }) => `${topic} ${partition}`)),
  )
})

async function recordsWithin(consumer: Consumer, timeoutMs: number): Promise<number> {
  const deadline = Date.now() + timeoutMs
  let count = 0
  while (Date.now() < deadline) {
    for (const fetched of await consumer.poll(deadline - Date.now())) count += fetched.count
  }
  return count
}

test('a poll ends when all that was there was aborted', { timeout: 120_000 }, async (t) => {
  const topic = unique('aborted')
  const producer = transactional(topic)
  t.after(() => producer.close(0))
  await producer.initTransactions()
  producer.beginTransaction()
  await send(producer, topic, ['a', 'b'])
  await producer.flush()
  await producer.abortTransaction()
  const consumer = clients.consumer({
    'bootstrap.servers': kafka.bootstrap,
    'auto.offset.reset': 'earliest',
    'isolation.level': 'read_committed',
  })
  t.after(() => consumer.close())
  const partition = { topic, partition: 0 }
  await consumer.assign([partition])
  // Two records and the marker behind them.
  while ((await consumer.position(partition)) < 3) {
    assert.deepEqual(await consumer.poll(300_000), [])
  }
})

test('many short transactions one after the other', async (t) => {
  const topic = unique('short')
  const producer = transactional(topic)
  t.after(() => producer.close(0))
  await producer.initTransactions()
  const values = Array.from({ length: 30 }, (_, index) => `${index}`)
  for (const value of values) {
    producer.beginTransaction()
    await send(producer, topic, [value])
    await producer.commitTransaction()
  }
  assert.deepEqual(await committed(topic, values.length), values)
})

test('a newer producer fences an older one and aborts what that left open', async (t) => {
  const topic = unique('fenced')
  const older = transactional(topic)
  const newer = transactional(topic)
  t.after(() => Promise.all([older.close(0), newer.close(0)]))
  await older.initTransactions()
  older.beginTransaction()
  await send(older, topic, ['lost'])
  await older.flush()
  await newer.initTransactions()
  await assert.rejects(older.commitTransaction(), { code: 'KAFKA_FENCED' })
  assert.throws(() => older.beginTransaction(), { code: 'KAFKA_FENCED' })
  await assert.rejects(older.abortTransaction(), { code: 'KAFKA_FENCED' })
  newer.beginTransaction()
  await send(newer, topic, ['kept'])
  await newer.commitTransaction()
  assert.deepEqual(await committed(topic, 1), ['kept'])
})

test('a fenced producer can write nothing more', async (t) => {
  const topic = unique('fenced-records')
  const older = transactional(topic)
  const newer = transactional(topic)
  t.after(() => Promise.all([older.close(0), newer.close(0)]))
  await older.initTransactions()
  await newer.initTransactions()
  older.beginTransaction()
  await send(older, topic, ['lost'])
  await older.flush()
  await assert.rejects(older.commitTransaction(), { code: 'KAFKA_FENCED' })
})

test('an admin client fences producers, those that never were too', async (t) => {
  const topic = unique('admin-fenced')
  const producer = transactional(topic)
  const admin = clients.admin({ 'bootstrap.servers': kafka.bootstrap })
  t.after(() => Promise.all([producer.close(0), admin.close()]))
  await producer.initTransactions()
  producer.beginTransaction()
  await send(producer, topic, ['lost'])
  await producer.flush()
  await admin.fenceProducers([topic, unique('nobody')])
  await assert.rejects(producer.commitTransaction(), {
    code: 'KAFKA_FENCED',
    message: /a newer producer has the same transactional.id/,
  })
})

test('a lost record fails its transaction; after an abort the producer goes on', async (t) => {
  const topic = unique('refused')
  await createTopic(kafka.bootstrap, topic, 1, { 'max.message.bytes': '5000' })
  const producer = transactional(topic)
  t.after(() => producer.close(0))
  await producer.initTransactions()
  producer.beginTransaction()
  await send(producer, topic, ['before'])
  await producer.flush()
  await send(producer, topic, ['x'.repeat(10_000)])
  await producer.flush()
  assert.throws(() => append(producer, topic, { value: 'behind' }), {
    code: 'KAFKA_TRANSACTION_FAILED',
  })
  await assert.rejects(producer.commitTransaction(), {
    code: 'KAFKA_TRANSACTION_FAILED',
    message: /max.message.bytes/,
  })
  await producer.abortTransaction()
  producer.beginTransaction()
  await send(producer, topic, ['after'])
  await producer.commitTransaction()
  assert.deepEqual(await committed(topic, 1), ['after'])
})

test('an abort at any moment of the sending leaves the next transaction alone', async (t) => {
  const topic = unique('any-moment')
  const producer = transactional(topic, { 'max.in.flight.requests.per.connection': '5' })
  t.after(() => producer.close(0))
  await producer.initTransactions()
  const kept: string[] = []
  for (let round = 0; round < 40; round++) {
    producer.beginTransaction()
    await send(producer, topic, [`${round} lost`])
    for (let turn = 0; turn < round % 8; turn++) await new Promise(setImmediate)
    await producer.abortTransaction()
    producer.beginTransaction()
    await send(producer, topic, [`${round}`])
    await producer.commitTransaction()
    kept.push(`${round}`)
  }
  assert.deepEqual(await committed(topic, kept.length), kept)
})

test('a transaction that takes longer than transaction.timeout.ms is aborted by the broker', async (t) => {
  const topic = unique('timeout')
  const producer = transactional(topic, { 'transaction.timeout.ms': '500' })
  t.after(() => producer.close(0))
  await producer.initTransactions()
  producer.beginTransaction()
  await send(producer, topic, ['late'])
  await producer.flush()
  await eventually('the broker aborts it', 60_000, async () => (await stableEnd(topic)) === 2)
  await assert.rejects(producer.commitTransaction(), {
    code: 'KAFKA_FENCED',
    message: /transaction.timeout.ms/,
  })
})

/** Where what is undecided begins: the decision itself takes an offset. */
async function stableEnd(topic: string): Promise<number> {
  const consumer = clients.consumer({
    'bootstrap.servers': kafka.bootstrap,
    'isolation.level': 'read_committed',
  })
  try {
    const [end] = await consumer.endOffsets([{ topic, partition: 0 }])
    return end?.offset ?? -1
  } finally {
    await consumer.close()
  }
}

test('a large transaction goes out while it is open, in batches of many requests', async (t) => {
  const topic = unique('large')
  const producer = transactional(topic)
  t.after(() => producer.close(0))
  await producer.initTransactions()
  await producer.prepare(topic)
  producer.beginTransaction()
  const values = Array.from({ length: 20_000 }, (_, index) => `${index} ${'x'.repeat(100)}`)
  for (const value of values) {
    await producer.room()
    append(producer, topic, { value })
  }
  await producer.commitTransaction()
  assert.deepEqual(await committed(topic, values.length), values)
})
