import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Fault, type RunningBroker, startBroker } from '../../../src/broker/index.ts'
import type { ClientProps } from '../../../src/kafka/client.ts'
import {
  append,
  clientsOf,
  readAll,
  sourceProducer,
  unique,
} from '../../kafka/conformance/support.ts'

// The embedded broker alone can be told what to answer.

const RECORDS = 400
const clients = clientsOf()
let kafka: RunningBroker

before(async () => {
  kafka = await startBroker()
})
after(() => kafka.stop())

const soon: ClientProps = { 'retry.backoff.ms': '5', 'retry.backoff.max.ms': '20' }

function producerSettings(more: ClientProps): ClientProps {
  return sourceProducer(kafka.bootstrap, {
    'enable.idempotence': 'true',
    'max.in.flight.requests.per.connection': '5',
    ...soon,
    ...more,
  })
}

async function read(topic: string, count: number, more: ClientProps = {}) {
  const records = await readAll(clients, kafka.bootstrap, topic, count, { ...soon, ...more })
  return records.map(({ value }) => Number(value))
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}

/** What a broker answers while leaders move, replicas are behind, or it has forgotten a producer. */
const refusals = [
  'NOT_LEADER_OR_FOLLOWER',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'NOT_ENOUGH_REPLICAS',
  'KAFKA_STORAGE_ERROR',
  'UNKNOWN_PRODUCER_ID',
] as const

for (const error of refusals) {
  test(`Produce answers ${error} now and then: every record comes once, in order`, async (t) => {
    const topic = unique('odd')
    const producer = clients.producer(producerSettings({}))
    t.after(() => producer.close(0))
    await producer.prepare(topic)
    t.after(kafka.faults.add({ api: 'Produce', topic, kind: 'error', error, rate: 0.3 }))
    for (const number of numbers(RECORDS)) {
      append(producer, topic, { value: String(number) })
      if (number % 5 === 0) await new Promise(setImmediate)
    }
    await producer.flush()
    assert.deepEqual(await read(topic, RECORDS), numbers(RECORDS))
  })
}

const failures: readonly Omit<Fault & { kind: 'error' }, 'kind'>[] = [
  { api: 'Produce', error: 'CONCURRENT_TRANSACTIONS', rate: 0.3 },
  { api: 'Produce', error: 'NOT_LEADER_OR_FOLLOWER', rate: 0.3 },
  { api: 'EndTxn', error: 'CONCURRENT_TRANSACTIONS', rate: 0.3 },
  { api: 'EndTxn', error: 'NOT_COORDINATOR', rate: 0.3 },
  { api: 'EndTxn', error: 'COORDINATOR_NOT_AVAILABLE', rate: 0.3, when: 'after' },
]

for (const fault of failures) {
  const { api, error, when = 'before' } = fault
  test(`${api} answers ${error} ${when} the work now and then: transactions go on`, async (t) => {
    const topic = unique('odd')
    const settings = producerSettings({ 'transactional.id': topic })
    const producer = clients.transactionalProducer(settings)
    t.after(() => producer.close(0))
    await producer.initTransactions()
    await producer.prepare(topic)
    t.after(kafka.faults.add({ ...fault, kind: 'error' }))
    for (let round = 0; round < 20; round++) {
      producer.beginTransaction()
      append(producer, topic, { value: '-1' })
      await new Promise(setImmediate)
      await producer.abortTransaction()
      producer.beginTransaction()
      for (let part = 0; part < 3; part++) {
        append(producer, topic, { value: String(3 * round + part) })
        await new Promise(setImmediate)
      }
      await producer.commitTransaction()
    }
    kafka.faults.clear()
    assert.deepEqual(await read(topic, 60, { 'isolation.level': 'read_committed' }), numbers(60))
  })
}

for (const error of [
  'NOT_LEADER_OR_FOLLOWER',
  'FENCED_LEADER_EPOCH',
  'OFFSET_NOT_AVAILABLE',
] as const) {
  test(`Fetch answers ${error} now and then: a consumer misses nothing`, async (t) => {
    const topic = unique('odd')
    const producer = clients.producer(producerSettings({}))
    t.after(() => producer.close(0))
    await producer.prepare(topic)
    for (const number of numbers(RECORDS)) {
      append(producer, topic, { value: String(number) })
      if (number % 20 === 0) await producer.flush()
    }
    await producer.flush()
    t.after(kafka.faults.add({ api: 'Fetch', topic, kind: 'error', error, rate: 0.5 }))
    const settings = { 'max.partition.fetch.bytes': '500' }
    assert.deepEqual(await read(topic, RECORDS, settings), numbers(RECORDS))
  })
}
