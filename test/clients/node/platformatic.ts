import assert from 'node:assert/strict'
import {
  Admin,
  Consumer,
  type ConsumerOptions,
  FetchIsolationLevels,
  ListOffsetTimestamps,
  type Message,
  type MessageToProduce,
  Producer,
  type ProducerOptions,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import { eventually } from '../../helpers/eventually.ts'
import { bootstrap, check, numbers, refused, unique } from './check.ts'

type Text = MessageToProduce<string, string, string, string>
type TextConsumer = Consumer<string, string, string, string>
type Options = Partial<ConsumerOptions<string, string, string, string>>

const TOPIC = 2
const TIMEOUT_MS = 60_000
const APPEND = 2
const base = { clientId: 'someone', bootstrapBrokers: [bootstrap] }
const admin = new Admin(base)

async function create(topic: string, partitions = 1, config: Record<string, string> = {}) {
  const configs = Object.entries(config).map(([name, value]) => ({ name, value }))
  return await admin.createTopics({ topics: [unique(topic)], partitions, replicas: 1, configs })
}

function producerOf(more: Partial<ProducerOptions<string, string, string, string>> = {}) {
  return new Producer({ ...base, autocreateTopics: true, serializers: stringSerializers, ...more })
}

async function produce(
  topic: string,
  messages: readonly Omit<Text, 'topic'>[],
  more: Partial<ProducerOptions<string, string, string, string>> = {},
): Promise<void> {
  const producer = producerOf(more)
  try {
    const all = messages.map((message) => ({ partition: 0, ...message, topic: unique(topic) }))
    await producer.send({ messages: all })
  } finally {
    await producer.close()
  }
}

const texts = (all: readonly string[]) => all.map((value) => ({ value }))
const values = (messages: readonly Message<string, string, string, string>[]) =>
  messages.map(({ value }) => value)

function consumerOf(group: string, more: Options = {}): TextConsumer {
  return new Consumer({
    ...base,
    groupId: unique(group),
    deserializers: stringDeserializers,
    sessionTimeout: 6000,
    heartbeatInterval: 300,
    rebalanceTimeout: 6000,
    maxWaitTime: 500,
    ...more,
  })
}

/** Reads with a group until there are so many messages, which it commits. */
async function read(topic: string, count: number, group = `${topic}-reader`, more: Options = {}) {
  const consumer = consumerOf(group, more)
  const stream = await consumer.consume({
    topics: [unique(topic)],
    mode: 'committed',
    fallbackMode: 'earliest',
    autocommit: false,
  })
  const messages: Message<string, string, string, string>[] = []
  try {
    for await (const message of stream) {
      messages.push(message)
      if (messages.length >= count) break
    }
    await messages.at(-1)?.commit()
    return messages
  } finally {
    await stream.close()
    await consumer.close(true)
  }
}

async function settingOf(topic: string, name: string) {
  const [described] = await admin.describeConfigs({
    resources: [{ resourceType: TOPIC, resourceName: unique(topic), configurationKeys: [name] }],
  })
  return described?.configs[0]?.value
}

async function offsetOf(topic: string, timestamp: bigint): Promise<bigint | undefined> {
  const partitions = [{ partitionIndex: 0, timestamp }]
  const [listed] = await admin.listOffsets({ topics: [{ name: unique(topic), partitions }] })
  return listed?.partitions[0]?.offset
}

await check('create and describe a topic', async () => {
  const [created] = await create('plain', 2, { 'retention.ms': '5000000' })
  assert.equal(created?.partitions, 2)
  await eventually('the topic', TIMEOUT_MS, async () => {
    return (await admin.listTopics()).includes(unique('plain'))
  })
  assert.equal(await settingOf('plain', 'retention.ms'), '5000000')
})
await check('refuse a topic that exists', () => refused(/already exists/, create('plain')))
await check('refuse a name that no topic can have', () =>
  refused(/invalid topic/, create('no spaces')),
)
await check('refuse an unknown setting', () =>
  refused(/Configuration is invalid/, create('odd', 1, { 'no.such': '1' })),
)
await check('describe the cluster', async () => {
  const { brokers } = await admin.metadata({ topics: [] })
  assert.equal(brokers.size, 1)
})
await check('alter a setting', async () => {
  await admin.incrementalAlterConfigs({
    resources: [
      {
        resourceType: TOPIC,
        resourceName: unique('plain'),
        configs: [
          {
            name: 'cleanup.policy',
            value: 'compact',
            configOperation: APPEND,
          },
        ],
      },
    ],
  })
  await eventually('the setting', TIMEOUT_MS, async () => {
    return (await settingOf('plain', 'cleanup.policy')) === 'delete,compact'
  })
})
await check('add partitions', async () => {
  const { brokers } = await admin.metadata({ topics: [] })
  const assignments = [{ brokerIds: [...brokers.keys()] }]
  await admin.createPartitions({ topics: [{ name: unique('plain'), count: 3, assignments }] })
  await eventually('three partitions', TIMEOUT_MS, async () => {
    const { topics } = await admin.metadata({ topics: [unique('plain')], forceUpdate: true })
    return topics.get(unique('plain'))?.partitionsCount === 3
  })
})
await check('produce without acknowledgement', async () => {
  // Until the topic is ready records without acknowledgement get lost.
  await produce('no-acks', texts(['first']))
  await produce('no-acks', texts(numbers(100)), { acks: 0 })
  assert.equal((await read('no-acks', 101)).length, 101)
})
await check('produce with idempotence, in order', async () => {
  const producer = producerOf({ idempotent: true })
  for (let first = 0; first < 500; first += 50) {
    const some = numbers(500).slice(first, first + 50)
    const messages = some.map((value) => ({ topic: unique('idempotent'), partition: 0, value }))
    await producer.send({ messages })
  }
  await producer.close()
  assert.deepEqual(values(await read('idempotent', 500)), numbers(500))
})
for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
  await check(`produce and consume ${compression}`, async () => {
    await produce(compression, texts(numbers(500)), { compression })
    assert.deepEqual(values(await read(compression, 500)), numbers(500))
  })
}
await check('keep keys, nulls, headers and timestamps', async () => {
  const timestamp = 1_600_000_000_000n
  await produce('shapes', [{ key: 'ü', value: '日本', headers: { h: '1' }, timestamp }, {}])
  const [one, other] = await read('shapes', 2)
  assert.deepEqual([one?.key, one?.value, one?.timestamp], ['ü', '日本', timestamp])
  assert.equal(one?.headers.get('h'), '1')
  assert.ok(!other?.key && !other?.value)
})
await check('large records', async () => {
  await create('large', 1, { 'max.message.bytes': '6000000' })
  await produce('large', texts(['ab'.repeat(2_500_000)]))
  assert.equal((await read('large', 1))[0]?.value.length, 5_000_000)
})
await check('refuse a record that is too large', async () => {
  await create('small', 1, { 'max.message.bytes': '1000' })
  await refused(/larger than the max message size/, produce('small', texts(['x'.repeat(2000)])))
})
await check('look up offsets', async () => {
  assert.equal(await offsetOf('none', ListOffsetTimestamps.LATEST), 500n)
  assert.equal(await offsetOf('none', ListOffsetTimestamps.EARLIEST), 0n)
  assert.equal(await offsetOf('none', 1n), 0n)
})
await check('delete records', async () => {
  const partitions = [{ partition: 0, offset: 100n }]
  await admin.deleteRecords({ topics: [{ name: unique('none'), partitions }] })
  assert.equal(await offsetOf('none', ListOffsetTimestamps.EARLIEST), 100n)
})
await check('seek, and offsets by time', async () => {
  const messages = numbers(100).map((value, index) => ({ value, timestamp: BigInt(1000 * index) }))
  await produce('times', messages)
  const offset = (await offsetOf('times', 49_500n)) ?? -1n
  assert.equal(offset, 50n)
  const consumer = consumerOf('seeking')
  const topic = unique('times')
  const offsets = [{ topic, partition: 0, offset }]
  const stream = await consumer.consume({ topics: [topic], mode: 'manual', offsets })
  for await (const { value } of stream) {
    assert.equal(value, '50')
    break
  }
  await stream.close()
  await consumer.close(true)
})
await check('consume in a group and go on from there', async () => {
  await produce('group', texts(numbers(500)))
  assert.equal((await read('group', 500)).length, 500)
  await produce('group', texts(['last']))
  assert.deepEqual(values(await read('group', 1)), ['last'])
})
await check("keep a static member's partitions over a restart", async () => {
  for (const turn of [1, 2]) {
    const found = await read('group', 1, 'static', { groupInstanceId: 'one' })
    assert.equal(found.length, 1, `turn ${turn}`)
  }
})
await check('share partitions of two members, RoundRobin', async () => {
  await create('share', 4)
  const member = async () => {
    const consumer = consumerOf('share')
    const stream = await consumer.consume({ topics: [unique('share')], mode: 'latest' })
    stream.resume()
    return { consumer, stream }
  }
  const has = ({ consumer }: { consumer: TextConsumer }, count: number) =>
    consumer.assignments?.flatMap(({ partitions }) => partitions).length === count
  const stays = await member()
  await eventually('all partitions', TIMEOUT_MS, () => has(stays, 4))
  const leaves = await member()
  await eventually('half of the partitions', TIMEOUT_MS, () => has(stays, 2) && has(leaves, 2))
  await leaves.stream.close()
  await leaves.consumer.close(true)
  await eventually('all partitions again', TIMEOUT_MS, () => has(stays, 4))
  await stays.stream.close()
  await stays.consumer.close(true)
})
await check('list and describe a group with a member', async () => {
  const group = unique('administered')
  await create('administered', 2)
  const consumer = consumerOf('administered')
  const stream = await consumer.consume({ topics: [group], mode: 'latest' })
  await eventually('a stable group', TIMEOUT_MS, async () => {
    const described = await admin.describeGroups({ groups: [group] })
    return described.get(group)?.state === 'Stable'
  })
  const described = (await admin.describeGroups({ groups: [group] })).get(group)
  const [member] = described?.members.values() ?? []
  assert.equal(member?.clientId, 'someone')
  assert.equal(member?.assignments?.get(group)?.partitions.length, 2)
  assert.ok((await admin.listGroups()).has(group))
  await refused(/not empty/, admin.deleteGroups({ groups: [group] }))
  await stream.close()
  await consumer.close(true)
})
const groupId = unique('administered')
async function storedOffsets(group: string): Promise<(bigint | undefined)[]> {
  const [listed] = await admin.listConsumerGroupOffsets({ groups: [group] })
  return (listed?.topics ?? []).flatMap(({ partitions }) =>
    partitions.map(({ committedOffset }) => committedOffset),
  )
}
await check('change the offsets of a group', async () => {
  const partitionOffsets = [{ partition: 0, offset: 7n }]
  await admin.alterConsumerGroupOffsets({ groupId, topics: [{ name: groupId, partitionOffsets }] })
  assert.deepEqual(await storedOffsets(groupId), [7n])
})
await check('delete offsets of a group', async () => {
  const topics = [{ name: groupId, partitionIndexes: [0] }]
  await admin.deleteConsumerGroupOffsets({ groupId, topics })
  assert.deepEqual(await storedOffsets(groupId), [])
})
await check('delete a group', async () => {
  await admin.deleteGroups({ groups: [groupId] })
  assert.ok(!(await admin.listGroups()).has(groupId))
})
await check('commit and abort transactions', async () => {
  await create('letters')
  const producer = producerOf({
    idempotent: true,
    transactionalId: unique('letters'),
    producerId: -1n,
    producerEpoch: -1,
  })
  for (const value of ['a', 'b', 'c']) {
    const transaction = await producer.beginTransaction()
    await transaction.send({ messages: [{ topic: unique('letters'), partition: 0, value }] })
    await (value === 'b' ? transaction.abort() : transaction.commit())
  }
  await producer.close()
  const isolationLevel = FetchIsolationLevels.READ_COMMITTED
  const found = await read('letters', 2, 'letters', { isolationLevel })
  assert.deepEqual(values(found), ['a', 'c'])
})
await check('delete a topic', async () => {
  await admin.deleteTopics({ topics: [unique('plain')] })
  await eventually('its end', TIMEOUT_MS, async () => {
    return !(await admin.listTopics()).includes(unique('plain'))
  })
})
await admin.close()
process.exit()
