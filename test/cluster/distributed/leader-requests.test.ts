import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError } from '../../../src/base/errors.ts'
import { createLeaderClient } from '../../../src/cluster/distributed/leader-client.ts'
import { LeaderRequests } from '../../../src/cluster/distributed/leader-requests.ts'
import type { GroupPlace } from '../../../src/cluster/distributed/worker-group.ts'
import { FakeClock, settle } from '../../helpers/fake-clock.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'

/** Asks for a round of fencing; `answers` are the leader's first ones, the next is that it is done. */
async function fence(isLeader: boolean, answers: number[], isWanted = () => true) {
  const clock = new FakeClock()
  const place = { isLeader, leaderUrl: 'http://leader/', protocol: 'compatible' } as GroupPlace
  const requests = new LeaderRequests({
    ...{ clock, logger: silentLogger, signatureAlgorithm: 'HmacSHA256', group: { place } },
    ...{ sessionKey: () => null, settled: async () => place },
    client: createLeaderClient(async () => {
      return { status: answers.shift() ?? 204, location: null, body: 'outrun' }
    }),
    self: {
      putTasks: async () => {},
      async fenceZombies() {
        if (answers.shift() !== undefined) throw new ConnectError('outrun', { code: 'CONFLICT' })
      },
    },
  })
  const done = requests.fenceZombies('c', isWanted)
  const result = done.then(
    () => 'done',
    (error: Error) => error.message,
  )
  for (let turn = 0; turn < 3; turn++) {
    await settle()
    await clock.advance(1000)
  }
  return [await result, answers.length]
}

for (const isLeader of [true, false]) {
  test(`a round that other tasks outran is asked for again, leader: ${isLeader}`, async () => {
    assert.deepEqual(await fence(isLeader, [409, 409]), ['done', 0])
  })

  test(`it is not for a task that is to stop, leader: ${isLeader}`, async () => {
    const [result, left] = await fence(isLeader, [409, 409], () => false)
    assert.match(String(result), /outrun/)
    assert.equal(left, 1)
  })
}
