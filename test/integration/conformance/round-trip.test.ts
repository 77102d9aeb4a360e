import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sharedTestBroker, startTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import {
  append,
  clientsOf,
  createTopic,
  pollRecords,
  produceAll,
  readAll,
  sourceProducer,
  unique,
} from '../../kafka/conformance/support.ts'

const clients = clientsOf()
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>

before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
  test(`keys, values, nulls, headers and timestamps come back as they were sent, ${codec}`, async (t) => {
    const topic = unique('round-trip')
    const producer = clients.producer(
      sourceProducer(kafka.bootstrap, { 'compression.type': codec }),
    )
    t.after(() => producer.close(0))
    await producer.prepare(topic)
    const batch = append(producer, topic, { key: 'k', value: 'v', timestamp: 1_700_000_000_123 })
    append(producer, topic, { key: null, value: 'no key', timestamp: 1_600_000_000_000 })
    append(producer, topic, { key: 'tombstone', value: null, timestamp: 1_700_000_000_124 })
    append(producer, topic, { key: '', value: '', timestamp: 1_700_000_000_125 })
    append(producer, topic, {
      key: 'Grüße',
      value: '日本 😀'.repeat(100),
      timestamp: 1_700_000_000_126,
      headers: [
        { key: 'a', value: Buffer.from('1') },
        { key: 'a', value: Buffer.from('2') },
        { key: 'null', value: null },
      ],
    })
    await producer.flush()
    assert.equal(batch.count, 5)
    assert.deepEqual(await batch.acked, { baseOffset: 0, timestamp: 1_700_000_000_126 })

    const common = { topic, partition: 0, headers: [] }
    assert.deepEqual(await readAll(clients, kafka.bootstrap, topic, 5), [
      { ...common, offset: 0, timestamp: 1_700_000_000_123, key: 'k', value: 'v' },
      { ...common, offset: 1, timestamp: 1_600_000_000_000, key: null, value: 'no key' },
      { ...common, offset: 2, timestamp: 1_700_000_000_124, key: 'tombstone', value: null },
      { ...common, offset: 3, timestamp: 1_700_000_000_125, key: '', value: '' },
      {
        ...common,
        offset: 4,
        timestamp: 1_700_000_000_126,
        key: 'Grüße',
        value: '日本 😀'.repeat(100),
        headers: [
          ['a', '1'],
          ['a', '2'],
          ['null', null],
        ],
      },
    ])
  })
}

test('a record without a timestamp gets the time of the append', async (t) => {
  const topic = unique('now')
  const producer = clients.producer(sourceProducer(kafka.bootstrap))
  t.after(() => producer.close(0))
  const before = Date.now()
  await produceAll(producer, topic, [{ value: 'x' }])
  const [record] = await readAll(clients, kafka.bootstrap, topic, 1)
  assert.ok(record !== undefined && record.timestamp >= before && record.timestamp <= Date.now())
})

test('keys choose partitions as in the Java client; records without one go to all in turn', async (t) => {
  const topic = unique('partitions')
  await createTopic(kafka.bootstrap, topic, 3)
  const producer = clients.producer(sourceProducer(kafka.bootstrap))
  t.after(() => producer.close(0))
  await producer.prepare(topic)
  // Partitions of BuiltInPartitioner.partitionForKey(key, 3).
  const expected = { 'key-1': 0, abcd: 2, a: 1, Grüße: 0, '21': 0, '42': 1 }
  for (const [key, partition] of Object.entries(expected)) {
    assert.equal(append(producer, topic, { key, value: 'v' }).partition, partition, key)
  }
  assert.equal(append(producer, topic, { key: 'a', partition: 2 }).partition, 2)
  const turns = new Set<number>()
  for (let round = 0; round < 3; round++) {
    for (let index = 0; index < 20; index++) {
      turns.add(append(producer, topic, { value: 'x'.repeat(1024) }).partition)
    }
    await producer.flush()
  }
  assert.deepEqual(turns, new Set([0, 1, 2]))
  assert.throws(() => append(producer, topic, { key: 'a', partition: 3 }), {
    code: 'KAFKA',
    message: /has 3 partitions/,
  })
})

test('records of a topic stay in order over many batches and partitions of one request', async (t) => {
  const topic = unique('order')
  const producer = clients.producer(
    sourceProducer(kafka.bootstrap, { 'batch.size': '2000', 'buffer.memory': '100000' }),
  )
  t.after(() => producer.close(0))
  const values = Array.from({ length: 20_000 }, (_, index) => String(index))
  await produceAll(
    producer,
    topic,
    values.map((value) => ({ value })),
  )
  const records = await readAll(clients, kafka.bootstrap, topic, values.length)
  assert.deepEqual(
    records.map(({ value }) => value),
    values,
  )
})

