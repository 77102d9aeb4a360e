import { join } from 'node:path'
import { ConnectError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Herder } from '../../cluster/herder.ts'
import type { Flow } from './flow.ts'
import { FollowedLines } from './followed-lines.ts'
import { FollowedTopic } from './followed-topic.ts'
import type { LatestLines } from './latest-lines.ts'
import { inputName, outputName, sinkName, sourceName, topic } from './names.ts'
import { Rate } from './rate.ts'

/** A file or the topic. */
export interface Station {
  readonly count: number
  readonly perSecond: number
  readonly latest: LatestLines
}

export interface Mover {
  readonly name: string
  /** As the REST API says it, of the connector or its task; GONE for a connector that was deleted. */
  readonly state: string
  /** What has failed, in one line. */
  readonly error: string | null
  /** Bytes of the file, or records of the topic, after its committed offset; null when it is gone. */
  readonly lag: number | null
}

/** What is to be seen at one moment. */
export interface Snapshot {
  /** Since the process has started. */
  readonly elapsedMs: number
  readonly memoryBytes: number
  readonly input: Station
  readonly source: Mover
  readonly topic: Station
  readonly sink: Mover
  readonly output: Station
}

export interface Meter {
  read(): Promise<Snapshot>
  close(): Promise<void>
}

export function startMeter(
  folder: string,
  { herder, clients, clientProps }: Flow,
  logger: Logger,
): Meter {
  const input = new FollowedLines(join(folder, inputName))
  const output = new FollowedLines(join(folder, outputName))
  const consumer = clients.consumer(clientProps)
  const records = new FollowedTopic(topic, consumer)
  const closing = new AbortController()
  const following = records.follow(closing.signal, logger)
  const admin = clients.admin(clientProps)
  const rates = { input: new Rate(), topic: new Rate(), output: new Rate() }

  async function sinkLag(): Promise<number> {
    const [committed] = await admin.groupOffsets(`connect-${sinkName}`)
    return Math.max(0, records.offsetNext - (committed?.offset ?? 0))
  }

  async function sourceLag(): Promise<number | null> {
    if (!herder.connectors().includes(sourceName)) return null
    const [committed] = await herder.offsets(sourceName)
    return Math.max(0, input.sizeBytes - Number(committed?.offset?.['position'] ?? 0))
  }

  return {
    async read() {
      input.read()
      output.read()
      const now = performance.now()
      const [source, sink] = await Promise.all([sourceLag(), sinkLag()])
      return {
        elapsedMs: now,
        memoryBytes: process.memoryUsage.rss(),
        input: station(input.count, input.latest, rates.input.add(now, input.count)),
        source: { name: sourceName, ...stateOf(herder, sourceName), lag: source },
        topic: station(
          records.offsetNext,
          records.latest,
          rates.topic.add(now, records.offsetNext),
        ),
        sink: { name: sinkName, ...stateOf(herder, sinkName), lag: sink },
        output: station(output.count, output.latest, rates.output.add(now, output.count)),
      }
    },
    async close() {
      closing.abort()
      consumer.wakeup()
      await following
      await Promise.all([consumer.close(), admin.close()])
    },
  }
}

function station(count: number, latest: LatestLines, perSecond: number): Station {
  return { count, latest, perSecond }
}

function stateOf(herder: Herder, name: string): { state: string; error: string | null } {
  try {
    const { connector, tasks } = herder.status(name)
    const [task = connector] = tasks
    const worst = connector.state === 'RUNNING' ? task : connector
    return { state: worst.state, error: worst.trace === null ? null : reasonOf(worst.trace) }
  } catch (error) {
    if (error instanceof ConnectError && error.code === 'NOT_FOUND') {
      return { state: 'GONE', error: null }
    }
    throw error
  }
}

/** First line of a trace, without the name of the class in front. */
function reasonOf(trace: string): string {
  const [first = ''] = trace.split('\n')
  return first.replace(/^[\w.$]+: /, '')
}
