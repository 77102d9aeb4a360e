import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Consumer, Producer } from '../../../src/kafka/client.ts'
import { type ApacheCluster, startApacheCluster } from '../../helpers/apache-cluster.ts'
import { eventually } from '../../helpers/eventually.ts'
import { append, clientsOf, readAll, sourceProducer, unique } from './support.ts'

const PARTITIONS = 4
const TIMEOUT_MS = 120_000

const clients = clientsOf()
let cluster: ApacheCluster

before(async () => {
  cluster = await startApacheCluster()
  // Both nodes are there once there may be two replicas.
  await eventually('both nodes', TIMEOUT_MS, () => createTopic(unique('probe')).then(() => true))
})
after(() => cluster.stop())

async function createTopic(name: string): Promise<void> {
  const admin = clients.admin({ 'bootstrap.servers': cluster.bootstrap })
  try {
    await admin.createTopics([{ name, partitions: PARTITIONS, replicationFactor: 2 }])
  } finally {
    await admin.close()
  }
}

const partitionsOf = (topic: string) =>
  Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition }))

/** Values of the next `count` records. */
async function values(consumer: Consumer, count: number): Promise<readonly string[]> {
  const found: string[] = []
  await eventually(`${count} records`, TIMEOUT_MS, async () => {
    for (const records of await consumer.poll(200)) {
      for (let index = 0; index < records.count; index++) {
        const { bytes, valueStarts, valueEnds } = records
        found.push(bytes.toString('utf8', valueStarts[index], valueEnds[index]))
      }
    }
    return found.length >= count
  })
  return found
}

test('a consumer with client.rack reads from the replica of its rack, and goes on without it', async (t) => {
  const topic = unique('near')
  await createTopic(topic)
  const producer = clients.producer(sourceProducer(cluster.bootstrap))
  t.after(() => producer.close(0))
  await producer.prepare(topic)
  const consumer = clients.consumer({
    'bootstrap.servers': cluster.bootstrap,
    'client.rack': 'rack-2',
    'auto.offset.reset': 'earliest',
  })
  t.after(() => consumer.close())
  await consumer.assign(partitionsOf(topic))
  const send = async (value: string) => {
    for (const { partition } of partitionsOf(topic)) append(producer, topic, { partition, value })
    await producer.flush()
  }
  for (const value of ['a', 'b', 'c']) {
    await send(value)
    assert.deepEqual(await values(consumer, PARTITIONS), Array(PARTITIONS).fill(value))
  }
  const [, second] = cluster.nodes
  await second.kill()
  await send('d')
  assert.deepEqual(await values(consumer, PARTITIONS), Array(PARTITIONS).fill('d'))
  await second.start()
})

test('nodes that restart one after the other: records of every kind of producer come once', async (t) => {
  const topic = unique('rolling')
  const offsets = unique('offsets')
  await createTopic(topic)
  await createTopic(offsets)
  const idempotent = clients.producer(
    sourceProducer(cluster.bootstrap, {
      'enable.idempotence': 'true',
      'max.in.flight.requests.per.connection': '5',
    }),
  )
  const transactional = clients.transactionalProducer(
    sourceProducer(cluster.bootstrap, {
      'enable.idempotence': 'true',
      'transactional.id': topic,
      // Longer than a node takes to start.
      'transaction.timeout.ms': '900000',
    }),
  )
  t.after(() => Promise.all([idempotent.close(0), transactional.close(0)]))
  await idempotent.prepare(topic)
  await transactional.prepare(offsets)
  await transactional.initTransactions()
  const consumer = clients.consumer({
    'bootstrap.servers': cluster.bootstrap,
    'group.id': topic,
    'auto.offset.reset': 'earliest',
  })
  t.after(() => consumer.close())
  const none = async () => {}
  await consumer.subscribe([topic], { onAssigned: none, onRevoked: none, onLost: none })

  const rolled = new AbortController()
  let sent = 0
  let committed = 0
  const write = async () => {
    while (!rolled.signal.aborted) {
      send(idempotent, topic, sent++)
      transactional.beginTransaction()
      send(transactional, offsets, committed)
      await transactional.commitTransaction()
      committed++
    }
  }
  const writing = write()
  for (const node of cluster.nodes) {
    await flows(() => sent)
    await node.kill()
    await node.start()
  }
  await flows(() => sent)
  rolled.abort()
  await writing
  await idempotent.flush()

  const wanted = (count: number) => Array.from({ length: count }, (_, index) => String(index))
  const inOrder = (a: string, b: string) => Number(a) - Number(b)
  assert.deepEqual([...(await values(consumer, sent))].sort(inOrder), wanted(sent))
  const settings = { 'isolation.level': 'read_committed' }
  const read = await readAll(clients, cluster.bootstrap, offsets, committed, settings)
  assert.deepEqual(
    read.map(({ value }) => value ?? ''),
    wanted(committed),
  )
  await consumer.commit([{ topic, partition: 0, offset: 1 }])
})

function send(producer: Producer, topic: string, number: number): void {
  append(producer, topic, {
    value: String(number),
    partition: topic.startsWith('offsets') ? 0 : number % PARTITIONS,
  })
}

/** Waits for some more than there are. */
async function flows(count: () => number): Promise<void> {
  const before = count()
  await eventually('records flow', TIMEOUT_MS, () => count() > before + 10)
}
