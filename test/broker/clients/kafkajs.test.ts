import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { type RunningBroker, startBroker } from '../../../src/broker/index.ts'

let broker: RunningBroker
let kafka: Kafka

before(async () => {
  broker = await startBroker()
  kafka = new Kafka({ brokers: [broker.bootstrap], logLevel: logLevel.NOTHING })
})
after(() => broker.stop())

test('kafkajs creates, describes, changes and deletes topics', async () => {
  const admin = kafka.admin()
  await admin.connect()
  const configEntries = [{ name: 'retention.ms', value: '5000' }]
  await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 2, configEntries }] })
  await admin.createPartitions({ topicPartitions: [{ topic: 'orders', count: 3 }] })
  const { topics } = await admin.fetchTopicMetadata({ topics: ['orders'] })
  assert.equal(topics[0]?.partitions.length, 3)
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: 'orders', configNames: ['retention.ms'] }],
  })
  assert.deepEqual(
    resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
    [['retention.ms', '5000']],
  )
  await admin.deleteTopics({ topics: ['orders'] })
  assert.ok(!(await admin.listTopics()).includes('orders'))
  await admin.disconnect()
})

test('kafkajs produces and consumes in a group', async () => {
  const producer = kafka.producer({ allowAutoTopicCreation: true })
  await producer.connect()
  const messages = Array.from({ length: 100 }, (_, index) => ({ key: `k${index}`, value: 'v' }))
  await producer.send({ topic: 'lines', messages })
  await producer.disconnect()

  const consumer = kafka.consumer({ groupId: 'readers' })
  await consumer.connect()
  await consumer.subscribe({ topics: ['lines'], fromBeginning: true })
  const keys = new Set<string | undefined>()
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ message }) => {
          keys.add(message.key?.toString())
          if (keys.size === messages.length) resolve()
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
  assert.equal(keys.size, messages.length)
})
