import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../../src/base/errors.ts'
import {
  ensureInternalTopic,
  type InternalTopic,
} from '../../../src/cluster/distributed/internal-topics.ts'
import type { Admin, NewTopic } from '../../../src/kafka/client.ts'
import { FakeClock, settle } from '../../helpers/fake-clock.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'

const topic: InternalTopic = {
  name: 'connect-configs',
  setting: 'config.storage.topic',
  purpose: 'configurations of connectors',
  partitions: 1,
  isOrdered: true,
  replicationFactor: 3,
  configs: { 'min.insync.replicas': '2' },
  bootstrapServers: 'a:9092,b:9092',
}

/** A broker with one topic, or none. */
function adminOf(
  existing: { readonly partitions: number; readonly policy: string } | null,
  create: (topics: readonly NewTopic[]) => readonly string[] = (topics) =>
    topics.map(({ name }) => name),
): Admin {
  const parts: Partial<Admin> = {
    describeTopics: async ([name = '']) =>
      existing === null ? [] : [{ name, id: name, partitions: existing.partitions }],
    createTopics: async (topics) => create(topics),
    topicConfigs: async () => (existing === null ? {} : { 'cleanup.policy': existing.policy }),
  }
  return parts as Admin
}

const ensure = (admin: Admin, clock = new FakeClock(), of = topic) =>
  ensureInternalTopic(of, { admin, clock, logger: silentLogger })

test('a topic that is missing is created, compacted, with the settings of the worker', async () => {
  const created: NewTopic[] = []
  await ensure(
    adminOf(null, (topics) => {
      created.push(...topics)
      return topics.map(({ name }) => name)
    }),
  )
  assert.deepEqual(created, [
    {
      name: 'connect-configs',
      partitions: 1,
      replicationFactor: 3,
      configs: { 'min.insync.replicas': '2', 'cleanup.policy': 'compact' },
    },
  ])
})

for (const policy of ['delete', 'compact,delete']) {
  test(`cleanup.policy=${policy} is refused with the command that repairs it`, async () => {
    await assert.rejects(ensure(adminOf({ partitions: 1, policy })), {
      code: 'CONFIG_INVALID',
      message: `Topic connect-configs (config.storage.topic) has cleanup.policy=${policy}, with which Kafka would delete configurations of connectors that are still needed. Repair it with: kafka-configs.sh --bootstrap-server a:9092,b:9092 --alter --entity-type topics --entity-name connect-configs --add-config cleanup.policy=compact`,
    })
  })
}

test('a config topic with several partitions is refused', async () => {
  await assert.rejects(ensure(adminOf({ partitions: 3, policy: 'compact' })), {
    code: 'CONFIG_INVALID',
    message: /has 3 partitions and may only have one/,
  })
})

test('another topic may have more partitions than the worker would create', () => {
  const statuses = { ...topic, setting: 'status.storage.topic', isOrdered: false }
  return ensure(adminOf({ partitions: 5, policy: 'compact' }), new FakeClock(), statuses)
})

test('a compacted topic is taken as it is', () =>
  ensure(adminOf({ partitions: 1, policy: 'compact' })))

test('a topic that another worker creates at the same time is checked when it is known', async () => {
  let asked = 0
  const clock = new FakeClock()
  const missing = new ConnectError('failed with UNKNOWN_TOPIC_OR_PARTITION', { code: 'KAFKA' })
  const admin = {
    ...adminOf(null, () => []),
    topicConfigs: async () => {
      if (++asked < 4) throw missing
      return { 'cleanup.policy': 'delete' }
    },
  }
  const refused = assert.rejects(ensure(admin, clock), { message: /has cleanup\.policy=delete/ })
  for (let turn = 0; turn < 3; turn++) {
    await settle()
    await clock.advance(100)
  }
  await refused
})

test('brokers that are still starting are waited for', async () => {
  let tries = 0
  const clock = new FakeClock()
  const done = ensure(
    adminOf(null, (topics) => {
      if (++tries < 3) {
        throw new ConnectError('creating failed with INVALID_REPLICATION_FACTOR', { code: 'KAFKA' })
      }
      return topics.map(({ name }) => name)
    }),
    clock,
  )
  for (let turn = 0; turn < 3; turn++) {
    await settle()
    await clock.advance(1000)
  }
  await done
  assert.equal(tries, 3)
})

test('a worker that may not create topics tells who may what to do', async () => {
  const warnings: string[] = []
  const admin = adminOf(null, () => {
    throw new ConnectError('creating failed with TOPIC_AUTHORIZATION_FAILED', { code: 'KAFKA' })
  })
  const warn = (text: string) => warnings.push(text)
  const logger = { ...silentLogger, warn }
  await ensureInternalTopic(topic, { admin, clock: new FakeClock(), logger })
  assert.match(
    warnings[0] ?? '',
    /TOPIC_AUTHORIZATION_FAILED\. Topic connect-configs \(config\.storage\.topic\) has to be there then.* kafka-topics\.sh --bootstrap-server a:9092,b:9092 --create --topic connect-configs --partitions 1 --config cleanup\.policy=compact$/,
  )
})

test('brokers that stay too few: the error names the setting to change', async () => {
  const clock = new FakeClock()
  const done = ensure(
    adminOf(null, () => {
      throw new ConnectError('creating failed with INVALID_REPLICATION_FACTOR', { code: 'KAFKA' })
    }),
    clock,
  )
  const refused = assert.rejects(done, {
    message:
      /INVALID_REPLICATION_FACTOR.*, or set config.storage.replication.factor to their number/,
  })
  for (let turn = 0; turn < 65; turn++) {
    await settle()
    await clock.advance(1000)
  }
  await refused
})
