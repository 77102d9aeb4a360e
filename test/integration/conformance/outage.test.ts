import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { freePort } from '../../helpers/apache-kafka.ts'
import { eventually } from '../../helpers/eventually.ts'
import { startTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import {
  append,
  clientsOf,
  createTopic,
  logLines,
  pollRecords,
  produceAll,
  type ReadRecord,
  readAll,
  readable,
  recordingListener,
  sourceProducer,
  unique,
} from '../../kafka/conformance/support.ts'

const RECORDS = 200_000
const TIMEOUT_MS = 60_000

const clients = clientsOf()
let kafka: TestBroker

before(async () => {
  // A killed broker is known to be gone soon, so that it may come back soon.
  kafka = await startTestBroker({
    apacheSettings: ['broker.session.timeout.ms=1500', 'broker.heartbeat.interval.ms=300'],
  })
})
after(() => kafka.stop())

for (const idempotence of ['false', 'true']) {
  const guarantee = idempotence === 'true' ? 'exactly once' : 'at least once'
  test(`a broker killed while records are produced and consumed: all arrive in order, ${guarantee}`, async (t) => {
    const topic = unique('outage')
    const producer = clients.producer(
      sourceProducer(kafka.bootstrap, { 'enable.idempotence': idempotence }),
    )
    t.after(() => producer.close(0))
    const consumer = clients.consumer({
      'bootstrap.servers': kafka.bootstrap,
      'group.id': topic,
      'auto.offset.reset': 'earliest',
    })
    t.after(() => consumer.close())
    await producer.prepare(topic)
    await consumer.subscribe([topic], recordingListener([]))

    const records: ReadRecord[] = []
    let produced = 0
    const produce = async () => {
      for (; produced < RECORDS; produced++) {
        const room = producer.room()
        if (room !== null) await room
        append(producer, topic, { value: String(produced) })
        // Slow enough that the broker goes away in the middle.
        if (produced % 200 === 199) await systemClock.sleep(1)
      }
      await producer.flush()
    }
    const isComplete = () => new Set(records.map(({ value }) => value)).size === RECORDS
    const consume = async () => {
      let read = 0
      while (read < RECORDS || !isComplete()) {
        for (const fetched of await consumer.poll(1000)) records.push(...readable(fetched))
        read = records.length
      }
    }
    const break_ = async () => {
      await eventually('half of the records', TIMEOUT_MS, () => produced > RECORDS / 2)
      await kafka.kill()
      await systemClock.sleep(2000)
      await kafka.start()
    }
    await Promise.all([produce(), consume(), break_()])

    let next = 0
    for (const { value } of records) {
      const number = Number(value)
      // A batch whose answer was lost comes twice without idempotence, but never out of order.
      if (idempotence === 'true') assert.equal(number, next)
      assert.ok(number <= next, `${number} where ${next} was expected`)
      if (number === next) next++
    }
    assert.equal(next, RECORDS)
    await eventually('a commit', TIMEOUT_MS, async () => {
      await consumer.poll(0)
      await consumer.commit([{ topic, partition: 0, offset: records.length }])
      return true
    })
  })
}

test('a broker that is down at the start is waited for', async (t) => {
  const topic = unique('down')
  await kafka.kill()
  const producer = clients.producer(sourceProducer(kafka.bootstrap))
  t.after(() => producer.close(0))
  const consumer = clients.consumer({
    'bootstrap.servers': kafka.bootstrap,
    'group.id': topic,
    'auto.offset.reset': 'earliest',
  })
  t.after(() => consumer.close())
  await consumer.subscribe([topic], recordingListener([]))
  const sent = produceAll(producer, topic, [{ value: 'at last' }])
  assert.deepEqual(await consumer.poll(1000), [])
  await kafka.start()
  await sent
  assert.equal((await pollRecords(consumer, 1))[0]?.value, 'at last')
})

test('no broker within the time-out: the error names the addresses and the reason', async (t) => {
  const address = `127.0.0.1:${await freePort()}`
  const admin = clients.admin({ 'bootstrap.servers': address, 'default.api.timeout.ms': '2000' })
  t.after(() => admin.close())
  await assert.rejects(admin.clusterId(), {
    code: 'KAFKA_TIMEOUT',
    message: new RegExp(`2000 ms from ${address}.*ECONNREFUSED`),
  })
  const producer = clients.producer({ 'bootstrap.servers': address, 'max.block.ms': '2000' })
  t.after(() => producer.close(0))
  await assert.rejects(producer.prepare('any'), {
    code: 'KAFKA_TIMEOUT',
    message: new RegExp(`topic any.*${address}.*ECONNREFUSED`),
  })
})

test('records that cannot be sent fail after delivery.timeout.ms and leave no gap behind', async (t) => {
  const topic = unique('expired')
  const producer = clients.producer({
    'bootstrap.servers': kafka.bootstrap,
    'delivery.timeout.ms': '4000',
    'request.timeout.ms': '3000',
  })
  t.after(() => producer.close(0))
  await createTopic(kafka.bootstrap, topic, 1)
  await produceAll(producer, topic, [{ value: 'before' }])
  await kafka.kill()
  const lost = append(producer, topic, { value: 'lost' })
  await assert.rejects(lost.acked, { code: 'KAFKA_TIMEOUT', message: /delivery\.timeout\.ms.*127/ })
  await kafka.start()
  const values = async () =>
    (await readAll(clients, kafka.bootstrap, topic, 2)).map(({ value }) => value)
  await eventually('the producer to go on', TIMEOUT_MS, async () => {
    await produceAll(producer, topic, [{ value: 'after' }])
    return true
  })
  assert.deepEqual((await values()).slice(0, 2), ['before', 'after'])
})

test('a topic that is missing with auto-creation off is named; it is found once it exists', async (t) => {
  const strict = await startTestBroker({ settings: ['auto.create.topics.enable=false'] })
  t.after(() => strict.stop())
  const topic = unique('missing')
  const log = logLines()
  const quick = clients.producer(sourceProducer(strict.bootstrap, { 'max.block.ms': '3000' }))
  t.after(() => quick.close(0))
  await assert.rejects(quick.prepare(topic), {
    code: 'KAFKA_TIMEOUT',
    message: new RegExp(`topic ${topic} does not exist and the broker does not create it`),
  })
  const logging = clientsOf(log)
  const patient = logging.producer(sourceProducer(strict.bootstrap))
  t.after(() => patient.close(0))
  const consumer = logging.consumer({
    'bootstrap.servers': strict.bootstrap,
    'group.id': topic,
    'auto.offset.reset': 'earliest',
  })
  t.after(() => consumer.close())
  await consumer.subscribe([topic], recordingListener([]))
  const sent = produceAll(patient, topic, [{ value: 'found' }])
  assert.deepEqual(await consumer.poll(1500), [])
  await eventually('the name in the log', TIMEOUT_MS, () =>
    log.lines.some((line) => line.includes(`topic ${topic} does not exist`)),
  )
  const admin = clients.admin({ 'bootstrap.servers': strict.bootstrap })
  t.after(() => admin.close())
  assert.deepEqual(await admin.describeTopics([topic]), [])
  await admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }])
  await sent
  assert.equal((await pollRecords(consumer, 1))[0]?.value, 'found')
})

test('closing gives up what cannot be sent', async () => {
  const topic = unique('closed')
  const producer = clients.producer(sourceProducer(kafka.bootstrap))
  await produceAll(producer, topic, [{ value: 'before' }])
  await kafka.kill()
  const batch = append(producer, topic, { value: 'never' })
  const start = performance.now()
  await producer.close(300)
  assert.ok(performance.now() - start < 10_000)
  await assert.rejects(batch.acked, { code: 'KAFKA', message: /closed/ })
  await kafka.start()
})
