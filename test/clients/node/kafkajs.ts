import assert from 'node:assert/strict'
import {
  AssignerProtocol,
  CompressionTypes,
  type Consumer,
  Kafka,
  type KafkaMessage,
  logLevel,
  type Message,
  type Producer,
  type ProducerConfig,
  type Transaction,
} from 'kafkajs'
import { eventually } from '../../helpers/eventually.ts'
import { bootstrap, check, numbers, refused, unique } from './check.ts'

const kafka = new Kafka({
  clientId: 'someone',
  brokers: [bootstrap],
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 50, retries: 8 },
})
const admin = kafka.admin()
const TOPIC = 2
const TIMEOUT_MS = 60_000
const GROUP = {
  sessionTimeout: 6000,
  heartbeatInterval: 300,
  rebalanceTimeout: 6000,
  maxWaitTimeInMs: 200,
}

/** Waits longer for the topic than the client does by itself. */
async function create(topic: string, numPartitions = 1, config: Record<string, string> = {}) {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  const topics = [{ topic: unique(topic), numPartitions, configEntries }]
  await admin.createTopics({ topics, waitForLeaders: false })
  await eventually('the topic', TIMEOUT_MS, async () => {
    const found = await admin.fetchTopicMetadata({ topics: [unique(topic)] })
    return found.topics[0]?.partitions.length === numPartitions
  })
}

async function produce(
  topic: string,
  messages: readonly Message[],
  { compression = CompressionTypes.None, acks = -1, ...config }: ProducerConfig & SendOptions = {},
): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: true, ...config })
  await producer.connect()
  try {
    await producer.send({ topic: unique(topic), messages: [...messages], compression, acks })
  } finally {
    await producer.disconnect()
  }
}
interface SendOptions {
  readonly compression?: CompressionTypes
  readonly acks?: number
}

const values = (messages: readonly KafkaMessage[]) => messages.map(({ value }) => String(value))
const texts = (all: readonly string[]) => all.map((value) => ({ value, partition: 0 }))

/** Reads with a group until there are so many messages; commits at the end. */
async function read(
  topic: string,
  count: number,
  { group = `${topic}-reader`, uncommitted = false } = {},
): Promise<KafkaMessage[]> {
  const consumer = kafka.consumer({
    groupId: unique(group),
    readUncommitted: uncommitted,
    ...GROUP,
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [unique(topic)], fromBeginning: true })
  const messages: KafkaMessage[] = []
  await consumer.run({
    async eachMessage({ message }) {
      messages.push(message)
    },
  })
  try {
    await eventually(`${count} messages`, TIMEOUT_MS, () => messages.length >= count)
    return messages
  } finally {
    await consumer.disconnect()
  }
}

/**
 * A transaction with some work in it, tried again: the client does not wait for the end of the one
 * before, as other clients do.
 */
async function transact(
  producer: Producer,
  end: 'commit' | 'abort',
  work: (transaction: Transaction) => Promise<unknown>,
): Promise<void> {
  await eventually('a transaction', TIMEOUT_MS, async () => {
    const transaction = await producer.transaction()
    try {
      await work(transaction)
    } catch (error) {
      await transaction.abort()
      throw error
    }
    await transaction[end]()
    return true
  })
}

await admin.connect()

