import { ConnectError } from '../base/errors.ts'
import { errorCode } from '../protocol/error-codes.ts'
import { listOffsets } from './apis.ts'
import type { Broker } from './broker.ts'
import { brokerError } from './broker-error.ts'
import type { PartitionOffset, TopicPartition } from './client.ts'
import type { Cluster } from './cluster.ts'

export const EARLIEST = -2
export const LATEST = -1

export type IsolationLevel = 'read_committed' | 'read_uncommitted'

const REPLICA_ID_CONSUMER = -1

/**
 * First or last offsets of partitions, as their leaders know them; one try.
 * @param timestamp EARLIEST or LATEST. The latest is where the next record will be, with
 *   `read_committed` the end of what is decided.
 * @throws ConnectError KAFKA_UNAVAILABLE after which the leaders were asked for again.
 */
export async function findOffsets(
  cluster: Cluster,
  isolation: IsolationLevel,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<readonly PartitionOffset[]> {
  // All at once: the first that is missing ends the try.
  for (const { topic } of partitions) cluster.watch(topic)
  if (partitions.some(({ topic }) => cluster.topic(topic) === undefined)) await cluster.refresh()
  try {
    const byLeader = Map.groupBy(partitions, (each) => leaderOf(cluster, each))
    const found = await Promise.all(
      Array.from(byLeader, ([leader, group]) => ask(leader, isolation, group, timestamp)),
    )
    return found.flat()
  } catch (error) {
    await cluster.refresh()
    throw error
  }
}

export function leaderOf(cluster: Cluster, { topic, partition }: TopicPartition): Broker {
  cluster.watch(topic)
  const leader = cluster.leaderOf(topic, partition)
  if (leader !== null) return leader
  const known = cluster.topic(topic)
  const reason =
    known === undefined || known.leaders.length > 0 ? 'has no leader' : 'does not exist'
  throw new ConnectError(`${topic}-${partition} ${reason}`, { code: 'KAFKA_UNAVAILABLE' })
}

async function ask(
  leader: Broker,
  isolation: IsolationLevel,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<readonly PartitionOffset[]> {
  const answer = await leader.send(listOffsets, {
    replicaId: REPLICA_ID_CONSUMER,
    isolationLevel: isolation === 'read_committed' ? 1 : 0,
    topics: [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, group]) => ({
      name,
      partitions: group.map(({ partition }) => ({ partitionIndex: partition, timestamp })),
    })),
    timeoutMs: 0,
  })
  return answer.topics.flatMap(({ name, partitions: found }) =>
    found.map(({ partitionIndex, errorCode: code, offset }) => {
      if (code !== errorCode.NONE) {
        const what = `${leader.address}: finding the ends of ${name}-${partitionIndex}`
        throw brokerError(what, code)
      }
      return { topic: name, partition: partitionIndex, offset }
    }),
  )
}
