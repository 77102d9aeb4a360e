import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Consumer, RebalanceListener, TopicPartition } from '../../../src/kafka/client.ts'
import { eventually } from '../../helpers/eventually.ts'
import { sharedTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import {
  append,
  clientsOf,
  createTopic,
  pollRecords,
  produceAll,
  readable,
  recordingListener,
  sourceProducer,
  unique,
} from '../../kafka/conformance/support.ts'

const PARTITIONS = 4
const RECORDS = 40_000
const TIMEOUT_MS = 60_000
const eager = 'org.apache.kafka.clients.consumer.RangeAssignor'
const cooperative = 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor'

const clients = clientsOf()
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>

before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

async function topicWithPartitions(name: string): Promise<string> {
  const topic = unique(name)
  await createTopic(kafka.bootstrap, topic, PARTITIONS)
  return topic
}

function groupConsumer(group: string, more: Readonly<Record<string, string>> = {}): Consumer {
  return clients.consumer({
    'bootstrap.servers': kafka.bootstrap,
    'group.id': group,
    'auto.offset.reset': 'earliest',
    'session.timeout.ms': '6000',
    'heartbeat.interval.ms': '300',
    ...more,
  })
}

/** A member that commits what it read before it loses a partition, as a sink task does. */
class Member implements RebalanceListener {
  readonly consumer: Consumer
  readonly events: string[] = []
  readonly read: string[]
  readonly #positions = new Map<number, number>()
  readonly #topic: string
  readonly #stopping = new AbortController()

  constructor(topic: string, read: string[], more: Readonly<Record<string, string>>) {
    this.#topic = topic
    this.read = read
    this.consumer = groupConsumer(topic, more)
  }

  async run(): Promise<void> {
    await this.consumer.subscribe([this.#topic], this)
    while (!this.#stopping.signal.aborted) {
      for (const fetched of await this.consumer.poll(100)) {
        for (const { value, offset, partition } of readable(fetched)) {
          this.read.push(value ?? '')
          this.#positions.set(partition, offset + 1)
        }
      }
    }
    await this.#commit(this.consumer.assignment())
    await this.consumer.close()
  }

  stop(): void {
    this.#stopping.abort()
    this.consumer.wakeup()
  }

  async onAssigned(partitions: readonly TopicPartition[]): Promise<void> {
    this.#tell('assigned', partitions)
  }

  async onRevoked(partitions: readonly TopicPartition[]): Promise<void> {
    this.#tell('revoked', partitions)
    await this.#commit(partitions)
    for (const { partition } of partitions) this.#positions.delete(partition)
  }

  async onLost(partitions: readonly TopicPartition[]): Promise<void> {
    this.#tell('lost', partitions)
  }

  async #commit(partitions: readonly TopicPartition[]): Promise<void> {
    const offsets = partitions.flatMap(({ topic, partition }) => {
      const offset = this.#positions.get(partition)
      return offset === undefined ? [] : [{ topic, partition, offset }]
    })
    await this.consumer.commit(offsets)
  }

  #tell(what: string, partitions: readonly TopicPartition[]): void {
    this.events.push(`${what} ${partitions.map(({ partition }) => partition).join()}`)
  }
}

for (const [name, strategy] of Object.entries({ eager, cooperative })) {
  test(`members come and go, ${name}: every record is read once`, async (t) => {
    const topic = await topicWithPartitions('members')
    const producer = clients.producer(sourceProducer(kafka.bootstrap))
    t.after(() => producer.close(0))
    await producer.prepare(topic)
    const read: string[] = []
    const settings = { 'partition.assignment.strategy': strategy }
    const members = [new Member(topic, read, settings), new Member(topic, read, settings)]
    const [first, second] = members as [Member, Member]

    const running = [first.run()]
    let produced = 0
    const produce = async (count: number) => {
      for (const end = produced + count; produced < end; produced++) {
        append(producer, topic, { value: String(produced), partition: produced % PARTITIONS })
      }
      await producer.flush()
    }
    await produce(RECORDS / 4)
    await eventually('the first member to read', TIMEOUT_MS, () => read.length > 0)
    running.push(second.run())
    await eventually('both to have two partitions', TIMEOUT_MS, async () => {
      await produce(100)
      return members.every(({ consumer }) => consumer.assignment().length === PARTITIONS / 2)
    })
    await produce(RECORDS / 4)
    second.stop()
    await running[1]
    await eventually('the first to have all again', TIMEOUT_MS, async () => {
      await produce(100)
      return first.consumer.assignment().length === PARTITIONS
    })
    await produce(RECORDS / 4)
    await eventually('all to be read', TIMEOUT_MS, () => read.length >= produced)
    first.stop()
    await running[0]

    assert.equal(read.length, produced, 'nothing doubled')
    assert.equal(new Set(read).size, produced, 'nothing lost')
    const given = first.events.find((event) => event.startsWith('revoked'))
    // Only the cooperative protocol lets a member keep what it will have afterwards.
    assert.equal(given, strategy === eager ? 'revoked 0,1,2,3' : given)
    assert.equal(given?.split(',').length, strategy === eager ? PARTITIONS : PARTITIONS / 2)
  })
}

test('a static member that restarts gets its partitions back without a rebalance', async (t) => {
  const topic = await topicWithPartitions('static')
  const events: string[] = []
  const stays = groupConsumer(topic, { 'group.instance.id': 'stays' })
  t.after(() => stays.close())
  await stays.subscribe([topic], recordingListener(events))
  const restarted: string[] = []
  const start = async () => {
    const consumer = groupConsumer(topic, {
      'group.instance.id': 'restarts',
      'session.timeout.ms': '30000',
    })
    await consumer.subscribe([topic], recordingListener(restarted))
    return consumer
  }
  const firstRun = await start()
  await eventually('two members with two partitions', TIMEOUT_MS, async () => {
    await Promise.all([stays.poll(100), firstRun.poll(100)])
    return [stays, firstRun].every((each) => each.assignment().length === PARTITIONS / 2)
  })
  const seen = events.length
  const had = restarted.at(-1)
  await firstRun.close()
  const secondRun = await start()
  t.after(() => secondRun.close())
  await eventually('the restarted member', TIMEOUT_MS, async () => {
    await Promise.all([stays.poll(100), secondRun.poll(100)])
    return secondRun.assignment().length === PARTITIONS / 2
  })
  assert.equal(restarted.at(-1), had)
  assert.equal(events.length, seen, 'the other member noticed nothing')
})

test('a member that does not poll leaves the group; its late commit is refused', async (t) => {
  const topic = await topicWithPartitions('slow')
  const events: string[] = []
  const slow = groupConsumer(topic, { 'max.poll.interval.ms': '1500' })
  t.after(() => slow.close())
  await slow.subscribe([topic], recordingListener(events))
  await eventually('the slow member to join', TIMEOUT_MS, async () => {
    await slow.poll(100)
    return slow.assignment().length === PARTITIONS
  })
  const quick = groupConsumer(topic)
  t.after(() => quick.close())
  await quick.subscribe([topic], recordingListener([]))
  await eventually('the other to take over', TIMEOUT_MS, async () => {
    await quick.poll(100)
    return quick.assignment().length === PARTITIONS
  })
  await assert.rejects(slow.commit([{ topic, partition: 0, offset: 1 }]), { code: /^KAFKA_/ })
  await eventually('the slow member to come back', TIMEOUT_MS, async () => {
    await Promise.all([slow.poll(100), quick.poll(100)])
    return slow.assignment().length === PARTITIONS / 2
  })
  assert.ok(events.includes('lost 0,1,2,3'), events.join('; '))
})

test('a pattern takes topics that appear later', async (t) => {
  const prefix = unique('pattern')
  const group = groupConsumer(prefix, { 'metadata.max.age.ms': '300' })
  t.after(() => group.close())
  const producer = clients.producer(sourceProducer(kafka.bootstrap))
  t.after(() => producer.close(0))
  await produceAll(producer, `${prefix}-a`, [{ value: 'a' }])
  await group.subscribe(new RegExp(`^${prefix}-.*$`), recordingListener([]))
  assert.equal((await pollRecords(group, 1))[0]?.topic, `${prefix}-a`)
  await produceAll(producer, `${prefix}-b`, [{ value: 'b' }])
  // Nothing was committed, so each rebalance begins with the first topic again.
  const topics = new Set<string>()
  await eventually('both topics', TIMEOUT_MS, async () => {
    for (const { topic } of await group.poll(500)) topics.add(topic)
    return topics.has(`${prefix}-a`) && topics.has(`${prefix}-b`)
  })
})

test('offsets of a group: stored, read, changed while it is empty, deleted', async (t) => {
  const topic = await topicWithPartitions('offsets')
  const admin = clients.admin({ 'bootstrap.servers': kafka.bootstrap })
  t.after(() => admin.close())
  const member = groupConsumer(topic)
  await member.subscribe([topic], recordingListener([]))
  await eventually('the member to join', TIMEOUT_MS, async () => {
    await member.poll(100)
    return member.assignment().length === PARTITIONS
  })
  await member.commit([{ topic, partition: 2, offset: 5 }])
  assert.deepEqual(await admin.groupOffsets(topic), [{ topic, partition: 2, offset: 5 }])
  await assert.rejects(admin.alterGroupOffsets(topic, [{ topic, partition: 2, offset: 6 }]), {
    message: /still has members/,
  })
  await assert.rejects(admin.deleteGroup(topic), { message: /still has members/ })
  await member.close()
  await admin.alterGroupOffsets(topic, [{ topic, partition: 2, offset: 6 }])
  await admin.alterGroupOffsets(topic, [{ topic, partition: 3, offset: 1 }])
  await admin.deleteGroupOffsets(topic, [{ topic, partition: 2 }])
  assert.deepEqual(await admin.groupOffsets(topic), [{ topic, partition: 3, offset: 1 }])
  await admin.deleteGroup(topic)
  assert.deepEqual(await admin.groupOffsets(topic), [])
})

test('topics are created once, described, read and deleted; a missing one is refused at once', async (t) => {
  const topic = unique('topics')
  const admin = clients.admin({ 'bootstrap.servers': kafka.bootstrap })
  t.after(() => admin.close())
  const configs = { 'cleanup.policy': 'compact' }
  const created = { name: topic, partitions: 2, replicationFactor: 1, configs }
  assert.deepEqual(await admin.createTopics([created]), [topic])
  assert.deepEqual(await admin.createTopics([created]), [])
  await eventually('the topic', TIMEOUT_MS, async () => (await admin.listTopics()).includes(topic))
  const described = await admin.describeTopics([topic, `${topic}-missing`])
  assert.deepEqual(
    described.map(({ name, partitions }) => ({ name, partitions })),
    [{ name: topic, partitions: 2 }],
  )
  assert.equal((await admin.topicConfigs(topic))['cleanup.policy'], 'compact')
  await admin.deleteTopics([topic])
  await eventually('its end', TIMEOUT_MS, async () => !(await admin.listTopics()).includes(topic))
  const missing = { code: 'KAFKA', message: /UNKNOWN_TOPIC_OR_PARTITION/ }
  await assert.rejects(admin.deleteTopics([topic]), missing)
  await assert.rejects(admin.topicConfigs(topic), missing)
  await assert.rejects(admin.createTopics([{ ...created, replicationFactor: 3 }]), {
    code: 'KAFKA',
    message: /INVALID_REPLICATION_FACTOR/,
  })
})
