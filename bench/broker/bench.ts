import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fetchKafka } from '../../test/helpers/apache-kafka.ts'
import { installMillrace } from '../install.ts'
import { residentMiB } from '../processes.ts'
import { type Topics, topicsOf } from '../topics.ts'
import type { Implementation } from '../worker.ts'
import type { Figures } from './figures.ts'
import { measureJavaClients } from './java-clients.ts'
import type { Shape } from './loads.ts'
import { measureLatency, measureShape } from './measure.ts'
import { type Server, startNewServer } from './servers.ts'

export interface BrokerBenchOptions {
  readonly runs: number
  /** Of each measurement. */
  readonly durationMs: number
  /** Starts of Millrace; Apache Kafka is started once. */
  readonly starts: number
  /** Of each Java client. */
  readonly javaRecords: number
  readonly implementations: readonly Implementation[]
  readonly profileFolder: string | null
}

const shapes: readonly Shape[] = [100, 1000].flatMap((recordBytes) =>
  [1, 1000].flatMap((batchRecords) =>
    [1, 8].map((clients) => ({ recordBytes, batchRecords, clients })),
  ),
)

/** Limit of what a measurement appends, much less than what is touched before. */
const RECORDS_BYTES_MAX = 256 * 1024 * 1024
const TOUCHED_BYTES = 2 * 1024 * 1024 * 1024
/** Time after the start before the memory of an idle broker is read. */
const SETTLE_MS = 2000

/** A broker and who prepares topics on it. */
interface Side {
  readonly server: Server
  readonly topics: Topics
}

/**
 * Measures both brokers by turns; the first run warms them up and isn't shown.
 * @throws when a record that was acknowledged is missing, or came twice.
 */
export async function benchBroker(
  options: BrokerBenchOptions,
  show: (figures: Figures) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const sides: Side[] = []
  try {
    fetchKafka()
    installMillrace(join(folder, 'millrace'))
    touchMemory(join(folder, 'touched'))
    for (const implementation of options.implementations) {
      const server = await start(implementation, folder, options, show)
      sides.push({ server, topics: topicsOf(server.bootstrap) })
    }
    await setTimeout(SETTLE_MS)
    for (const { server } of sides) show(memoryOf(server, 'idle'))
    for (let run = 0; run <= options.runs; run++) {
      const turns = run % 2 === 0 ? sides : sides.toReversed()
      await measureRun(turns, options, run === 0 ? () => {} : show)
    }
    for (const { server } of sides) show(memoryOf(server, 'after all'))
  } finally {
    for (const { server, topics } of sides) {
      await topics.close()
      await server.stop()
    }
    rmSync(folder, { recursive: true })
  }
}

/**
 * Writes as much as both brokers will, and takes it away again: the first use of memory for the
 * cache of files is slow where the machine is a virtual one.
 */
function touchMemory(file: string): void {
  const block = Buffer.alloc(1024 * 1024)
  const fd = openSync(file, 'w')
  for (let written = 0; written < TOUCHED_BYTES; written += block.length) writeSync(fd, block)
  closeSync(fd)
  rmSync(file)
}

/** @returns The last of the servers that were started. */
async function start(
  implementation: Implementation,
  folder: string,
  { starts, profileFolder }: BrokerBenchOptions,
  show: (figures: Figures) => void,
): Promise<Server> {
  const millrace = join(folder, 'millrace')
  for (let left = implementation === 'Millrace' ? starts : 1; ; left--) {
    const server = await startNewServer({
      implementation,
      millrace,
      folder: join(folder, `${implementation}-${left}`),
      profileFolder: left === 1 ? profileFolder : null,
    })
    const { lineMs, readyMs } = server
    show({ table: 'start', row: 'empty folder', implementation, values: [lineMs, readyMs] })
    if (left === 1) return server
    await server.stop()
  }
}

function memoryOf({ implementation, pid }: Server, row: string): Figures {
  return { table: 'memory', row, implementation, values: [residentMiB(pid)] }
}

async function measureRun(
  sides: readonly Side[],
  { durationMs, javaRecords }: BrokerBenchOptions,
  show: (figures: Figures) => void,
): Promise<void> {
  for (const shape of shapes) {
    const recordsMax = RECORDS_BYTES_MAX / (shape.recordBytes + (shape.batchRecords === 1 ? 70 : 8))
    for (const { server, topics } of sides) {
      const found = await measureShape(server, topics, shape, { durationMs, recordsMax })
      for (const api of ['produce', 'fetch'] as const) {
        const { recordsPerSecond, cpuMicros, generatorShare } = found[api]
        show({
          table: 'throughput',
          row: `${api}, ${nameOf(shape)}`,
          implementation: server.implementation,
          values: [recordsPerSecond / 1000, cpuMicros, generatorShare * 100],
        })
      }
    }
  }
  for (const { server, topics } of sides) {
    const { implementation, bootstrap } = server
    const { acknowledged, arrived } = await measureLatency(server, topics, durationMs)
    const latency = { table: 'latency', implementation } as const
    show({ ...latency, row: 'produce, acks=all', values: Object.values(acknowledged) })
    show({ ...latency, row: 'produce to fetch', values: Object.values(arrived) })
    const topic = `java-${performance.now()}`
    await topics.create(topic)
    const rates = await measureJavaClients(bootstrap, topic, javaRecords)
    await topics.delete(topic)
    const java = { table: 'java', implementation } as const
    show({ ...java, row: 'produce, 100 B', values: [rates.produce / 1000] })
    show({ ...java, row: 'fetch, 100 B', values: [rates.fetch / 1000] })
  }
}

function nameOf({ recordBytes, batchRecords, clients }: Shape): string {
  const size = recordBytes < 1000 ? `${recordBytes} B` : `${recordBytes / 1000} KB`
  const who = clients === 1 ? 'one client' : `${clients} clients`
  return `${size}, batches of ${batchRecords}, ${who}`
}
