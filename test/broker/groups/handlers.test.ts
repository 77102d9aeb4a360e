import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type RunningBroker, startBroker } from '../../../src/broker/index.ts'
import { errorCode } from '../../../src/protocol/error-codes.ts'
import * as coordinator from '../../../src/protocol/messages/coordinator.ts'
import * as admin from '../../../src/protocol/messages/group-admin.ts'
import * as membership from '../../../src/protocol/messages/group-membership.ts'
import * as offsets from '../../../src/protocol/messages/group-offsets.ts'
import { createTopicsRequest, createTopicsResponse } from '../../../src/protocol/messages/topics.ts'
import { connect, type RequestClient } from '../transactions/requests.ts'

// What Apache Kafka 4.3.1 answers to the same requests.

const findCoordinator = [
  coordinator.findCoordinatorRequest,
  coordinator.findCoordinatorResponse,
] as const
const joinGroup = [membership.joinGroupRequest, membership.joinGroupResponse] as const
const syncGroup = [membership.syncGroupRequest, membership.syncGroupResponse] as const
const heartbeat = [membership.heartbeatRequest, membership.heartbeatResponse] as const
const leaveGroup = [membership.leaveGroupRequest, membership.leaveGroupResponse] as const
const offsetCommit = [offsets.offsetCommitRequest, offsets.offsetCommitResponse] as const
const offsetFetch = [offsets.offsetFetchRequest, offsets.offsetFetchResponse] as const
const describeGroups = [admin.describeGroupsRequest, admin.describeGroupsResponse] as const
const listGroups = [admin.listGroupsRequest, admin.listGroupsResponse] as const
const deleteGroups = [admin.deleteGroupsRequest, admin.deleteGroupsResponse] as const
const offsetDelete = [admin.offsetDeleteRequest, admin.offsetDeleteResponse] as const

let broker: RunningBroker
let client: RequestClient

