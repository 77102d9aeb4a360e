import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Broker, openBroker } from '../../../src/broker/broker.ts'
import { brokerConfig } from '../../../src/broker/broker-config.ts'
import { ManualClock } from '../../../src/broker/clock.ts'
import type { CommittedOffset } from '../../../src/broker/groups/group-offsets.ts'
import { errorCode } from '../../../src/protocol/error-codes.ts'
import { temporaryFolder } from '../../helpers/worker.ts'
import { joinRequest, noIdentity, SESSION_MS } from './group-driver.ts'

const DAY_MS = 24 * 3600 * 1000
const producer = { producerId: 7, producerEpoch: 0 }

/** Starts a broker, and again with the same data whenever asked. */
function restartable(t: TestContext): { readonly clock: ManualClock; start(): Promise<Broker> } {
  const folder = temporaryFolder()
  const clock = new ManualClock()
  let running: Broker | null = null
  t.after(async () => {
    await running?.close()
    folder.remove()
  })
  return {
    clock,
    async start() {
      await running?.close()
      running = await openBroker(brokerConfig({ clock, dataDir: folder.path }))
      return running
    },
  }
}

function offsetAt(clock: ManualClock, offset: number, topic = 't'): CommittedOffset {
  const value = {
    offset,
    leaderEpoch: -1,
    metadata: 'note',
    commitTimestamp: clock.now(),
    expireTimestamp: -1,
    topicId: 'AAAAAAAAAAAAAAAAAAAAAA',
  }
  return { topic, partition: 0, value }
}

function simpleCommit(clock: ManualClock, offset: number, groupId = 'g') {
  return { groupId, ...noIdentity, offsets: [offsetAt(clock, offset)] }
}

async function stableGroup(
  { groups }: Broker,
  groupId = 'g',
  more: Partial<typeof joinRequest> = {},
) {
  const joined = await groups.join(groupId, { ...joinRequest, ...more })
  const member = {
    memberId: joined.memberId,
    instanceId: more.instanceId ?? null,
    generation: joined.generationId,
  }
  const assignments = new Map([[joined.memberId, Buffer.from('mine')]])
  const none = { protocolType: null, protocolName: null }
  assert.equal((await groups.sync(groupId, { ...member, ...none, assignments })).errorCode, 0)
  return member
}

function committed(broker: Broker, groupId = 'g', topic = 't'): number | undefined {
  return broker.groups.get(groupId)?.offsets.get(topic, 0)?.offset
}

function groupIds(broker: Broker): string[] {
  return Array.from(broker.groups.all(), ({ id }) => id)
}

test('offsets survive a restart, also of a group that never had a member', async (t) => {
  const { clock, start } = restartable(t)
  const first = await start()
  assert.equal(await first.groups.commit(simpleCommit(clock, 5)), errorCode.NONE)
  assert.equal(await first.groups.commit(simpleCommit(clock, 6)), errorCode.NONE)
  const second = await start()
  assert.equal(committed(second), 6)
  assert.equal(second.groups.get('g')?.offsets.get('t', 0)?.metadata, 'note')
})

test('members survive a restart if they show up within their session', async (t) => {
  const { clock, start } = restartable(t)
  const member = await stableGroup(await start())
  const { groups } = await start()
  assert.equal(groups.get('g')?.cycle.state, 'Stable')
  clock.advance(SESSION_MS - 1)
  assert.equal(groups.heartbeat('g', member), errorCode.NONE)
  clock.advance(SESSION_MS)
  assert.equal(groups.heartbeat('g', member), errorCode.UNKNOWN_MEMBER_ID)
  assert.equal(groups.get('g')?.cycle.state, 'Empty')
})

test('a static member comes back to a restarted broker: no rebalance', async (t) => {
  const { start } = restartable(t)
  const named = { instanceId: 'worker-1' }
  await stableGroup(await start(), 'g', named)
  const { groups } = await start()
  const joined = await groups.join('g', { ...joinRequest, ...named })
  assert.deepEqual([joined.generationId, joined.skipAssignment], [1, true])
})

test('a deleted group is gone with its offsets, also after a restart', async (t) => {
  const { clock, start } = restartable(t)
  const { groups } = await start()
  await groups.commit(simpleCommit(clock, 5))
  const { memberId } = await stableGroup(await start())
  const second = await start()
  assert.equal(await second.groups.delete('g'), errorCode.NON_EMPTY_GROUP)
  second.groups.leave('g', [{ memberId, instanceId: null }])
  assert.equal(await second.groups.delete('g'), errorCode.NONE)
  assert.equal(await second.groups.delete('g'), errorCode.GROUP_ID_NOT_FOUND)
  assert.deepEqual(groupIds(await start()), [])
})

