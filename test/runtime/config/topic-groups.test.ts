import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topicGroups } from '../../../src/runtime/config/topic-groups.ts'

const fine = {
  'topic.creation.groups': 'g',
  'topic.creation.default.partitions': '1',
  'topic.creation.default.replication.factor': '1',
  'topic.creation.g.include': 'a.*',
}

// Recorded from Apache Kafka Connect.
const wrong: ReadonlyArray<
  [what: string, props: Record<string, string>, message: string | RegExp]
> = [
  [
    'without a default replication factor',
    { 'topic.creation.groups': 'g' },
    'Missing required configuration "topic.creation.default.replication.factor" which has no default value.',
  ],
  [
    'with 0 partitions',
    { ...fine, 'topic.creation.default.partitions': '0' },
    "Invalid value 0 for configuration partitions: Number of partitions must be positive, or -1 to use the broker's default",
  ],
  [
    'with -2 replicas in a group',
    { ...fine, 'topic.creation.g.replication.factor': '-2' },
    "Invalid value -2 for configuration replication.factor: Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
  ],
  [
    'with a wrong pattern',
    { ...fine, 'topic.creation.g.include': '[' },
    /^Invalid value \[\[\] for configuration include: Syntax error in regular expression: /,
  ],
]

for (const [what, props, message] of wrong) {
  test(`topic creation ${what} is refused`, () => {
    assert.throws(() => topicGroups(props), { code: 'CONFIG_INVALID', message })
  })
}

test('patterns of the default group do not count: it takes what no other group takes', () => {
  const groups = topicGroups({ ...fine, 'topic.creation.default.exclude': 'b.*' }) ?? []
  const nameOf = (topic: string) => groups.find(({ matches }) => matches(topic))?.name
  assert.deepEqual(['a1', 'xa', 'b1'].map(nameOf), ['g', 'default', 'default'])
})