before(async () => {
  broker = await startBroker()
  client = await connect(broker.port)
  await client.ask([createTopicsRequest, createTopicsResponse], 5, {
    topics: [{ name: 't', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 1000,
  })
})
after(async () => {
  client.close()
  await broker.stop()
})

function joinRequest(groupId: string, memberId = '') {
  return {
    groupId,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    memberId,
    protocolType: 'connect',
    protocols: [{ name: 'compatible', metadata: Buffer.from('state') }],
  }
}

/** A member alone in its group. */
async function stableMember(groupId: string) {
  const { memberId } = await client.ask(joinGroup, 9, joinRequest(groupId))
  const { generationId } = await client.ask(joinGroup, 9, joinRequest(groupId, memberId))
  const member = { groupId, memberId, generationId }
  await client.ask(syncGroup, 3, {
    ...member,
    assignments: [{ memberId, assignment: Buffer.from('work') }],
  })
  return member
}

function commit(apiVersion: number, groupId: string, more: { generation?: number } = {}) {
  return client.ask(offsetCommit, apiVersion, {
    groupId,
    memberId: more.generation === undefined ? '' : 'somebody',
    generationIdOrMemberEpoch: more.generation ?? -1,
    topics: [
      {
        name: 't',
        partitions: [
          { partitionIndex: 0, committedOffset: 3, committedMetadata: 'note' },
          { partitionIndex: 1, committedOffset: 3, committedMetadata: 'x'.repeat(4097) },
          { partitionIndex: 2, committedOffset: 3, committedMetadata: null },
        ],
      },
    ],
  })
}

test('this broker coordinates groups and transactions, one or many at once', async () => {
  const one = await client.ask(findCoordinator, 0, { key: 'g' })
  assert.deepEqual([one.host, one.port, one.errorCode], ['127.0.0.1', broker.port, 0])
  const { coordinators } = await client.ask(findCoordinator, 4, {
    keyType: 1,
    coordinatorKeys: ['a', 'b'],
  })
  assert.deepEqual(
    coordinators.map(({ key, port }) => [key, port]),
    [
      ['a', broker.port],
      ['b', broker.port],
    ],
  )
  const strange = await client.ask(findCoordinator, 2, { key: 'g', keyType: 5 })
  assert.equal(strange.errorCode, errorCode.INVALID_REQUEST)
})

test('old clients become members at once, newer ones are told their id first', async () => {
  const old = await client.ask(joinGroup, 0, joinRequest('old'))
  assert.deepEqual([old.errorCode, old.generationId], [errorCode.NONE, 1])
  const newer = await client.ask(joinGroup, 4, joinRequest('newer'))
  assert.deepEqual(
    [newer.errorCode, newer.generationId, newer.protocolName],
    [errorCode.MEMBER_ID_REQUIRED, -1, ''],
  )
  const newest = await client.ask(joinGroup, 9, joinRequest('newest'))
  assert.equal(newest.protocolName, null)
  const joined = await client.ask(joinGroup, 9, joinRequest('newest', newest.memberId))
  assert.deepEqual([joined.protocolType, joined.protocolName], ['connect', 'compatible'])
})

test('a sync has to name the protocol from version 5 on', async () => {
  const member = { ...(await stableMember('sync')), assignments: [] }
  const named = { protocolType: 'connect', protocolName: 'compatible' }
  assert.equal(
    (await client.ask(syncGroup, 5, member)).errorCode,
    errorCode.INCONSISTENT_GROUP_PROTOCOL,
  )
  const { assignment } = await client.ask(syncGroup, 5, { ...member, ...named })
  assert.equal(assignment.toString(), 'work')
})

test('a stable group is described with what its members said, and is listed', async () => {
  const { memberId } = await stableMember('described')
  const { groups } = await client.ask(describeGroups, 5, { groups: ['described'] })
  const [group] = groups
  assert.deepEqual(
    { ...group, members: [] },
    {
      errorCode: 0,
      errorMessage: null,
      groupId: 'described',
      groupState: 'Stable',
      protocolType: 'connect',
      protocolData: 'compatible',
      members: [],
      authorizedOperations: -(2 ** 31),
    },
  )
  assert.deepEqual(group?.members, [
    {
      memberId,
      groupInstanceId: null,
      clientId: 'test',
      clientHost: '/127.0.0.1',
      memberMetadata: Buffer.from('state'),
      memberAssignment: Buffer.from('work'),
    },
  ])
  const named = async (statesFilter: string[]) => {
    const listed = await client.ask(listGroups, 5, { statesFilter })
    return listed.groups.find(({ groupId }) => groupId === 'described')?.groupState
  }
  assert.deepEqual(
    [await named([]), await named(['STABLE']), await named(['Empty'])],
    ['Stable', 'Stable', undefined],
  )
  const others = await client.ask(listGroups, 5, { typesFilter: ['consumer'] })
  assert.deepEqual(others.groups, [])
})

test('an unknown group is Dead to older clients, an error to newer ones', async () => {
  for (const [apiVersion, code] of [
    [5, errorCode.NONE],
    [6, errorCode.GROUP_ID_NOT_FOUND],
  ] as const) {
    const { groups } = await client.ask(describeGroups, apiVersion, { groups: ['unknown'] })
    assert.deepEqual([groups[0]?.groupState, groups[0]?.errorCode], ['Dead', code])
  }
  const commits = [await commit(8, 'unknown', { generation: 3 })]
  commits.push(await commit(9, 'unknown', { generation: 3 }))
  assert.deepEqual(
    commits.map(({ topics }) => topics[0]?.partitions[0]?.errorCode),
    [errorCode.ILLEGAL_GENERATION, errorCode.GROUP_ID_NOT_FOUND],
  )
})

test('a member leaves by itself, or several by name, each with an error of its own', async () => {
  const { memberId } = await stableMember('leaving')
  const many = await client.ask(leaveGroup, 5, {
    groupId: 'leaving',
    members: [{ memberId }, { memberId: 'nobody' }, { memberId: '', groupInstanceId: 'i' }],
  })
  assert.equal(many.errorCode, errorCode.NONE)
  assert.deepEqual(
    many.members.map((member) => member.errorCode),
    [errorCode.NONE, errorCode.UNKNOWN_MEMBER_ID, errorCode.UNKNOWN_MEMBER_ID],
  )
  const one = await client.ask(leaveGroup, 2, { groupId: 'leaving', memberId })
  assert.equal(one.errorCode, errorCode.UNKNOWN_MEMBER_ID)
  const member = { groupId: 'leaving', generationId: 1, memberId }
  assert.equal((await client.ask(heartbeat, 4, member)).errorCode, errorCode.UNKNOWN_MEMBER_ID)
})

test('offsets: stored one by one, read by partition or all, of one group or many', async () => {
  const { topics } = await commit(9, 'simple')
  assert.deepEqual(
    topics[0]?.partitions.map((partition) => partition.errorCode),
    [errorCode.NONE, errorCode.OFFSET_METADATA_TOO_LARGE, errorCode.UNKNOWN_TOPIC_OR_PARTITION],
  )
  const some = await client.ask(offsetFetch, 1, {
    groupId: 'simple',
    topics: [{ name: 't', partitionIndexes: [0, 1] }],
  })
  assert.deepEqual(
    some.topics[0]?.partitions.map(({ committedOffset, metadata }) => [committedOffset, metadata]),
    [
      [3, 'note'],
      [-1, ''],
    ],
  )
  const all = await client.ask(offsetFetch, 7, { groupId: 'simple', topics: null })
  assert.equal(all.topics[0]?.partitions.length, 1)
  const { groups } = await client.ask(offsetFetch, 9, {
    groups: [
      { groupId: 'simple', topics: null },
      { groupId: 'unknown', topics: null },
    ],
  })
  assert.deepEqual(
    groups.map(({ groupId, errorCode: code, topics: found }) => [groupId, code, found.length]),
    [
      ['simple', 0, 1],
      ['unknown', 0, 0],
    ],
  )
})

test('offsets and groups are deleted where nobody needs them', async () => {
  await commit(9, 'deleted')
  const remove = (groupId: string) =>
    client.ask(offsetDelete, 0, {
      groupId,
      topics: [{ name: 't', partitions: [{ partitionIndex: 0 }, { partitionIndex: 9 }] }],
    })
  const { topics } = await remove('deleted')
  assert.deepEqual(
    topics[0]?.partitions.map((partition) => partition.errorCode),
    [errorCode.NONE, errorCode.UNKNOWN_TOPIC_OR_PARTITION],
  )
  assert.equal((await remove('unknown')).errorCode, errorCode.GROUP_ID_NOT_FOUND)
  await stableMember('busy')
  assert.equal((await remove('busy')).errorCode, errorCode.NON_EMPTY_GROUP)
  const { results } = await client.ask(deleteGroups, 2, {
    groupsNames: ['deleted', 'unknown', 'busy'],
  })
  assert.deepEqual(
    results.map((result) => result.errorCode),
    [errorCode.NONE, errorCode.GROUP_ID_NOT_FOUND, errorCode.NON_EMPTY_GROUP],
  )
})