for (const isCommit of [true, false]) {
  const what = isCommit ? 'committed' : 'aborted'
  test(`offsets of a transaction wait for its end, across a restart: ${what}`, async (t) => {
    const { clock, start } = restartable(t)
    const first = await start()
    await first.groups.commit(simpleCommit(clock, 1))
    await first.groups.stageTransactional(producer, simpleCommit(clock, 2))
    assert.equal(first.groups.get('g')?.offsets.isUnstable('t', 0), true)
    const second = await start()
    assert.equal(committed(second), 1)
    assert.equal(second.groups.get('g')?.offsets.isUnstable('t', 0), true)

    second.topics
      .partition('__consumer_offsets', 0)
      ?.appendTransactionEnd({ ...producer, isCommit, coordinatorEpoch: 0 })
    second.groups.completeTransaction(producer.producerId, isCommit)
    for (const broker of [second, await start()]) {
      assert.equal(committed(broker), isCommit ? 2 : 1)
      assert.equal(broker.groups.get('g')?.offsets.isUnstable('t', 0), false)
    }
  })
}

test('a commit for a generation of an unknown group is refused', async (t) => {
  const { clock, start } = restartable(t)
  const { groups } = await start()
  const request = { ...simpleCommit(clock, 1), memberId: 'm', generation: 3 }
  assert.equal(await groups.commit(request), errorCode.GROUP_ID_NOT_FOUND)
  assert.equal(await groups.stageTransactional(producer, request), errorCode.ILLEGAL_GENERATION)
  assert.equal(groups.get('g'), null)
})

test('offsets can be deleted in topics that nobody consumes', async (t) => {
  const { clock, start } = restartable(t)
  const broker = await start()
  const { groups } = broker
  assert.equal(groups.admitDeletion('g'), errorCode.GROUP_ID_NOT_FOUND)
  await groups.commit(simpleCommit(clock, 1))
  await groups.commit({ ...simpleCommit(clock, 1), offsets: [offsetAt(clock, 1, 'other')] })
  const subscription = Buffer.from([0, 0, 0, 0, 0, 1, 0, 1, 0x74, 255, 255, 255, 255])
  await stableGroup(broker, 'g', { protocols: [{ name: 'range', metadata: subscription }] })
  const at = { partition: 0 }
  assert.equal(groups.admitDeletion('g'), errorCode.NONE)
  assert.equal(
    await groups.deleteOffset('g', { ...at, topic: 't' }),
    errorCode.GROUP_SUBSCRIBED_TO_TOPIC,
  )
  assert.equal(await groups.deleteOffset('g', { ...at, topic: 'other' }), errorCode.NONE)
  const again = await start()
  assert.deepEqual([committed(again), committed(again, 'g', 'other')], [1, undefined])

  await stableGroup(again, 'workers', { protocolType: 'connect' })
  assert.equal(again.groups.admitDeletion('workers'), errorCode.NON_EMPTY_GROUP)
})

test('a topic takes its offsets with it', async (t) => {
  const { clock, start } = restartable(t)
  const broker = await start()
  await broker.groups.commit(simpleCommit(clock, 1))
  broker.groups.forgetTopic('t')
  assert.equal(committed(broker), undefined)
  assert.equal(committed(await start()), undefined)
})

test('offsets that nobody used for a week are forgotten, and groups without any', async (t) => {
  const { clock, start } = restartable(t)
  const broker = await start()
  const long = { sessionTimeoutMs: 30 * 60_000 }
  const { memberId } = await stableGroup(broker, 'left', long)
  await broker.groups.commit(simpleCommit(clock, 1, 'simple'))
  await broker.groups.commit({ ...simpleCommit(clock, 1, 'left'), memberId, generation: 1 })
  clock.advance(20 * 60_000)
  broker.groups.leave('left', [{ memberId, instanceId: null }])
  clock.advance(7 * DAY_MS - 10 * 60_000)
  assert.deepEqual(groupIds(broker), ['left'])
  clock.advance(20 * 60_000)
  assert.deepEqual(groupIds(broker), [])
  assert.deepEqual(groupIds(await start()), [])
})

test('session time-outs have limits, groups a name', async (t) => {
  const { start } = restartable(t)
  const { groups } = await start()
  for (const sessionTimeoutMs of [5999, 30 * 60_000 + 1]) {
    const refused = await groups.join('g', { ...joinRequest, sessionTimeoutMs })
    assert.equal(refused.errorCode, errorCode.INVALID_SESSION_TIMEOUT)
  }
  assert.equal((await groups.join('', joinRequest)).errorCode, errorCode.INVALID_GROUP_ID)
  const stranger = await groups.join('g', { ...joinRequest, memberId: 'm' })
  assert.equal(stranger.errorCode, errorCode.UNKNOWN_MEMBER_ID)
  const refused = await groups.join('g', { ...joinRequest, protocols: [] })
  assert.equal(refused.errorCode, errorCode.INCONSISTENT_GROUP_PROTOCOL)
  assert.deepEqual([...groups.all()], [])
})
