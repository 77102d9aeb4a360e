import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { ClientMetrics } from '../metrics/client-metrics.ts'
import { CoordinatorMetrics } from '../metrics/coordinator-metrics.ts'
import type { MetricsRegistry, Readings } from '../metrics/registry.ts'
import type { ClientProps } from './client.ts'
import { Cluster } from './cluster.ts'
import { readAdminConfig } from './connection-config.ts'
import { GroupMember } from './group-member.ts'
import type { GroupProtocol } from './group-protocol.ts'
import { heartbeatInterval } from './heartbeat-timer.ts'
import { groupCoordinator } from './metered-coordinator.ts'

/** Place in a group that is about something else than partitions. */
export interface Membership {
  /**
   * Runs what is due, and in it the calls of the protocol.
   * @returns True when this member has its place in the group; else call again after `notify`.
   * @throws ConnectError that ends the membership.
   */
  step(): Promise<boolean>
  requestRejoin(reason: string): void
  /** Others give up work, so the group will rebalance: this member finds out soon. */
  expectRebalance(): void
  /** Leaves with what it has; joins again at the next step. */
  leave(reason: string): Promise<void>
  close(reason: string): Promise<void>
}

export interface MembershipOptions {
  readonly groupId: string
  readonly protocol: GroupProtocol
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly rebalanceTimeoutMs: number
  /** Called when `step` has something to do. */
  readonly notify: () => void
  readonly metrics: MetricsRegistry
  /** For the metrics: what it has. */
  readonly assigned: () => Readings
  readonly clock: Clock
  readonly logger: Logger
}

/** Much less than the time that tasks take to stop, and little work for a broker. */
const HEARTBEAT_FIRST_MS = 100

/** Joins a group by the classic protocol, with connections of its own, at the first step. */
export function createMembership(props: ClientProps, options: MembershipOptions): Membership {
  const config = readAdminConfig(props)
  const { groupId, clock } = options
  const metrics = new ClientMetrics(options.metrics, 'connect', config['client.id'])
  const cluster = new Cluster({ config, clock, autoCreateTopics: false, metrics })
  const coordinatorMetrics = new CoordinatorMetrics(metrics, options.assigned)
  const member = new GroupMember({
    ...options,
    coordinator: groupCoordinator(cluster, groupId, coordinatorMetrics),
    heartbeatFirstMs: Math.min(HEARTBEAT_FIRST_MS, options.heartbeatIntervalMs),
    heartbeatIntervalMs: heartbeatInterval(options.heartbeatIntervalMs, options.sessionTimeoutMs),
    instanceId: null,
    expiresAlone: true,
    rebalanceTimeoutHelp: 'raise rebalance.timeout.ms if its connectors need longer to stop',
    requestTimeoutMs: config['request.timeout.ms'],
    retryBackoffMs: config['retry.backoff.ms'],
    retryBackoffMaxMs: config['retry.backoff.max.ms'],
  })
  return {
    step: () => member.step(),
    requestRejoin: (reason) => member.requestRejoin(reason),
    expectRebalance: () => member.expectRebalance(),
    leave: (reason) => member.leave(reason),
    async close(reason) {
      await member.close(reason)
      cluster.close()
    },
  }
}
