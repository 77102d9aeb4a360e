import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBroker } from '../../../src/broker/index.ts'
import type { Consumer } from '../../../src/kafka/client.ts'
import { eventually } from '../../helpers/eventually.ts'
import { temporaryFolder } from '../../helpers/worker.ts'
import {
  clientsOf,
  pollRecords,
  produceAll,
  recordingListener,
  sourceProducer,
} from '../../kafka/conformance/support.ts'

const clients = clientsOf()
const PARTITIONS = 4

async function createTopic(bootstrap: string): Promise<void> {
  const admin = clients.admin({ 'bootstrap.servers': bootstrap })
  await admin.createTopics([{ name: 't', partitions: PARTITIONS, replicationFactor: 1 }])
  await admin.close()
}

function consumerOf(bootstrap: string): Consumer {
  return clients.consumer({
    'bootstrap.servers': bootstrap,
    'group.id': 'g',
    'auto.offset.reset': 'earliest',
    'heartbeat.interval.ms': '100',
  })
}

function sizes(consumers: readonly Consumer[]): number[] {
  return consumers.map((consumer) => consumer.assignment().length)
}

test('two consumers share a topic; when one goes the other takes over', async (t) => {
  const broker = await startBroker()
  t.after(() => broker.stop())
  await createTopic(broker.bootstrap)
  const consumers = [consumerOf(broker.bootstrap), consumerOf(broker.bootstrap)] as const
  for (const consumer of consumers) await consumer.subscribe(['t'], recordingListener([]))
  const poll = (count: number) =>
    Promise.all(consumers.slice(0, count).map((consumer) => consumer.poll(50)))
  await eventually('two partitions each', 60_000, async () => {
    await poll(2)
    return sizes(consumers).join() === '2,2'
  })
  await consumers[1].close()
  await eventually('all partitions', 60_000, async () => {
    await poll(1)
    return sizes(consumers)[0] === PARTITIONS
  })
  await consumers[0].close()
})

test('a consumer goes on behind its offset after a restart of the broker', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  for (const [value, committed] of [
    ['first', 1],
    ['second', 2],
  ] as const) {
    const broker = await startBroker({ dataDir: folder.path })
    try {
      if (committed === 1) await createTopic(broker.bootstrap)
      const producer = clients.producer(sourceProducer(broker.bootstrap))
      await produceAll(producer, 't', [{ value, partition: 0 }])
      await producer.close(0)
      const consumer = consumerOf(broker.bootstrap)
      await consumer.subscribe(['t'], recordingListener([]))
      const records = await pollRecords(consumer, 1)
      assert.deepEqual(
        records.map((record) => record.value),
        [value],
      )
      await consumer.commit([{ topic: 't', partition: 0, offset: committed }])
      await consumer.close()
    } finally {
      await broker.stop()
    }
  }
})
