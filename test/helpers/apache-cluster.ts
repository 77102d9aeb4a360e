import { randomBytes } from 'node:crypto'
import { type ApacheKafka, startApacheKafka } from './apache-kafka.ts'

/** Two nodes with two replicas of everything; the first is the controller, too. */
export interface ApacheCluster {
  readonly bootstrap: string
  readonly nodes: readonly [ApacheKafka, ApacheKafka]
  stop(): Promise<void>
}

const both = [
  'default.replication.factor=2',
  'offsets.topic.replication.factor=2',
  'transaction.state.log.replication.factor=2',
  'broker.session.timeout.ms=3000',
  'broker.heartbeat.interval.ms=500',
  'replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector',
]

/** Starts a cluster whose nodes 1 and 2 stand in the racks `rack-1` and `rack-2`. */
export async function startApacheCluster(): Promise<ApacheCluster> {
  const clusterId = randomBytes(16).toString('base64').replace(/[+/]/g, 'A').replace(/=+$/, '')
  const first = await startApacheKafka([...both, 'broker.rack=rack-1'], clusterId)
  const second = await startApacheKafka(
    (port) => [
      ...both,
      'broker.rack=rack-2',
      'process.roles=broker',
      'node.id=2',
      `controller.quorum.voters=1@127.0.0.1:${first.port + 1}`,
      `listeners=PLAINTEXT://127.0.0.1:${port}`,
    ],
    clusterId,
  ).catch(async (error: unknown) => {
    await first.stop()
    throw error
  })
  return {
    bootstrap: `${first.bootstrap},${second.bootstrap}`,
    nodes: [first, second],
    async stop() {
      await Promise.all([first.stop(), second.stop()])
    },
  }
}
