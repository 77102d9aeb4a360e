import assert from 'node:assert/strict'
import { ManualClock } from '../../../src/broker/clock.ts'
import { Group } from '../../../src/broker/groups/group.ts'
import type { GroupValue } from '../../../src/broker/groups/records.ts'
import type { JoinAnswer, JoinRequest } from '../../../src/broker/groups/requests.ts'
import { errorCode } from '../../../src/protocol/error-codes.ts'

export const SESSION_MS = 10_000
export const REBALANCE_MS = 60_000

export const joinRequest: JoinRequest = {
  memberId: '',
  instanceId: null,
  clientId: 'client',
  clientHost: '/127.0.0.1',
  protocolType: 'consumer',
  protocols: [{ name: 'range', metadata: Buffer.from('a') }],
  sessionTimeoutMs: SESSION_MS,
  rebalanceTimeoutMs: REBALANCE_MS,
  isIdRequired: false,
  maySkipAssignment: true,
}

export const noIdentity = { memberId: '', instanceId: null, generation: -1 } as const

export function protocols(...names: string[]): JoinRequest['protocols'] {
  return names.map((name) => ({ name, metadata: Buffer.from(name) }))
}

/** A group, a clock that the test moves, and what the group wrote. */
export class GroupDriver {
  readonly clock = new ManualClock(1000)
  readonly written: GroupValue[] = []
  /** What becomes of the next writes. */
  saved: boolean | Promise<boolean> = true
  readonly group = new Group({
    id: 'g',
    sizeMax: 20,
    clock: this.clock,
    logger: null,
    save: (value) => {
      this.written.push(value)
      return this.saved
    },
  })

  async join(more: Partial<JoinRequest> = {}): Promise<JoinAnswer> {
    return await this.group.join({ ...joinRequest, ...more })
  }

  async sync(joined: JoinAnswer, assignments: Readonly<Record<string, string>> = {}) {
    return await this.group.sync({
      memberId: joined.memberId,
      instanceId: null,
      generation: joined.generationId,
      protocolType: null,
      protocolName: null,
      assignments: new Map(
        Object.entries(assignments).map(([id, text]) => [id, Buffer.from(text)] as const),
      ),
    })
  }

  heartbeat({ memberId, generationId }: JoinAnswer): number {
    return this.group.heartbeat({ memberId, instanceId: null, generation: generationId })
  }

  /** Lets time pass in which members are alive. */
  alive(durationMs: number, ...members: JoinAnswer[]): void {
    for (let passedMs = 0; passedMs < durationMs; passedMs += SESSION_MS / 2) {
      for (const member of members) this.heartbeat(member)
      this.clock.advance(SESSION_MS / 2)
    }
  }

  /** A stable group of so many members; the first one leads. */
  async stable(count: number, more: Partial<JoinRequest> = {}): Promise<JoinAnswer[]> {
    let joined = [await this.join(more)]
    while (joined.length < count) {
      const next = this.join(more)
      const again = joined.map(({ memberId }) => this.join({ ...more, memberId }))
      joined = await Promise.all([...again, next])
    }
    const [leader, ...others] = joined
    assert.ok(leader)
    const assignments = Object.fromEntries(
      joined.map(({ memberId }, index) => [memberId, `part ${index}`]),
    )
    const synced = others.map((member) => this.sync(member))
    await this.sync(leader, assignments)
    for (const { errorCode: code } of await Promise.all(synced)) assert.equal(code, errorCode.NONE)
    assert.equal(this.group.cycle.state, 'Stable')
    return joined
  }
}

/** What a promise has become after all that waits for nothing was done; null while it waits. */
export async function settled<T>(promise: Promise<T>): Promise<T | null> {
  await new Promise((resolve) => setImmediate(resolve))
  return await Promise.race([promise, Promise.resolve(null)])
}

export function only<T>(values: readonly T[]): T {
  const [value] = values
  assert.ok(value !== undefined && values.length === 1)
  return value
}
