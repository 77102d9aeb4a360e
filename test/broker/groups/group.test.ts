import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode } from '../../../src/protocol/error-codes.ts'
import {
  GroupDriver,
  joinRequest,
  noIdentity,
  only,
  protocols,
  REBALANCE_MS,
  SESSION_MS,
  settled,
} from './group-driver.ts'

test('the first member leads generation 1 and gets what it assigns', async () => {
  const driver = new GroupDriver()
  assert.equal(driver.group.cycle.state, 'Empty')
  const joined = await driver.join()
  assert.equal(driver.group.cycle.state, 'CompletingRebalance')
  assert.deepEqual(
    { ...joined, memberId: '', leader: joined.leader === joined.memberId, members: [] },
    {
      errorCode: errorCode.NONE,
      generationId: 1,
      protocolType: 'consumer',
      protocolName: 'range',
      leader: true,
      skipAssignment: false,
      memberId: '',
      members: [],
    },
  )
  assert.deepEqual(joined.members, [
    { memberId: joined.memberId, groupInstanceId: null, metadata: Buffer.from('a') },
  ])
  const synced = await driver.sync(joined, { [joined.memberId]: 'all' })
  assert.equal(synced.assignment.toString(), 'all')
  assert.equal(driver.group.cycle.state, 'Stable')
  assert.equal(driver.written.at(-1)?.members[0]?.assignment.toString(), 'all')
})

test('a client that can is told its id before it counts as a member', async () => {
  const driver = new GroupDriver()
  const refused = await driver.join({ isIdRequired: true })
  assert.equal(refused.errorCode, errorCode.MEMBER_ID_REQUIRED)
  assert.match(refused.memberId, /^client-[0-9a-f-]{36}$/)
  assert.equal(driver.group.cycle.state, 'Empty')
  const joined = await driver.join({ isIdRequired: true, memberId: refused.memberId })
  assert.equal(joined.errorCode, errorCode.NONE)
  assert.equal(joined.memberId, refused.memberId)
})

test('an id that was given out is void after the session time-out', async () => {
  const driver = new GroupDriver()
  const { memberId } = await driver.join({ isIdRequired: true })
  driver.clock.advance(SESSION_MS)
  assert.equal((await driver.join({ memberId })).errorCode, errorCode.UNKNOWN_MEMBER_ID)
})

test('two members: both join the next generation, only the leader learns who is there', async () => {
  const driver = new GroupDriver()
  const first = only(await driver.stable(1))
  const second = driver.join()
  assert.equal(driver.group.cycle.state, 'PreparingRebalance')
  assert.equal(driver.heartbeat(first), errorCode.REBALANCE_IN_PROGRESS)
  assert.equal((await driver.sync(first)).errorCode, errorCode.REBALANCE_IN_PROGRESS)
  assert.equal(await settled(second), null)
  const [one, two] = await Promise.all([driver.join({ memberId: first.memberId }), second])
  assert.deepEqual([one.generationId, two.generationId], [2, 2])
  assert.deepEqual([one.leader, two.leader], [first.memberId, first.memberId])
  assert.deepEqual([one.members.length, two.members.length], [2, 0])

  const follower = driver.sync(two)
  assert.equal(await settled(follower), null)
  assert.equal(driver.heartbeat(two), errorCode.NONE)
  const leader = await driver.sync(one, { [one.memberId]: 'left', [two.memberId]: 'right' })
  assert.equal(leader.assignment.toString(), 'left')
  assert.equal((await follower).assignment.toString(), 'right')
})

test('members that joined early wait for those whose id was given out', async () => {
  const driver = new GroupDriver()
  const first = only(await driver.stable(1))
  const { memberId } = await driver.join({ isIdRequired: true })
  const again = driver.join({ memberId: first.memberId })
  assert.equal(await settled(again), null)
  const joined = await driver.join({ memberId })
  assert.equal(joined.generationId, 2)
  assert.equal((await again).members.length, 2)
})

