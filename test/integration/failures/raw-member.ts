import { systemClock } from '../../../src/base/clock.ts'
import type { GroupProtocol, Joined, JoinedMember } from '../../../src/kafka/group-protocol.ts'
import { createMembership } from '../../../src/kafka/membership.ts'
import { MetricsRegistry } from '../../../src/metrics/registry.ts'
import { silentLogger } from '../../helpers/silent-logger.ts'

export interface RawMember {
  /** Newest first. */
  readonly joined: readonly Joined[]
  /** Why it could not join, or stay; null while it can. */
  failure(): unknown
  close(): Promise<void>
}

export interface RawMemberOptions {
  readonly bootstrap: string
  readonly group: string
  readonly offers: ReadonlyArray<{ readonly name: string; readonly metadata: Uint8Array }>
  /** What it assigns to each member while it leads; null for nothing. */
  readonly assigns?: Buffer
}

/** A member of a group of workers that is no worker: offers and assigns whatever it is told. */
export function joinGroup({ bootstrap, group, offers, assigns }: RawMemberOptions): RawMember {
  const joined: Joined[] = []
  let [failure, wake, isClosed]: [unknown, () => void, boolean] = [null, () => {}, false]
  const protocol: GroupProtocol = {
    type: 'connect',
    protocols: () => offers,
    assign: async (_name, members: readonly JoinedMember[]) =>
      new Map(members.map(({ memberId }) => [memberId, assigns ?? Buffer.alloc(0)])),
    onPrepare: async () => {},
    onJoined: async (each) => void joined.unshift(each),
    onLost: async () => {},
  }
  const membership = createMembership(
    { 'bootstrap.servers': bootstrap },
    {
      groupId: group,
      protocol,
      sessionTimeoutMs: 60_000,
      heartbeatIntervalMs: 300,
      rebalanceTimeoutMs: 10_000,
      notify: () => wake(),
      metrics: new MetricsRegistry({ samples: 2, windowMs: 30_000, elapsed: systemClock.elapsed }),
      assigned: () => ({}),
      clock: systemClock,
      logger: silentLogger,
    },
  )
  const steps = async () => {
    while (!isClosed) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      await membership.step()
      await Promise.race([woken, systemClock.sleep(1000)])
    }
  }
  const stepping = steps().catch((error: unknown) => {
    failure = error
  })
  return {
    joined,
    failure: () => failure,
    async close() {
      isClosed = true
      wake()
      await stepping
      await membership.close('the test is over')
    },
  }
}
