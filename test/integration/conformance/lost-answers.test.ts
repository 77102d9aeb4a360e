import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { after, before, test } from 'node:test'
import { systemClock } from '../../../src/base/clock.ts'
import { freePort } from '../../helpers/apache-kafka.ts'
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
let proxy: Server
let lost = 0

before(async () => {
  const proxyPort = await freePort()
  kafka = await startTestBroker({ advertisedPort: proxyPort })
  proxy = lossyProxy(kafka.port).listen(proxyPort, '127.0.0.1')
  await once(proxy, 'listening')
})
after(async () => {
  proxy.close()
  await kafka.stop()
})

/** Passes everything on; cuts the connection in place of some produce requests or their answers. */
function lossyProxy(port: number): Server {
  let requests = 0
  return createServer((client) => {
    const broker = connect(port, '127.0.0.1')
    let cut = false
    client.on('data', (chunk) => {
      // Requests of this test fit a chunk; the API key follows the size.
      const isProduce = chunk.length > 6 && chunk.readInt16BE(4) === PRODUCE_KEY
      if (isProduce && ++requests % LOST_EVERY === 0) {
        cut = true
        // Every other time the request does not arrive either.
        if (requests % (2 * LOST_EVERY) === 0) {
          lost++
          client.destroy()
          return
        }
      }
      broker.write(chunk)
    })
    broker.on('data', (chunk) => {
      if (cut) {
        lost++
        client.destroy()
      } else {
        client.write(chunk)
      }
    })
    client.on('close', () => broker.destroy())
    broker.on('close', () => client.destroy())
    client.on('error', () => broker.destroy())
    broker.on('error', () => client.destroy())
  })
}

async function produceNumbers(more: Readonly<Record<string, string>>): Promise<string> {
  const topic = unique('answers')
  const settings = { 'batch.size': '4000', 'retry.backoff.ms': '10', 'reconnect.backoff.ms': '10' }
  const producer = clients.producer(sourceProducer(kafka.bootstrap, { ...settings, ...more }))
  try {
    await producer.prepare(topic)
    lost = 0
    for (let number = 0; number < RECORDS; number++) {
      append(producer, topic, { value: String(number) })
      // Bursts, so that batches wait behind the one whose answer is lost.
      if (number % 5000 === 4999) await systemClock.sleep(1)
    }
    await producer.flush()
    assert.ok(lost > 2, `${lost} answers were lost`)
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