await check('create and describe a topic', async () => {
  await create('plain', 2, { 'retention.ms': '5000000' })
  const { topics } = await admin.fetchTopicMetadata({ topics: [unique('plain')] })
  assert.equal(topics[0]?.partitions.length, 2)
  const resource = { type: TOPIC, name: unique('plain') }
  const { resources } = await admin.describeConfigs({
    includeSynonyms: true,
    resources: [{ ...resource, configNames: ['retention.ms'] }],
  })
  assert.equal(resources[0]?.configEntries[0]?.configValue, '5000000')
})
await check('refuse a topic that exists', async () => {
  const topics = [{ topic: unique('plain') }]
  assert.equal(await admin.createTopics({ topics }), false)
})
await check('refuse a name that no topic can have', () =>
  refused(/INVALID_TOPIC_EXCEPTION/, create('no spaces')),
)
await check('refuse an unknown setting', () =>
  refused(/INVALID_CONFIG/, create('odd', 1, { 'no.such': '1' })),
)
await check('describe the cluster', async () => {
  const { brokers, clusterId } = await admin.describeCluster()
  assert.equal(brokers.length, 1)
  assert.ok(clusterId !== '')
})
await check('alter a setting', async () => {
  const resource = { type: TOPIC, name: unique('plain') }
  const configEntries = [{ name: 'cleanup.policy', value: 'compact' }]
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] })
})
await check('add partitions', async () => {
  await admin.createPartitions({ topicPartitions: [{ topic: unique('plain'), count: 3 }] })
  await eventually('three partitions', TIMEOUT_MS, async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [unique('plain')] })
    return topics[0]?.partitions.length === 3
  })
})
await check('produce without acknowledgement', async () => {
  // Until the topic is ready records without acknowledgement get lost.
  await produce('no-acks', texts(['first']))
  await produce('no-acks', texts(numbers(100)), { acks: 0 })
  assert.equal((await read('no-acks', 101)).length, 101)
})
await check('produce with idempotence, in order', async () => {
  const producer = kafka.producer({ allowAutoTopicCreation: true, idempotent: true })
  await producer.connect()
  for (let first = 0; first < 500; first += 50) {
    const messages = texts(numbers(500).slice(first, first + 50))
    await producer.send({ topic: unique('idempotent'), messages })
  }
  await producer.disconnect()
  assert.deepEqual(values(await read('idempotent', 500)), numbers(500))
})
for (const [name, compression] of [
  ['none', CompressionTypes.None],
  ['gzip', CompressionTypes.GZIP],
] as const) {
  await check(`produce and consume ${name}`, async () => {
    await produce(name, texts(numbers(500)), { compression })
    assert.deepEqual(values(await read(name, 500)), numbers(500))
  })
}
await check('keep keys, nulls, headers and timestamps', async () => {
  await produce('shapes', [
    { key: 'ü', value: '日本', headers: { h: '1' }, timestamp: '1600000000000' },
    { value: null },
  ])
  const [one, other] = await read('shapes', 2)
  assert.deepEqual([String(one?.key), String(one?.value)], ['ü', '日本'])
  assert.deepEqual([String({ ...one?.headers }['h']), one?.timestamp], ['1', '1600000000000'])
  assert.deepEqual([other?.key, other?.value], [null, null])
})
await check('large records', async () => {
  await create('large', 1, { 'max.message.bytes': '6000000' })
  await produce('large', [{ value: 'ab'.repeat(2_500_000) }])
  assert.equal((await read('large', 1))[0]?.value?.length, 5_000_000)
})
await check('refuse a record that is too large', async () => {
  await create('small', 1, { 'max.message.bytes': '1000' })
  await refused(/MESSAGE_TOO_LARGE/, produce('small', [{ value: 'x'.repeat(2000) }]))
})
await check('look up offsets', async () => {
  assert.deepEqual(await admin.fetchTopicOffsets(unique('none')), [
    { partition: 0, offset: '500', high: '500', low: '0' },
  ])
})
await check('seek, and offsets by time', async () => {
  const messages = numbers(100).map((value, index) => ({ value, timestamp: `${1000 * index}` }))
  await produce('times', messages)
  const found = await admin.fetchTopicOffsetsByTimestamp(unique('times'), 49_500)
  assert.deepEqual(found, [{ partition: 0, offset: '50' }])
  const group = { groupId: unique('seeking'), topic: unique('times') }
  await admin.setOffsets({ ...group, partitions: found })
  const [first] = await read('times', 50, { group: 'seeking' })
  assert.equal(String(first?.value), '50')
})
await check('delete records', async () => {
  const partitions = [{ partition: 0, offset: '100' }]
  await admin.deleteTopicRecords({ topic: unique('none'), partitions })
  assert.equal((await admin.fetchTopicOffsets(unique('none')))[0]?.low, '100')
})
await check('consume in a group and go on from there', async () => {
  await produce('group', texts(numbers(500)))
  assert.equal((await read('group', 500)).length, 500)
  await produce('group', texts(['last']))
  assert.deepEqual(values(await read('group', 1)), ['last'])
})
await check('share partitions of two members, RoundRobin', async () => {
  await create('share', 4)
  const assigned = new Map<Consumer, number>()
  const member = async () => {
    const consumer = kafka.consumer({ groupId: unique('share'), ...GROUP })
    consumer.on('consumer.group_join', ({ payload }) => {
      assigned.set(consumer, payload.memberAssignment[unique('share')]?.length ?? 0)
    })
    await consumer.connect()
    await consumer.subscribe({ topics: [unique('share')], fromBeginning: true })
    await consumer.run({ eachMessage: async () => {} })
    return consumer
  }
  const have = (...counts: readonly number[]) =>
    eventually(`${counts.join(' and ')} partitions`, TIMEOUT_MS, () => {
      return [...assigned.values()].join() === counts.join()
    })
  const stays = await member()
  await have(4)
  const leaves = await member()
  await have(2, 2)
  await leaves.disconnect()
  await have(4, 2)
  await stays.disconnect()
})
await check('list and describe a group with a member', async () => {
  await create('administered')
  const groupId = unique('administered')
  const consumer = kafka.consumer({ groupId, ...GROUP })
  await consumer.connect()
  await consumer.subscribe({ topics: [groupId] })
  await consumer.run({ eachMessage: async () => {} })
  await eventually('a stable group', TIMEOUT_MS, async () => {
    const { groups } = await admin.describeGroups([groupId])
    return groups[0]?.state === 'Stable'
  })
  const { groups } = await admin.describeGroups([groupId])
  const [member] = groups[0]?.members ?? []
  assert.equal(member?.clientId, 'someone')
  const assignment = AssignerProtocol.MemberAssignment.decode(member.memberAssignment)
  assert.deepEqual(assignment?.assignment, { [groupId]: [0] })
  assert.ok((await admin.listGroups()).groups.some((group) => group.groupId === groupId))
  await refused(/NON_EMPTY_GROUP|Error in DeleteGroups/, admin.deleteGroups([groupId]))
  await consumer.disconnect()
})
await check('change the offsets of a group', async () => {
  const group = { groupId: unique('administered'), topic: unique('administered') }
  await admin.setOffsets({ ...group, partitions: [{ partition: 0, offset: '7' }] })
  const [stored] = await admin.fetchOffsets({ groupId: group.groupId, topics: [group.topic] })
  assert.equal(stored?.partitions[0]?.offset, '7')
})
await check('delete a group', async () => {
  await admin.deleteGroups([unique('administered')])
  const { groups } = await admin.listGroups()
  assert.ok(groups.every(({ groupId }) => groupId !== unique('administered')))
})
await check('commit and abort transactions', async () => {
  const transactionalId = unique('letters')
  const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
  await create('letters')
  await producer.connect()
  for (const value of ['a', 'b', 'c']) {
    await transact(producer, value === 'b' ? 'abort' : 'commit', (transaction) =>
      transaction.send({ topic: unique('letters'), messages: texts([value]) }),
    )
  }
  await producer.disconnect()
  assert.deepEqual(values(await read('letters', 2)), ['a', 'c'])
  const all = await read('letters', 3, { group: 'letters-dirty', uncommitted: true })
  assert.deepEqual(values(all), ['a', 'b', 'c'])
})
await check('commit offsets in a transaction', async () => {
  const transactionalId = unique('offsets')
  const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const consumerGroupId = unique('in-transaction')
  for (const offset of ['3', '4']) {
    const topics = [{ topic: unique('letters'), partitions: [{ partition: 0, offset }] }]
    await transact(producer, offset === '3' ? 'commit' : 'abort', (transaction) =>
      transaction.sendOffsets({ consumerGroupId, topics }),
    )
  }
  await producer.disconnect()
  const stored = await admin.fetchOffsets({
    groupId: consumerGroupId,
    topics: [unique('letters')],
  })
  assert.equal(stored[0]?.partitions[0]?.offset, '3')
})
await check('delete a topic', async () => {
  await admin.deleteTopics({ topics: [unique('plain')] })
  await eventually('its end', TIMEOUT_MS, async () => {
    return !(await admin.listTopics()).includes(unique('plain'))
  })
})
await admin.disconnect()
process.exit()
