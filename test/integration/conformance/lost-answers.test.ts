import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { freePort } from '../../helpers/apache-kafka.ts'
import { type LossyProxy, lossyProxy } from '../../helpers/lossy-proxy.ts'
import { startTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import {
  append,
  clientsOf,
  readAll,
  sourceProducer,
  unique,
} from '../../kafka/conformance/support.ts'

const RECORDS = 30_000
const PRODUCE_KEY = 0
/** One in so many produce requests is lost, or its answer is. */
const LOST_EVERY = 8

const clients = clientsOf()
let kafka: TestBroker
let proxy: LossyProxy

before(async () => {
  const proxyPort = await freePort()
  kafka = await startTestBroker({ advertisedPort: proxyPort })
  proxy = lossyProxy(kafka.port, [PRODUCE_KEY], LOST_EVERY)
  await once(proxy.server.listen(proxyPort, '127.0.0.1'), 'listening')
})
after(async () => {
  proxy.server.close()
  await kafka.stop()
})

async function produceNumbers(more: Readonly<Record<string, string>>): Promise<string> {
  const topic = unique('answers')
  const settings = { 'batch.size': '4000', 'retry.backoff.ms': '10', 'reconnect.backoff.ms': '10' }
  const producer = clients.producer(sourceProducer(kafka.bootstrap, { ...settings, ...more }))
  try {
    await producer.prepare(topic)
    proxy.lost = 0
    for (let number = 0; number < RECORDS; number++) {
      append(producer, topic, { value: String(number) })
      // Bursts, so that batches wait behind the one whose answer is lost.
      if (number % 5000 === 4999) await systemClock.sleep(1)
    }
    await producer.flush()
    assert.ok(proxy.lost > 2, `${proxy.lost} answers were lost`)
    return topic
  } finally {
    await producer.close(0)
  }
}

for (const inFlight of ['1', '5']) {
  test(`lost answers, idempotent, ${inFlight} requests in flight: nothing twice, nothing out of order`, async () => {
    const topic = await produceNumbers({
      'enable.idempotence': 'true',
      'max.in.flight.requests.per.connection': inFlight,
    })
    const records = await readAll(clients, kafka.bootstrap, topic, RECORDS)
    assert.equal(records.length, RECORDS)
    assert.equal(
      records.findIndex(({ value }, index) => Number(value) !== index),
      -1,
    )
  })
}

test('lost answers without idempotence: batches come twice, in their place', async () => {
  const topic = await produceNumbers({})
  const admin = clients.consumer({ 'bootstrap.servers': kafka.bootstrap })
  const [end] = await admin.endOffsets([{ topic, partition: 0 }])
  await admin.close()
  const records = await readAll(clients, kafka.bootstrap, topic, end?.offset ?? 0)
  assert.ok(records.length > RECORDS, 'some came twice')
  let next = 0
  for (const { value } of records) {
    assert.ok(Number(value) <= next, `${value} where ${next} was expected`)
    if (Number(value) === next) next++
  }
  assert.equal(next, RECORDS)
})
