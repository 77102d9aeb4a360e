import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type Admin, Kafka, logLevel, type Producer } from 'kafkajs'
import { type RunningBroker, startBroker } from '../../src/broker/index.ts'

let broker: RunningBroker
let kafka: Kafka
let producer: Producer
let admin: Admin

before(async () => {
  broker = await startBroker()
  kafka = new Kafka({
    brokers: [broker.bootstrap],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 5, retries: 2 },
  })
  producer = kafka.producer({ allowAutoTopicCreation: true })
  admin = kafka.admin()
  await Promise.all([producer.connect(), admin.connect()])
  await send('warm')
})
afterEach(() => broker.faults.clear())
after(async () => {
  await Promise.all([producer.disconnect(), admin.disconnect()])
  await broker.stop()
})

function send(value: string) {
  return producer.send({ topic: 'lines', messages: [{ value }] })
}

async function endOffset(): Promise<number> {
  const [partition] = await admin.fetchTopicOffsets('lines')
  return Number(partition?.high)
}

test('an error once is seen once, and the request has no effect', async () => {
  const before = await endOffset()
  broker.faults.add({ api: 'Produce', kind: 'error', error: 'NOT_LEADER_OR_FOLLOWER', times: 1 })
  await send('after a retry')
  assert.equal(await endOffset(), before + 1)
})

test('an error after the request is seen although it had its effect', async () => {
  const before = await endOffset()
  broker.faults.add({
    api: 'Produce',
    kind: 'error',
    error: 'NOT_LEADER_OR_FOLLOWER',
    when: 'after',
    times: 1,
  })
  await send('twice')
  assert.equal(await endOffset(), before + 2)
})

test('a lost answer lets the client time out, though the request had its effect', async () => {
  const before = await endOffset()
  broker.faults.add({ api: 'Produce', topic: 'lines', kind: 'drop', when: 'after', times: 1 })
  const impatient = new Kafka({
    brokers: [broker.bootstrap],
    logLevel: logLevel.NOTHING,
    requestTimeout: 1000,
  })
  const other = impatient.producer({ retry: { retries: 0 } })
  await other.connect()
  await assert.rejects(other.send({ topic: 'lines', messages: [{ value: 'lost' }] }), /timed out/)
  await other.disconnect()
  assert.equal(await endOffset(), before + 1)
})

test('a disconnect is survived by connecting again', async () => {
  broker.faults.add({ api: 'Produce', kind: 'disconnect', times: 1 })
  await send('after a disconnect')
  assert.ok(broker.faults.isEmpty)
})

test('a delay makes an answer late', async () => {
  broker.faults.add({ api: 'Produce', kind: 'delay', delayMs: 100, times: 1 })
  const start = performance.now()
  await send('late')
  assert.ok(performance.now() - start >= 99)
})

test('a fault of another topic is not seen', async () => {
  broker.faults.add({ api: 'Produce', topic: 'others', kind: 'disconnect' })
  await send('untouched')
  assert.ok(!broker.faults.isEmpty)
})
