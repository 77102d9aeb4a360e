import { setTimeout } from 'node:timers/promises'
import { createOneMore, requestStatuses, scrapeMetrics } from './api-figures.ts'
import { Cluster } from './cluster.ts'
import { STEADY, TickConnectors, type TickTopics } from './connectors.ts'
import { allSend, createAll, writeConnectors } from './creation.ts'
import type { Row } from './figures.ts'
import { changeMembers } from './member-changes.ts'
import type { Ticks } from './ticks.ts'
import { rest } from './waiting.ts'
import { type ClusterOptions, configTopic } from './worker.ts'

/** What is measured of one cluster, and with what. */
export interface Scenario {
  readonly cluster: Cluster
  readonly connectors: TickConnectors
  readonly ticks: Ticks
  /** Longest wait for each of the steps. */
  readonly limitMs: number
  /** @param value null for what did not come about in time. */
  measured(row: Row, value: number | null): void
}

export interface ScenarioOptions extends Pick<Scenario, 'ticks' | 'limitMs' | 'measured'> {
  readonly workers: ClusterOptions
  readonly connectors: number
  readonly topics: TickTopics
}

/** Before the memory is read, and the CPU time. */
export const SETTLE_MS = 10_000
const CPU_MS = 5000
const WORKERS = ['first', 'second', 'third']

/** The life of one cluster from its first start to its last, and that of one with few connectors. */
export async function runScenario(options: ScenarioOptions): Promise<void> {
  const { workers, connectors: count, topics, measured } = options
  const few = Math.min(STEADY, count)
  const fewMiB = await memoryWith(new TickConnectors('few', few, topics), {
    ...options,
    workers: { ...workers, cluster: `${workers.cluster}-few` },
  })
  const connectors = new TickConnectors('c', count, topics)
  const cluster = new Cluster(workers)
  const scenario = { ...options, cluster, connectors }
  try {
    await cluster.start(WORKERS)
    await setTimeout(SETTLE_MS)
    measured('idleMiB', cluster.residentMiB())
    await fill(scenario, workers)
    await rest(options.ticks, options.limitMs)
    await measureAtRest(scenario, fewMiB)
    await requestStatuses(scenario)
    if (workers.implementation === 'Millrace') await scrapeMetrics(scenario)
    await createOneMore(scenario)
    await changeMembers(scenario)
    const stoppedMs = Date.now()
    await cluster.stop()
    measured('stop', (Date.now() - stoppedMs) / 1000)
    await startCold(scenario)
  } finally {
    await cluster.kill()
  }
}

/**
 * Creates all connectors; those for which the time was too short come to the workers as a restored
 * config topic would bring them: while none of them runs.
 * @throws Error when not all connectors send even so: nothing else is to be measured then.
 */
async function fill(
  scenario: Scenario,
  { bootstrap, cluster: name }: ClusterOptions,
): Promise<void> {
  const { cluster, connectors, limitMs } = scenario
  const missing = await createAll(scenario)
  if (missing.length > 0) {
    await cluster.stop()
    await writeConnectors(bootstrap, configTopic(name), connectors, missing)
    await cluster.start(WORKERS)
  }
  if (await allSend(scenario, Date.now() + limitMs)) return
  throw new Error(`not all connectors send ${limitMs / 1000} s after they were created`)
}

async function memoryWith(connectors: TickConnectors, options: ScenarioOptions): Promise<number> {
  const cluster = new Cluster(options.workers)
  try {
    await cluster.start(WORKERS)
    await createAll({ ...options, cluster, connectors, measured: () => {} })
    await rest(options.ticks, options.limitMs)
    await setTimeout(SETTLE_MS + CPU_MS)
    return cluster.residentMiB()
  } finally {
    await cluster.kill()
  }
}

async function measureAtRest(
  { cluster, connectors, measured }: Scenario,
  fewMiB: number,
): Promise<void> {
  await setTimeout(SETTLE_MS)
  const beforeMs = cluster.cpuMs()
  await setTimeout(CPU_MS)
  measured('cpuShare', ((cluster.cpuMs() - beforeMs) * 100) / CPU_MS)
  const fullMiB = cluster.residentMiB()
  measured('fewMiB', fewMiB)
  measured('fullMiB', fullMiB)
  const sharedOnceMiB = cluster.proportionalMiB()
  const count = connectors.names.length
  measured('sharedOnceMiB', sharedOnceMiB)
  measured('connectorKiB', (sharedOnceMiB * 1024) / count)
  if (count > STEADY) measured('furtherKiB', ((fullMiB - fewMiB) * 1024) / (count - STEADY))
}

async function startCold(scenario: Scenario): Promise<void> {
  const { cluster, ticks, limitMs, measured } = scenario
  const startedMs = await cluster.start(WORKERS)
  measured('ready', (Date.now() - startedMs) / 1000)
  const isDone = await allSend(scenario, Date.now() + limitMs)
  measured('coldStart', isDone ? (ticks.lastStartMs - startedMs) / 1000 : null)
}