test('the first of several that were told their ids does not wait for the others', async () => {
  const driver = new GroupDriver()
  const { memberId } = await driver.join({ isIdRequired: true })
  await driver.join({ isIdRequired: true })
  assert.equal((await driver.join({ memberId })).generationId, 1)
})

test('who comes after all others left may bring protocols of its own', async () => {
  const driver = new GroupDriver()
  const { memberId } = only(await driver.stable(1))
  const next = await driver.join({ isIdRequired: true })
  driver.group.leave([{ memberId, instanceId: null }])
  const joined = await driver.join({ memberId: next.memberId, protocols: protocols('other') })
  assert.equal(joined.protocolName, 'other')
})

test('who is told its id and never comes delays the others by a session at the most', async () => {
  const driver = new GroupDriver()
  const first = only(await driver.stable(1))
  await driver.join({ isIdRequired: true })
  const again = driver.join({ memberId: first.memberId })
  driver.clock.advance(SESSION_MS)
  assert.equal((await again).generationId, 2)
})

test('a silent member is removed after its session time-out', async () => {
  const driver = new GroupDriver()
  const [first, second] = await driver.stable(2)
  assert.ok(first && second)
  driver.alive(SESSION_MS * 2, first)
  assert.equal(driver.heartbeat(second), errorCode.UNKNOWN_MEMBER_ID)
  assert.equal(driver.heartbeat(first), errorCode.REBALANCE_IN_PROGRESS)
  const joined = await driver.join({ memberId: first.memberId })
  assert.equal(joined.members.length, 1)
})

test('heartbeats keep a member for ever', async () => {
  const driver = new GroupDriver()
  const first = only(await driver.stable(1))
  driver.alive(SESSION_MS * 20, first)
  assert.equal(driver.heartbeat(first), errorCode.NONE)
})

test('the leader is lost: another member leads', async () => {
  const driver = new GroupDriver()
  const [leader, other] = await driver.stable(2)
  assert.ok(leader && other)
  driver.alive(SESSION_MS * 2, other)
  const joined = await driver.join({ memberId: other.memberId })
  assert.equal(joined.leader, other.memberId)
  assert.equal(joined.members.length, 1)
})

test('the last member is gone: the group is empty, and that is written', async () => {
  const driver = new GroupDriver()
  only(await driver.stable(1))
  driver.clock.advance(SESSION_MS)
  assert.equal(driver.group.cycle.state, 'Empty')
  assert.equal(driver.group.cycle.protocolType, 'consumer')
  const value = driver.written.at(-1)
  assert.deepEqual(
    [value?.generation, value?.protocol, value?.leader, value?.members],
    [2, null, null, []],
  )
})

test('a member that does not join again in time is dropped', async () => {
  const driver = new GroupDriver()
  const [first, slow] = await driver.stable(2)
  assert.ok(first && slow)
  const again = driver.join({ memberId: first.memberId })
  driver.alive(REBALANCE_MS - SESSION_MS, slow)
  assert.equal(await settled(again), null)
  driver.alive(SESSION_MS, slow)
  const joined = await again
  assert.deepEqual([joined.generationId, joined.members.length], [3, 1])
  assert.equal(driver.heartbeat(slow), errorCode.UNKNOWN_MEMBER_ID)
})

test('the slow member led: who joined leads', async () => {
  const driver = new GroupDriver()
  const [slow, first] = await driver.stable(2)
  assert.ok(first && slow)
  const again = driver.join({ memberId: first.memberId, protocols: protocols('range', 'sticky') })
  driver.alive(REBALANCE_MS, slow)
  const joined = await again
  assert.equal(joined.leader, first.memberId)
})

test('a member that never asks for its assignment is dropped', async () => {
  const driver = new GroupDriver()
  const [leader, other] = await driver.stable(2)
  assert.ok(leader && other)
  const [one, two] = await Promise.all([
    driver.join({ memberId: leader.memberId }),
    driver.join({ memberId: other.memberId }),
  ])
  const synced = driver.sync(two)
  driver.alive(REBALANCE_MS, one, two)
  assert.equal((await synced).errorCode, errorCode.REBALANCE_IN_PROGRESS)
  assert.equal(driver.heartbeat(one), errorCode.UNKNOWN_MEMBER_ID)
})

