import { setTimeout } from 'node:timers/promises'
import { cpuMs } from '../processes.ts'
import type { Topics } from '../topics.ts'
import {
  arrivalTimes,
  fetch,
  type Limits,
  produce,
  produceTimes,
  type Shape,
  withClients,
} from './loads.ts'
import type { Server } from './servers.ts'

/** Both brokers have deleted files by then. */
const DELETED_MS = 200

export interface Throughput {
  readonly recordsPerSecond: number
  /** CPU time of the broker for each record. */
  readonly cpuMicros: number
  /** Share of a core that the load generator took. */
  readonly generatorShare: number
}

export interface Latency {
  readonly p50Micros: number
  readonly p99Micros: number
}

/** Appends to a new topic, one partition for each client, and reads it. */
export async function measureShape(
  server: Server,
  topics: Topics,
  shape: Shape,
  limits: Limits,
): Promise<Record<'produce' | 'fetch', Throughput>> {
  const { port } = server
  const { clients } = shape
  const topic = `shape-${performance.now()}`
  await createTopic(topics, topic, clients)
  let perClient: readonly number[] = []
  const produced = await throughput(server, async () => {
    perClient = await withClients(port, clients, (client, partition) =>
      produce(client, { topic, partition }, shape, limits),
    )
    return perClient
  })
  const kept = await topics.count(topic, clients)
  if (kept !== sum(perClient)) throw new Error(`${kept} of ${sum(perClient)} records were kept`)
  const fetched = await throughput(server, () =>
    withClients(port, clients, (client, partition) =>
      fetch(client, { topic, partition }, perClient[partition] ?? 0, limits.durationMs),
    ),
  )
  await deleteTopic(topics, topic)
  return { produce: produced, fetch: fetched }
}

/** Times of single records with `acks=all`: until acknowledged, and until a consumer has them. */
export async function measureLatency(
  { port }: Server,
  topics: Topics,
  durationMs: number,
): Promise<Record<'acknowledged' | 'arrived', Latency>> {
  const topic = `latency-${performance.now()}`
  await createTopic(topics, topic, 1)
  const place = { topic, partition: 0 }
  const [acknowledged = []] = await withClients(port, 1, (client) =>
    produceTimes(client, place, durationMs),
  )
  const [arrived = []] = await withClients(port, 1, async (producer) => {
    const [times = []] = await withClients(port, 1, (consumer) =>
      arrivalTimes(producer, consumer, place, acknowledged.length, durationMs),
    )
    return times
  })
  const kept = await topics.count(topic, 1)
  const sent = acknowledged.length + arrived.length
  if (kept !== sent) throw new Error(`${kept} of ${sent} records were kept`)
  await deleteTopic(topics, topic)
  return { acknowledged: latencyOf(acknowledged), arrived: latencyOf(arrived) }
}

/** Resolves when the broker serves every partition. */
async function createTopic(topics: Topics, name: string, partitions: number): Promise<void> {
  await topics.create(name, partitions)
  await topics.count(name, partitions)
}

/** Resolves when the memory of its files is free, so that whoever is next can have it. */
async function deleteTopic(topics: Topics, name: string): Promise<void> {
  await topics.delete(name)
  await setTimeout(DELETED_MS)
}

async function throughput(
  { pid }: Server,
  work: () => Promise<readonly number[]>,
): Promise<Throughput> {
  const cpuBefore = cpuMs(pid)
  const ownBefore = process.cpuUsage()
  const startedMs = performance.now()
  const records = sum(await work())
  const elapsedMs = performance.now() - startedMs
  const own = process.cpuUsage(ownBefore)
  return {
    recordsPerSecond: (records * 1000) / elapsedMs,
    cpuMicros: ((cpuMs(pid) - cpuBefore) * 1000) / records,
    generatorShare: (own.user + own.system) / 1000 / elapsedMs,
  }
}

function latencyOf(timesMs: readonly number[]): Latency {
  const sorted = timesMs.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0) * 1000
  return { p50Micros: at(0.5), p99Micros: at(0.99) }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
