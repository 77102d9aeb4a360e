import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApacheKafka } from '../../test/helpers/apache-kafka.ts'
import { installMillrace } from '../install.ts'
import { type Topics, topicsOf } from '../topics.ts'
import { type Implementation, implementations } from '../worker.ts'
import type { Figure } from './figures.ts'
import { installForApache, installForMillrace } from './plugins.ts'
import { runScenario, type Scenario } from './scenario.ts'
import { Ticks } from './ticks.ts'
import type { ClusterOptions } from './worker.ts'

export interface ClusterBenchOptions {
  readonly connectors: readonly number[]
  readonly runs: number
  readonly implementations: readonly Implementation[]
  readonly profileFolder: string | null
}

const CROWD_PARTITIONS = 8
/** For each step, and for each connector of it. */
export const STEP_LIMIT_MS = 60_000
export const CONNECTOR_LIMIT_MS = 240

/** Lets both go through the same by turns, each with its own cluster, on the same broker. */
export async function benchCluster(
  options: ClusterBenchOptions,
  show: (figure: Figure) => void,
  log: (line: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const millrace = join(folder, 'millrace')
  const kafka = await startApacheKafka()
  const topics = topicsOf(kafka.bootstrap)
  try {
    installMillrace(millrace)
    const plugins = {
      Millrace: installForMillrace(folder, millrace),
      Apache: installForApache(folder),
    }
    for (const connectors of options.connectors) {
      for (const [run, implementation] of turns(options)) {
        log(`${connectors} connectors, run ${run + 1}, ${implementation}`)
        const cluster = `${implementation}-${connectors}-${run}`
        const workers = {
          ...{ implementation, bootstrap: kafka.bootstrap, folder: join(folder, cluster) },
          ...{ millrace, pluginPath: plugins[implementation], cluster },
          profileFolder: implementation === 'Millrace' ? options.profileFolder : null,
        }
        const measured: Scenario['measured'] = (row, value) =>
          show({ connectors, implementation, row, value })
        await runCluster(workers, connectors, topics, measured).catch((error: unknown) =>
          log(`  this run ends early: ${error instanceof Error ? error.message : error}`),
        )
      }
    }
  } finally {
    await topics.close()
    await kafka.stop()
    rmSync(folder, { recursive: true })
  }
}

/** One run, with topics of its own. */
async function runCluster(
  workers: ClusterOptions,
  connectors: number,
  topics: Topics,
  measured: Scenario['measured'],
): Promise<void> {
  const { bootstrap, cluster } = workers
  const names = { steady: `${cluster}-steady`, crowd: `${cluster}-crowd` }
  await topics.create(names.steady)
  await topics.create(names.crowd, CROWD_PARTITIONS)
  const partitions = [
    [names.steady, 1],
    [names.crowd, CROWD_PARTITIONS],
  ] as const
  const ticks = new Ticks(bootstrap, new Map(partitions))
  try {
    const limitMs = STEP_LIMIT_MS + connectors * CONNECTOR_LIMIT_MS
    await runScenario({ workers, connectors, ticks, topics: names, limitMs, measured })
  } finally {
    await ticks.close()
  }
}

function turns({ runs, implementations: chosen }: ClusterBenchOptions) {
  return Array.from({ length: runs }, (_, run) => run).flatMap((run) =>
    (run % 2 === 0 ? implementations : implementations.toReversed())
      .filter((implementation) => chosen.includes(implementation))
      .map((implementation) => [run, implementation] as const),
  )
}
