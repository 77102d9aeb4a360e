import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settleStep } from '../../../src/cluster/distributed/settle-step.ts'
import type { GroupPlace } from '../../../src/cluster/distributed/worker-group.ts'
import { noWork } from '../../../src/cluster/distributed/worker-protocol.ts'

/** A place whose leader had read the config topic up to 7. */
function place({ failed = false, isLeader = false }): GroupPlace {
  return {
    generation: 1,
    isLeader,
    leaderUrl: 'http://leader/',
    protocol: 'sessioned',
    owned: noWork,
    rejoinAtMs: 0,
    assignment: {
      error: failed ? 1 : 0,
      leader: 'm',
      leaderUrl: 'http://leader/',
      configOffset: 7,
      work: noWork,
      revoked: noWork,
      delayMs: 0,
    },
  }
}

const cases: ReadonlyArray<[what: string, GroupPlace, offset: number, hasRead: boolean, string]> = [
  ['as far as the leader', place({}), 7, false, 'work'],
  ['behind the leader', place({}), 5, false, 'read'],
  ['still behind after reading', place({}), 5, true, 'rejoin'],
  ['further than the leader', place({}), 8, false, 'rejoin'],
  ['the leader was behind', place({ failed: true }), 7, false, 'rejoin'],
  ['the leader itself was behind', place({ failed: true, isLeader: true }), 5, false, 'read'],
  ['the leader has caught up', place({ failed: true, isLeader: true }), 7, true, 'rejoin'],
]

for (const [what, at, offset, hasRead, expected] of cases) {
  test(`${what}: ${expected}`, () => {
    assert.equal(settleStep(at, offset, hasRead).kind, expected)
  })
}
