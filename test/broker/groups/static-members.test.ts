import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JoinAnswer } from '../../../src/broker/groups/requests.ts'
import { errorCode } from '../../../src/protocol/error-codes.ts'
import { GroupDriver, only, protocols, REBALANCE_MS, SESSION_MS } from './group-driver.ts'

const named = { instanceId: 'worker-1', isIdRequired: true }

async function stableGroup(driver: GroupDriver, wanted = protocols('range')): Promise<JoinAnswer> {
  const joined = await driver.join({ ...named, protocols: wanted })
  await driver.group.sync({
    memberId: joined.memberId,
    instanceId: named.instanceId,
    generation: 1,
    protocolType: null,
    protocolName: null,
    assignments: new Map([[joined.memberId, Buffer.from('mine')]]),
  })
  return joined
}

test('a static member joins without asking for an id', async () => {
  const joined = await new GroupDriver().join(named)
  assert.equal(joined.errorCode, errorCode.NONE)
  assert.match(joined.memberId, /^worker-1-[0-9a-f-]{36}$/)
  assert.equal(only(joined.members).groupInstanceId, 'worker-1')
})

test('a static leader comes back: no rebalance, and it need not assign again', async () => {
  const driver = new GroupDriver()
  const before = await stableGroup(driver)
  const after = await driver.join(named)
  assert.notEqual(after.memberId, before.memberId)
  assert.deepEqual([after.generationId, after.skipAssignment], [1, true])
  assert.equal(after.leader, after.memberId)
  assert.equal(only(after.members).memberId, after.memberId)
  assert.equal(driver.group.cycle.state, 'Stable')
  assert.equal(driver.written.at(-1)?.leader, after.memberId)
  const synced = await driver.group.sync({
    memberId: after.memberId,
    instanceId: 'worker-1',
    generation: 1,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: new Map(),
  })
  assert.equal(synced.assignment.toString(), 'mine')
})

test('an older client that comes back is not told that it leads', async () => {
  const driver = new GroupDriver()
  const before = await stableGroup(driver)
  const after = await driver.join({ ...named, maySkipAssignment: false })
  assert.deepEqual(
    [after.leader, after.members, after.skipAssignment],
    [before.memberId, [], false],
  )
})

test('the earlier process of a static member is fenced everywhere', async () => {
  const driver = new GroupDriver()
  const { memberId } = await stableGroup(driver)
  await driver.join(named)
  const earlier = { memberId, instanceId: 'worker-1', generation: 1 }
  const fenced = errorCode.FENCED_INSTANCE_ID
  assert.equal(driver.group.heartbeat(earlier), fenced)
  assert.equal(driver.group.admitCommit(earlier, false), fenced)
  assert.deepEqual(driver.group.leave([earlier]), [fenced])
  assert.equal((await driver.join({ ...named, memberId })).errorCode, fenced)
  assert.equal(
    driver.group.heartbeat({ ...earlier, instanceId: 'worker-2' }),
    errorCode.UNKNOWN_MEMBER_ID,
  )
})

test('a join that waits is fenced when its static member comes back', async () => {
  const driver = new GroupDriver()
  const other = only(await driver.stable(1))
  const first = driver.join(named)
  const second = driver.join(named)
  assert.equal((await first).errorCode, errorCode.FENCED_INSTANCE_ID)
  await driver.join({ memberId: other.memberId })
  assert.equal((await second).generationId, 2)
})

test('a static member that chooses another protocol begins a rebalance', async () => {
  const driver = new GroupDriver()
  await stableGroup(driver, protocols('range', 'sticky'))
  const after = await driver.join({ ...named, protocols: protocols('sticky', 'range') })
  // It is alone, so the next generation is there at once.
  assert.deepEqual([after.generationId, after.protocolName], [2, 'sticky'])
})

test('a static member may miss a rebalance, but not its session', async () => {
  const driver = new GroupDriver()
  const long = { ...named, sessionTimeoutMs: REBALANCE_MS * 3 }
  const absent = await driver.join(long)
  const other = driver.join()
  driver.clock.advance(REBALANCE_MS)
  const joined = await other
  assert.equal(joined.members.length, 2)
  assert.ok(driver.group.cycle.members.get(absent.memberId))
  driver.group.leave([{ memberId: joined.memberId, instanceId: null }])
  driver.clock.advance(REBALANCE_MS * 2)
  assert.equal(driver.group.cycle.members.get(absent.memberId), null)
})

test('a static member that comes back before it got its assignment disturbs nobody', async () => {
  const driver = new GroupDriver()
  const long = { sessionTimeoutMs: REBALANCE_MS * 3 }
  const leader = await driver.join(long)
  const [joined] = await Promise.all([
    driver.join({ ...named, ...long }),
    driver.join({ ...long, memberId: leader.memberId }),
  ])
  await driver.sync({ ...leader, generationId: joined.generationId })
  await driver.join({ ...named, ...long })
  driver.clock.advance(REBALANCE_MS * 2)
  assert.equal(driver.group.cycle.state, 'Stable')
})

test('an administrator removes a static member by its name', async () => {
  const driver = new GroupDriver()
  await stableGroup(driver)
  assert.deepEqual(
    driver.group.leave([
      { memberId: '', instanceId: 'worker-1' },
      { memberId: '', instanceId: 'worker-2' },
    ]),
    [errorCode.NONE, errorCode.UNKNOWN_MEMBER_ID],
  )
  assert.equal(driver.group.cycle.state, 'Empty')
})

test('its session ends a static member too', async () => {
  const driver = new GroupDriver()
  await stableGroup(driver)
  driver.clock.advance(SESSION_MS)
  assert.equal(driver.group.cycle.state, 'Empty')
})
