import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  Admin,
  Consumer,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import { type RunningBroker, startBroker } from '../../../src/broker/index.ts'

let broker: RunningBroker

before(async () => {
  broker = await startBroker()
})
after(() => broker.stop())

test('@platformatic/kafka creates a topic, produces and consumes in a group', async () => {
  const options = { clientId: 'test', bootstrapBrokers: [broker.bootstrap] }
  const admin = new Admin(options)
  const [created] = await admin.createTopics({ topics: ['lines'], partitions: 2, replicas: 1 })
  assert.equal(created?.partitions, 2)
  await admin.close()

  const producer = new Producer({ ...options, serializers: stringSerializers })
  const messages = Array.from({ length: 100 }, (_, index) => ({
    topic: 'lines',
    key: `k${index}`,
    value: 'v',
  }))
  await producer.send({ messages })
  await producer.close()

  const consumer = new Consumer({
    ...options,
    groupId: 'readers',
    deserializers: stringDeserializers,
  })
  const stream = await consumer.consume({ topics: ['lines'], mode: 'earliest', autocommit: true })
  const keys = new Set<string | undefined>()
  for await (const { key } of stream) {
    keys.add(key)
    if (keys.size === messages.length) break
  }
  await stream.close()
  await consumer.close(true)
  assert.equal(keys.size, messages.length)
})
