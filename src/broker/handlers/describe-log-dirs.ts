import { statfsSync } from 'node:fs'
import { errorCode } from '../../protocol/error-codes.ts'
import type { Decoded } from '../../protocol/message.ts'
import { describeLogDirsRequest, describeLogDirsResponse } from '../../protocol/messages/cluster.ts'
import { defineApi } from '../api.ts'
import type { Broker } from '../broker.ts'

type Request = Decoded<typeof describeLogDirsRequest>

/** DescribeLogDirs: the data folder, `memory` for a broker without one. */
export const describeLogDirs = defineApi({
  request: describeLogDirsRequest,
  response: describeLogDirsResponse,
  versions: [1, 4],
  handle: (broker, body) => ({
    throttleTimeMs: 0,
    results: [
      {
        errorCode: errorCode.NONE,
        logDir: broker.config.dataDir ?? 'memory',
        topics: sizes(broker, body),
        ...space(broker.config.dataDir),
      },
    ],
  }),
  refuse: (_body, code) => ({ throttleTimeMs: 0, errorCode: code, results: [] }),
})

function sizes(broker: Broker, { topics }: Request) {
  const asked =
    topics?.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => broker.topics.partition(topic, partition)),
    ) ?? Array.from(broker.topics.all(), ({ partitions }) => partitions).flat()
  const logs = asked.filter((log) => log !== null)
  return [...Map.groupBy(logs, ({ topic }) => topic)].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition, sizeBytes }) => ({
      partitionIndex: partition,
      partitionSize: sizeBytes,
      offsetLag: 0,
      isFutureKey: false,
    })),
  }))
}

function space(dataDir: string | null) {
  if (dataDir === null) return {}
  const { blocks, bavail, bsize } = statfsSync(dataDir)
  return { totalBytes: blocks * bsize, usableBytes: bavail * bsize }
}
