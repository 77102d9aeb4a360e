import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { field } from '../../../src/protocol/fields.ts'
import { defineMessage } from '../../../src/protocol/message.ts'
import { heartbeatRequest } from '../../../src/protocol/messages/group-membership.ts'
import { fetchKafka, kafkaHome } from '../../helpers/apache-kafka.ts'
import { allMessages } from '../../protocol/all-messages.ts'
import { describeDefinition, describeMessage, parseDefinition } from './definitions.ts'
import { readJar } from './jar.ts'

fetchKafka()
const [jar = ''] = globSync(join(kafkaHome, 'lib/kafka-clients-*.jar'))
const definitions = readJar(jar, 'common/message/')

const apis = [
  ...['AddOffsetsToTxn', 'AddPartitionsToTxn', 'AlterConfigs', 'ApiVersions', 'CreatePartitions'],
  ...['CreateTopics', 'DeleteGroups', 'DeleteRecords', 'DeleteTopics', 'DescribeCluster'],
  ...['DescribeConfigs', 'DescribeGroups', 'DescribeLogDirs', 'DescribeProducers'],
  ...['DescribeTransactions', 'EndTxn', 'Fetch', 'FindCoordinator', 'Heartbeat'],
  ...['IncrementalAlterConfigs', 'InitProducerId', 'JoinGroup', 'LeaveGroup', 'ListGroups'],
  ...['ListOffsets', 'ListTransactions', 'Metadata', 'OffsetCommit', 'OffsetDelete'],
  ...['OffsetFetch', 'OffsetForLeaderEpoch', 'Produce', 'SaslAuthenticate', 'SaslHandshake'],
  ...['SyncGroup', 'TxnOffsetCommit', 'WriteTxnMarkers'],
]

function defined(name: string): string[] {
  return describeDefinition(parseDefinition(definitions.get(`${name}.json`) ?? 'null'))
}

test('request and response of every API are declared, and the consumer protocol', () => {
  assert.deepEqual(
    new Set(allMessages.keys()),
    new Set([
      ...apis.flatMap((api) => [`${api}Request`, `${api}Response`]),
      'ConsumerProtocolAssignment',
      'ConsumerProtocolSubscription',
    ]),
  )
})

for (const [name, message] of allMessages) {
  test(`${name} is declared as Apache Kafka defines it`, () => {
    assert.deepEqual(describeMessage(message), defined(name))
  })
}

const planted = [
  {
    what: 'version',
    fields: { groupInstanceId: field('string', { since: 2, nullable: 0, default: null }) },
  },
  {
    what: 'nullability',
    fields: { groupInstanceId: field('string', { since: 3, default: null }) },
  },
  { what: 'type', fields: { generationId: field('int64') } },
  { what: 'tag', fields: { memberId: field('string', { tag: 0 }) } },
  { what: 'default', fields: { generationId: field('int32', { default: -1 }) } },
]

for (const { what, fields } of planted) {
  test(`a wrong ${what} of one field is found`, () => {
    const changed = defineMessage({
      ...heartbeatRequest,
      fields: { ...heartbeatRequest.fields, ...fields },
    })
    const wrong = describeMessage(changed).filter(
      (line) => !defined('HeartbeatRequest').includes(line),
    )
    assert.equal(wrong.length, 1)
  })
}

test('a wrong flexible version is found', () => {
  const changed = defineMessage({ ...heartbeatRequest, flexibleSince: 3 })
  assert.notDeepEqual(describeMessage(changed), defined('HeartbeatRequest'))
})
