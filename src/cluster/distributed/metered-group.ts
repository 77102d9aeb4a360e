import type { GroupProtocol } from '../../kafka/group-protocol.ts'
import type { RebalanceMetrics } from '../../metrics/rebalance-metrics.ts'
import { decodeAssignment, type ProtocolName } from './worker-protocol.ts'

/** The same group, but its rebalances are measured. */
export function meteredGroup(group: GroupProtocol, metrics: RebalanceMetrics): GroupProtocol {
  return {
    type: group.type,
    protocols: () => group.protocols(),
    assign: (protocol, members, self) => group.assign(protocol, members, self),
    onPrepare() {
      metrics.began()
      return group.onPrepare()
    },
    async onJoined(joined) {
      await group.onJoined(joined)
      const name = joined.protocol as ProtocolName
      const { leaderUrl, work } = decodeAssignment(name, joined.assignment)
      metrics.ended({
        generation: joined.generation,
        protocol: name === 'default' ? 'eager' : name,
        leaderUrl,
        connectors: work.connectors.length,
        tasks: work.tasks.length,
      })
    },
    onLost() {
      metrics.began()
      return group.onLost()
    },
  }
}