test('all that asked for their assignment stay, however long it is ago', async () => {
  const driver = new GroupDriver()
  const members = await driver.stable(2)
  driver.alive(REBALANCE_MS * 2, ...members)
  assert.equal(driver.group.cycle.state, 'Stable')
})

test('somebody new while the leader assigns: who waits has to join again', async () => {
  const driver = new GroupDriver()
  const [leader, other] = await driver.stable(2)
  assert.ok(leader && other)
  const [, two] = await Promise.all([
    driver.join({ memberId: leader.memberId }),
    driver.join({ memberId: other.memberId }),
  ])
  const synced = driver.sync(two)
  const third = driver.join()
  assert.equal((await synced).errorCode, errorCode.REBALANCE_IN_PROGRESS)
  assert.equal(await settled(third), null)
})

test('a follower that joins again as it was gets its generation back', async () => {
  const driver = new GroupDriver()
  const [, follower] = await driver.stable(2)
  assert.ok(follower)
  const again = await driver.join({ memberId: follower.memberId })
  assert.equal(again.generationId, 2)
  assert.equal(driver.group.cycle.state, 'Stable')
})

test('the leader, or whoever asks for something else, begins a rebalance', async () => {
  for (const [index, wanted] of [joinRequest.protocols, protocols('range', 'sticky')].entries()) {
    const driver = new GroupDriver()
    const member = (await driver.stable(2))[index]
    assert.ok(member)
    const again = driver.join({ memberId: member.memberId, protocols: wanted })
    assert.equal(await settled(again), null)
    assert.equal(driver.group.cycle.state, 'PreparingRebalance')
  }
})

test('a lost answer to a join: the same request gets it again', async () => {
  const driver = new GroupDriver()
  const joined = await driver.join()
  assert.deepEqual(await driver.join({ memberId: joined.memberId }), joined)
})

test('most members decide on the protocol, of those that all know', async () => {
  const driver = new GroupDriver()
  const first = await driver.join({ protocols: protocols('a', 'b', 'c') })
  const second = driver.join({ protocols: protocols('x', 'b', 'c') })
  const third = driver.join({ protocols: protocols('c', 'b') })
  const again = await driver.join({ memberId: first.memberId, protocols: protocols('a', 'b', 'c') })
  assert.equal(again.protocolName, 'b')
  assert.equal(again.members[1]?.metadata.toString(), 'b')
  assert.equal((await second).protocolName, (await third).protocolName)
})

test('who shares no protocol with the others is refused', async () => {
  const driver = new GroupDriver()
  only(await driver.stable(1))
  const code = errorCode.INCONSISTENT_GROUP_PROTOCOL
  assert.equal((await driver.join({ protocols: protocols('other') })).errorCode, code)
  assert.equal((await driver.join({ protocolType: 'connect' })).errorCode, code)
  assert.equal((await new GroupDriver().join({ protocols: [] })).errorCode, code)
  assert.equal((await new GroupDriver().join({ protocolType: '' })).errorCode, code)
})

test('a sync that believes in another protocol is refused', async () => {
  const driver = new GroupDriver()
  const { memberId, generationId } = only(await driver.stable(1))
  const request = { memberId, instanceId: null, generation: generationId, assignments: new Map() }
  for (const wrong of [{ protocolType: 'connect' }, { protocolName: 'sticky' }]) {
    const answer = await driver.group.sync({
      ...request,
      protocolType: 'consumer',
      protocolName: 'range',
      ...wrong,
    })
    assert.equal(answer.errorCode, errorCode.INCONSISTENT_GROUP_PROTOCOL)
  }
})

