import type { GroupProtocol } from '../../kafka/group-protocol.ts'
import type { RebalanceMetrics } from '../../metrics/rebalance-metrics.ts'
import type { WorkerGroup } from './worker-group.ts'

/** The same group, but its rebalances are measured. */
export function meteredGroup(group: WorkerGroup, metrics: RebalanceMetrics): GroupProtocol {
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
      const { place } = group
      if (place === null) return
      metrics.ended({
        generation: place.generation,
        protocol: place.protocol === 'default' ? 'eager' : place.protocol,
        leaderUrl: place.leaderUrl,
        connectors: place.owned.connectors.length,
        tasks: place.owned.tasks.length,
      })
    },
    onLost() {
      metrics.began()
      return group.onLost()
    },
  }
}
