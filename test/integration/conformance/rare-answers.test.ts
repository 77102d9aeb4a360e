import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Fields } from '../../../src/protocol/fields.ts'
import type { Encodable, Message } from '../../../src/protocol/message.ts'
import * as configs from '../../../src/protocol/messages/configs.ts'
import * as coordinator from '../../../src/protocol/messages/coordinator.ts'
import * as fetching from '../../../src/protocol/messages/fetch.ts'
import * as groupAdmin from '../../../src/protocol/messages/group-admin.ts'
import * as membership from '../../../src/protocol/messages/group-membership.ts'
import * as groupOffsets from '../../../src/protocol/messages/group-offsets.ts'
import * as offsets from '../../../src/protocol/messages/list-offsets.ts'
import * as producers from '../../../src/protocol/messages/producer-id.ts'
import * as topics from '../../../src/protocol/messages/topics.ts'
import * as transactions from '../../../src/protocol/messages/transactions.ts'
import { connect } from '../../broker/transactions/requests.ts'
import { eventually } from '../../helpers/eventually.ts'
import { sharedTestBroker, type TestBroker } from '../../helpers/test-broker.ts'
import { createTopic, unique } from '../../kafka/conformance/support.ts'

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
const topic = unique('rare')
const nobody = unique('nobody')

before(async () => {
  kafka = await sharedTestBroker()
  await createTopic(kafka.bootstrap, topic, 2)
})
after(() => kafka.stop())

/** A new broker still loads, has no coordinator or is not it yet. */
const notReady = new Set([14, 15, 16])

/** All error codes of an answer, in their order. */
function errorCodes(answer: unknown): readonly number[] {
  const codes: number[] = []
  JSON.stringify(answer, (key, value) => {
    if (/errorCode$/i.test(key) && key !== 'topicConfigErrorCode') codes.push(value)
    return value
  })
  return codes
}

/** A request that clients hardly ever send; the codes are those that Apache Kafka answers. */
function answers<Q extends Fields, S extends Fields>(
  what: string,
  messages: readonly [Message<Q>, Message<S>],
  version: number,
  body: Encodable<Message<Q>>,
  codes: readonly number[],
): void {
  test(what, async (t) => {
    const client = await connect(Number(kafka.bootstrap.split(':')[1]))
    t.after(() => client.close())
    let found: readonly number[] = []
    await eventually('a coordinator that is ready', 60_000, async () => {
      found = errorCodes(await client.ask(messages, version, body))
      return !found.some((code) => notReady.has(code))
    })
    assert.deepEqual(found, codes)
  })
}

const create = (
  what: string,
  name: string,
  numPartitions: number,
  brokerIds: number[][],
  code: number,
) =>
  answers(
    `create a topic ${what}`,
    [topics.createTopicsRequest, topics.createTopicsResponse],
    7,
    {
      topics: [
        {
          name,
          numPartitions,
          replicationFactor: brokerIds.length === 0 ? 1 : -1,
          assignments: brokerIds.map((ids, partitionIndex) => ({ partitionIndex, brokerIds: ids })),
          configs: [],
        },
      ],
    },
    [code],
  )
create('without partitions', nobody, 0, [], 37)
create('on a broker that is not there', nobody, -1, [[77]], 39)
create('named ..', '..', 1, [], 17)
create('with a name of 250 characters', 'x'.repeat(250), 1, [], 17)
create('whose name differs only in . and _', topic.replaceAll('-', '_'), 1, [], 0)

const place = (what: string, timestamp: number, epoch: number, codes: readonly number[]) =>
  answers(
    `look up ${what}`,
    [offsets.listOffsetsRequest, offsets.listOffsetsResponse],
    9,
    {
      replicaId: -1,
      isolationLevel: 0,
      topics: [
        {
          name: topic,
          partitions: [{ partitionIndex: 0, timestamp, currentLeaderEpoch: epoch }],
        },
      ],
      timeoutMs: 1000,
    },
    codes,
  )
place('a place that no version knows', -7, -1, [35])
place('the end, with an epoch to come', -1, 9, [75])

