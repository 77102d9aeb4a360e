import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type RunningBroker, startBroker } from '../../../src/broker/index.ts'
import type { TransactionalProducer } from '../../../src/kafka/client.ts'
import { connect } from '../../broker/transactions/requests.ts'
import {
  append,
  clientsOf,
  readAll,
  sourceProducer,
  unique,
} from '../../kafka/conformance/support.ts'

// A cluster that does not know KIP-890: the embedded broker alone can be started as one.

const clients = clientsOf()
let kafka: RunningBroker

before(async () => {
  kafka = await startBroker({ transactionVersion: 1 })
})
after(() => kafka.stop())

function transactional(id: string): TransactionalProducer {
  return clients.transactionalProducer(
    sourceProducer(kafka.bootstrap, { 'transactional.id': id, 'enable.idempotence': 'true' }),
  )
}

async function committed(topic: string, count: number): Promise<readonly (string | null)[]> {
  const read = await readAll(clients, kafka.bootstrap, topic, count, {
    'isolation.level': 'read_committed',
  })
  return read.map(({ value }) => value)
}

test('transactions are committed and aborted, at any moment of the sending', async (t) => {
  const topic = unique('older')
  const producer = transactional(topic)
  t.after(() => producer.close(0))
  await producer.initTransactions()
  await producer.prepare(topic)
  const kept: string[] = []
  for (let round = 0; round < 20; round++) {
    producer.beginTransaction()
    append(producer, topic, { value: `${round} lost` })
    for (let turn = 0; turn < round % 8; turn++) await new Promise(setImmediate)
    await producer.abortTransaction()
    producer.beginTransaction()
    append(producer, topic, { value: `${round}` })
    await producer.commitTransaction()
    kept.push(`${round}`)
  }
  assert.deepEqual(await committed(topic, kept.length), kept)
  // Only who takes over gets a new epoch; with KIP-890 the end of each transaction brings one.
  const client = await connect(kafka.port)
  t.after(() => client.close())
  assert.equal((await client.initProducer(topic)).producerEpoch, 1)
})

test('a newer producer fences an older one', async (t) => {
  const topic = unique('older-fenced')
  const older = transactional(topic)
  const newer = transactional(topic)
  t.after(() => Promise.all([older.close(0), newer.close(0)]))
  await older.initTransactions()
  await older.prepare(topic)
  older.beginTransaction()
  append(older, topic, { value: 'lost' })
  await older.flush()
  await newer.initTransactions()
  await newer.prepare(topic)
  await assert.rejects(older.commitTransaction(), { code: 'KAFKA_FENCED' })
  newer.beginTransaction()
  append(newer, topic, { value: 'kept' })
  await newer.commitTransaction()
  assert.deepEqual(await committed(topic, 1), ['kept'])
})