test('paused partitions give nothing, a seek goes back, positions follow', async (t) => {
  const topic = unique('seek')
  const producer = clients.producer(sourceProducer(kafka.bootstrap))
  t.after(() => producer.close(0))
  await produceAll(
    producer,
    topic,
    Array.from({ length: 100 }, (_, index) => ({ value: String(index) })),
  )
  const partition = { topic, partition: 0 }
  const consumer = clients.consumer({
    'bootstrap.servers': kafka.bootstrap,
    'max.poll.records': '30',
  })
  t.after(() => consumer.close())
  await consumer.assign([partition])
  assert.equal(await consumer.position(partition), 100, 'auto.offset.reset is latest')
  await consumer.seekToBeginning([partition])
  const values = (await pollRecords(consumer, 30)).map(({ value }) => value)
  assert.deepEqual(
    values,
    Array.from({ length: 30 }, (_, index) => String(index)),
  )
  assert.equal(await consumer.position(partition), 30)
  consumer.pause([partition])
  assert.deepEqual(await consumer.poll(300), [])
  consumer.seek({ ...partition, offset: 95 })
  consumer.resume([partition])
  const last = await pollRecords(consumer, 5)
  assert.deepEqual(
    last.map(({ offset }) => offset),
    [95, 96, 97, 98, 99],
  )
  assert.deepEqual(await consumer.endOffsets([partition]), [{ ...partition, offset: 100 }])
})

test('an idle poll lasts as long as it may and does not spin; a wake-up ends it', async (t) => {
  const topic = unique('idle')
  const producer = clients.producer(sourceProducer(kafka.bootstrap))
  t.after(() => producer.close(0))
  await producer.prepare(topic)
  const consumer = clients.consumer({ 'bootstrap.servers': kafka.bootstrap })
  t.after(() => consumer.close())
  await consumer.assign([{ topic, partition: 0 }])
  await consumer.poll(200)
  const cpu = process.cpuUsage()
  const start = performance.now()
  assert.deepEqual(await consumer.poll(2000), [])
  assert.ok(performance.now() - start >= 1990)
  const { user, system } = process.cpuUsage(cpu)
  assert.ok(user + system < 200_000, `${user + system} µs of CPU for nothing`)
  const poll = consumer.poll(60_000)
  consumer.wakeup()
  assert.deepEqual(await poll, [])
})

test('an offset that the log does not have is reset by auto.offset.reset', async (t) => {
  const topic = unique('range')
  const producer = clients.producer(sourceProducer(kafka.bootstrap))
  t.after(() => producer.close(0))
  await produceAll(producer, topic, [{ value: 'a' }, { value: 'b' }])
  const partition = { topic, partition: 0 }
  const from = async (reset: string) => {
    const consumer = clients.consumer({
      'bootstrap.servers': kafka.bootstrap,
      'auto.offset.reset': reset,
    })
    try {
      await consumer.assign([partition])
      consumer.seek({ ...partition, offset: 1000 })
      return (await pollRecords(consumer, 1)).map(({ value }) => value)
    } finally {
      await consumer.close()
    }
  }
  assert.deepEqual(await from('earliest'), ['a', 'b'])
  await assert.rejects(from('none'), { code: 'KAFKA', message: /OFFSET_OUT_OF_RANGE/ })
})

test('a record of 10 MB passes when broker, topic and producer allow it', async (t) => {
  const large = await startTestBroker({ settings: ['message.max.bytes=12000000'] })
  t.after(() => large.stop())
  const topic = unique('large')
  const settings = { 'max.request.size': '12000000' }
  const producer = clients.producer(sourceProducer(large.bootstrap, settings))
  t.after(() => producer.close(0))
  const value = 'ab'.repeat(5_000_000)
  await produceAll(producer, topic, [{ value: 'small' }, { value }, { value: 'small too' }])
  const records = await readAll(clients, large.bootstrap, topic, 3)
  assert.equal(records[1]?.value === value, true)
  const strict = clients.producer(sourceProducer(large.bootstrap))
  t.after(() => strict.close(0))
  await strict.prepare(topic)
  assert.throws(() => append(strict, topic, { value }), {
    code: 'KAFKA',
    message: /max\.request\.size/,
  })
})

test('a batch that the broker refuses for its size is sent in parts; a single record fails', async (t) => {
  for (const idempotence of ['false', 'true']) {
    const topic = unique('split')
    await createTopic(kafka.bootstrap, topic, 1, { 'max.message.bytes': '20000' })
    const producer = clients.producer(
      sourceProducer(kafka.bootstrap, { 'enable.idempotence': idempotence }),
    )
    t.after(() => producer.close(0))
    const values = Array.from({ length: 500 }, (_, index) => `${index}`.padEnd(100, '.'))
    await produceAll(
      producer,
      topic,
      values.map((value) => ({ value })),
    )
    const records = await readAll(clients, kafka.bootstrap, topic, values.length)
    assert.deepEqual(
      records.map(({ value }) => value),
      values,
    )
    const batch = append(producer, topic, { value: 'x'.repeat(30_000) })
    await assert.rejects(batch.acked, { code: 'KAFKA', message: /MESSAGE_TOO_LARGE/ })
    await produceAll(producer, topic, [{ value: 'goes on' }])
  }
})
