import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../src/base/errors.ts'
import type { Admin, NewTopic } from '../../src/kafka/client.ts'
import { topicGroups } from '../../src/runtime/config/topic-groups.ts'
import { topicCreation } from '../../src/runtime/topic-creation.ts'
import { MemoryLogger } from './fakes.ts'

const props = {
  'topic.creation.groups': 'logs, compacted',
  'topic.creation.default.partitions': '5',
  'topic.creation.default.replication.factor': '3',
  'topic.creation.default.retention.ms': '1000',
  'topic.creation.logs.include': 'log-.*,audit',
  'topic.creation.logs.exclude': 'log-private.*',
  'topic.creation.logs.partitions': '1',
  'topic.creation.logs.cleanup.policy': 'delete',
  'topic.creation.compacted.include': '.*-state',
}

/** Admin with some topics; creates those that it may. */
function fakeAdmin(existing: readonly string[], refused: readonly string[] = []) {
  const created: NewTopic[] = []
  const topics = new Set(existing)
  let open = 0
  const admin: Pick<Admin, 'describeTopics' | 'createTopics' | 'close'> = {
    describeTopics: async (names) =>
      names.filter((name) => topics.has(name)).map((name) => ({ name, id: name, partitions: 1 })),
    createTopics: async (wanted) => {
      const allowed = wanted.filter(({ name }) => !refused.includes(name))
      created.push(...allowed)
      for (const { name } of allowed) topics.add(name)
      return allowed.map(({ name }) => name)
    },
    close: async () => {
      open--
    },
  }
  const openAdmin = () => {
    open++
    return admin as Admin
  }
  const ensure = topicCreation(openAdmin, topicGroups(props) ?? [], new MemoryLogger())
  return { created, ensure, topics, open: () => open }
}

test('a connector without topic.creation settings leaves topics to the broker', () => {
  assert.equal(topicGroups({ name: 'c' }), null)
})

test('the first group that matches makes the topic, with what the default group gives', async () => {
  const { created, ensure, open } = fakeAdmin([])
  for (const topic of ['log-a', 'audit', 'log-private-a', 'x-state', 'other']) await ensure(topic)
  const fallback = { partitions: 5, replicationFactor: 3, configs: { 'retention.ms': '1000' } }
  const logs = { partitions: 1, replicationFactor: 3, configs: { 'cleanup.policy': 'delete' } }
  assert.deepEqual(created, [
    { name: 'log-a', ...logs },
    { name: 'audit', ...logs },
    { name: 'log-private-a', ...fallback },
    { name: 'x-state', partitions: 5, replicationFactor: 3, configs: {} },
    { name: 'other', ...fallback },
  ])
  assert.equal(open(), 0, 'no client stays open')
})

test('a topic that exists, or that another task has just made, stays as it is', async () => {
  const { created, ensure, topics } = fakeAdmin(['there'], ['raced'])
  await ensure('there')
  topics.add('raced')
  await ensure('raced')
  assert.deepEqual(created, [])
})

const failures: ReadonlyArray<[code: 'KAFKA' | 'KAFKA_TIMEOUT', retriable: boolean, RegExp]> = [
  ['KAFKA', false, /^Unable to create topic\(s\) 'failing': retention\.ms is no number$/],
  ['KAFKA_TIMEOUT', true, /^Timed out while checking for or creating topic\(s\) 'failing'\. /],
]
for (const [code, retriable, message] of failures) {
  test(`a failure of ${code} names the topic, and is ${retriable ? '' : 'not '}tried again`, async () => {
    const admin = {
      describeTopics: async () => [],
      createTopics: () => Promise.reject(new ConnectError('retention.ms is no number', { code })),
      close: async () => {},
    }
    const openAdmin = () => admin as unknown as Admin
    const ensure = topicCreation(openAdmin, topicGroups(props) ?? [], new MemoryLogger())
    await assert.rejects(ensure('failing'), {
      code: retriable ? code : 'CONNECT_FAILED',
      retriable,
      message,
    })
  })
}

test('a topic that can neither be made nor found fails with its name', async () => {
  const { ensure } = fakeAdmin([], ['forbidden'])
  await assert.rejects(ensure('forbidden'), {
    code: 'CONNECT_FAILED',
    message: /Task failed to create new topic forbidden/,
  })
})