test('strangers and members of earlier generations are told so', async () => {
  const driver = new GroupDriver()
  const member = only(await driver.stable(1))
  const stranger = { ...member, memberId: 'nobody' }
  const late = { ...member, generationId: 0 }
  assert.equal(driver.heartbeat(stranger), errorCode.UNKNOWN_MEMBER_ID)
  assert.equal(driver.heartbeat(late), errorCode.ILLEGAL_GENERATION)
  assert.equal((await driver.sync(stranger)).errorCode, errorCode.UNKNOWN_MEMBER_ID)
  assert.equal((await driver.sync(late)).errorCode, errorCode.ILLEGAL_GENERATION)
  assert.equal((await driver.join({ memberId: 'nobody' })).errorCode, errorCode.UNKNOWN_MEMBER_ID)
})

test('members leave: the others rebalance, strangers get an error of their own', async () => {
  const driver = new GroupDriver()
  const [first, second] = await driver.stable(2)
  assert.ok(first && second)
  const codes = driver.group.leave([
    { memberId: second.memberId, instanceId: null },
    { memberId: 'nobody', instanceId: null },
  ])
  assert.deepEqual(codes, [errorCode.NONE, errorCode.UNKNOWN_MEMBER_ID])
  assert.equal(driver.heartbeat(first), errorCode.REBALANCE_IN_PROGRESS)
})

test('the last one missing leaves: those that joined go on at once', async () => {
  const driver = new GroupDriver()
  const [first, second] = await driver.stable(2)
  assert.ok(first && second)
  const again = driver.join({ memberId: first.memberId })
  driver.group.leave([{ memberId: second.memberId, instanceId: null }])
  assert.equal((await again).members.length, 1)
})

test('an assignment that can not be written is no assignment', async () => {
  const driver = new GroupDriver()
  const joined = await driver.join()
  driver.saved = false
  const synced = await driver.sync(joined, { [joined.memberId]: 'all' })
  assert.equal(synced.errorCode, errorCode.COORDINATOR_NOT_AVAILABLE)
  assert.equal(driver.heartbeat(joined), errorCode.REBALANCE_IN_PROGRESS)
  driver.saved = true
  const again = await driver.join({ memberId: joined.memberId })
  assert.equal((await driver.sync(again, {})).errorCode, errorCode.NONE)
})

test('an assignment is answered once it is kept', async () => {
  const driver = new GroupDriver()
  const joined = await driver.join()
  const kept = Promise.withResolvers<boolean>()
  driver.saved = kept.promise
  const synced = driver.sync(joined, { [joined.memberId]: 'all' })
  assert.equal(await settled(synced), null)
  kept.resolve(true)
  assert.equal((await synced).assignment.toString(), 'all')
})

test('offsets: members of this generation, or anybody while there is no member', async () => {
  const driver = new GroupDriver()
  const { group } = driver
  assert.equal(group.admitCommit(noIdentity, false), errorCode.NONE)
  const { memberId } = only(await driver.stable(1))
  const member = { memberId, instanceId: null, generation: 1 }
  assert.equal(group.admitCommit(member, false), errorCode.NONE)
  assert.equal(group.admitCommit(noIdentity, false), errorCode.UNKNOWN_MEMBER_ID)
  assert.equal(group.admitCommit(noIdentity, true), errorCode.NONE)
  assert.equal(group.admitCommit({ ...member, generation: 2 }, false), errorCode.ILLEGAL_GENERATION)
  assert.equal(
    group.admitCommit({ ...member, memberId: 'nobody' }, true),
    errorCode.UNKNOWN_MEMBER_ID,
  )
  const second = driver.join()
  assert.equal(group.admitCommit(member, false), errorCode.NONE)
  await Promise.all([driver.join({ memberId }), second])
  assert.equal(
    group.admitCommit({ ...member, generation: 2 }, false),
    errorCode.REBALANCE_IN_PROGRESS,
  )
})

test('a commit is a sign of life', async () => {
  const driver = new GroupDriver()
  const { memberId } = only(await driver.stable(1))
  driver.clock.advance(SESSION_MS - 1)
  driver.group.admitCommit({ memberId, instanceId: null, generation: 1 }, false)
  driver.clock.advance(SESSION_MS - 1)
  assert.equal(driver.group.cycle.state, 'Stable')
})