answers(
  'fetch in a session of another broker',
  [fetching.fetchRequest, fetching.fetchResponse],
  12,
  {
    replicaId: -1,
    maxWaitMs: 0,
    minBytes: 1,
    sessionId: 77,
    sessionEpoch: 5,
    topics: [],
    forgottenTopicsData: [],
  },
  [70],
)

const coordinate = (what: string, keyType: number, key: string, code: number) =>
  answers(
    `find the coordinator ${what}`,
    [coordinator.findCoordinatorRequest, coordinator.findCoordinatorResponse],
    4,
    { keyType, coordinatorKeys: [key] },
    [0, code],
  )
coordinate('of a group', 0, nobody, 0)
coordinate('of transactions', 1, nobody, 0)
coordinate('of a type that no version knows', 9, nobody, 42)

const join = (
  what: string,
  groupId: string,
  sessionTimeoutMs: number,
  memberId: string,
  code: number,
) =>
  answers(
    `join a group ${what}`,
    [membership.joinGroupRequest, membership.joinGroupResponse],
    7,
    {
      groupId,
      sessionTimeoutMs,
      rebalanceTimeoutMs: 5000,
      memberId,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
    },
    [code],
  )
join('without a name', '', 10_000, '', 24)
join('for too short a time', nobody, 10, '', 26)
join('for too long a time', nobody, 9_000_000, '', 26)
join('as a member that nobody knows', nobody, 10_000, 'me', 25)

answers(
  'a heartbeat for a group that is not there',
  [membership.heartbeatRequest, membership.heartbeatResponse],
  4,
  { groupId: nobody, generationId: 1, memberId: 'me' },
  [25],
)

const offset = { partitionIndex: 0, committedOffset: 3 }
const commit = (what: string, generation: number, metadata: string | null, code: number) =>
  answers(
    `commit an offset ${what}`,
    [groupOffsets.offsetCommitRequest, groupOffsets.offsetCommitResponse],
    8,
    {
      groupId: `${nobody}-${generation}`,
      generationIdOrMemberEpoch: generation,
      memberId: generation < 0 ? '' : 'me',
      topics: [{ name: topic, partitions: [{ ...offset, committedMetadata: metadata }] }],
    },
    [code],
  )
commit('without a group', -1, null, 0)
commit('in a generation that never was', 3, null, 22)
commit('with a note of 5,000 characters', -1, 'x'.repeat(5000), 12)

answers(
  'delete a group that is not there',
  [groupAdmin.deleteGroupsRequest, groupAdmin.deleteGroupsResponse],
  2,
  { groupsNames: [nobody] },
  [69],
)

const producer = (
  what: string,
  id: string | null,
  timeoutMs: number,
  epoch: number,
  code: number,
) =>
  answers(
    `ask for a producer id ${what}`,
    [producers.initProducerIdRequest, producers.initProducerIdResponse],
    4,
    {
      transactionalId: id,
      transactionTimeoutMs: timeoutMs,
      producerId: -1,
      producerEpoch: epoch,
    },
    [code],
  )
producer('with an empty transactional id', '', 1000, -1, 42)
producer('for transactions without time', nobody, 0, -1, 50)
producer('for transactions of more than 15 minutes', nobody, 900_001, -1, 50)
producer('with an epoch alone', nobody, 1000, 3, 42)

answers(
  'end a transaction of a producer that is not there',
  [transactions.endTxnRequest, transactions.endTxnResponse],
  3,
  { transactionalId: nobody, producerId: 1, producerEpoch: 0, committed: true },
  [49],
)

const describe = (what: string, resourceType: number, resourceName: string, code: number) =>
  answers(
    `describe the settings of ${what}`,
    [configs.describeConfigsRequest, configs.describeConfigsResponse],
    4,
    { resources: [{ resourceType, resourceName, configurationKeys: null }] },
    [code],
  )
describe('a topic that is not there', 2, nobody, 3)
describe('a topic with a name that none can have', 2, 'no spaces', 17)
describe('a broker that is not there', 4, '77', 42)
