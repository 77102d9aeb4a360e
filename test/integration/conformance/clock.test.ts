import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Clock, systemClock } from '../../../src/base/clock.ts'
import { createKafkaClients } from '../../../src/kafka/clients.ts'
import { sharedTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import {
  append,
  createTopic,
  logLines,
  pollRecords,
  sourceProducer,
  unique,
} from '../../kafka/conformance/support.ts'

const HOUR_MS = 3_600_000

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>

before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

for (const [direction, shiftMs] of [
  ['back', -HOUR_MS],
  ['forward', HOUR_MS],
] as const) {
  test(`a clock that is set ${direction} an hour neither delays nor expires anything`, async (t) => {
    let setMs = 0
    const clock: Clock = { ...systemClock, now: () => Date.now() + setMs }
    const { lines, logger } = logLines()
    const clients = createKafkaClients({ clock, logger })
    const topic = unique(`clock-${direction}`)
    await createTopic(kafka.bootstrap, topic, 1)
    const producer = clients.producer(
      sourceProducer(kafka.bootstrap, { 'linger.ms': '300', 'delivery.timeout.ms': '60000' }),
    )
    t.after(() => producer.close(0))
    await producer.prepare(topic)
    const consumer = clients.consumer({ 'bootstrap.servers': kafka.bootstrap })
    t.after(() => consumer.close())
    const partition = { topic, partition: 0 }
    await consumer.assign([partition])
    consumer.seek({ ...partition, offset: 0 })

    const waiting = consumer.poll(1000)
    const first = append(producer, topic, { value: 'before' })
    setMs = shiftMs
    const second = append(producer, topic, { value: 'after' })
    const startMs = performance.now()
    await Promise.all([first.acked, second.acked, waiting])
    const tookMs = performance.now() - startMs
    assert.ok(tookMs < 30_000, `sent and polled within ${tookMs} ms`)
    consumer.seek({ ...partition, offset: 0 })
    const read = await pollRecords(consumer, 2)
    assert.deepEqual(
      read.map(({ value }) => value),
      ['before', 'after'],
    )
    assert.deepEqual(await consumer.poll(100), [])
    assert.deepEqual(lines, [])
  })
}
