import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApacheKafka } from '../../test/helpers/apache-kafka.ts'
import { installMillrace } from '../install.ts'
import { topicsOf } from '../topics.ts'
import { type Implementation, implementations } from '../worker.ts'
import type { Figure } from './figures.ts'
import { installForApache, installForMillrace } from './plugins.ts'
import { ClusterRun } from './scenario.ts'
import { Ticks } from './ticks.ts'

export interface ClusterBenchOptions {
  readonly connectors: readonly number[]
  readonly runs: number
  readonly implementations: readonly Implementation[]
  readonly profileFolder: string | null
}

const CROWD_PARTITIONS = 8
/** For each step, and for each connector of it. */
const STEP_LIMIT_MS = 60_000
const CONNECTOR_LIMIT_MS = 240

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
        const names = { steady: `${cluster}-steady`, crowd: `${cluster}-crowd` }
        await topics.create(names.steady)
        await topics.create(names.crowd, CROWD_PARTITIONS)
        const ticks = new Ticks(
          kafka.bootstrap,
          new Map([
            [names.steady, 1],
            [names.crowd, CROWD_PARTITIONS],
          ]),
        )
        const options_ = {
          ...{ implementation, bootstrap: kafka.bootstrap, folder: join(folder, cluster) },
          ...{ millrace, pluginPath: plugins[implementation], cluster },
          profileFolder: implementation === 'Millrace' ? options.profileFolder : null,
        }
        await new ClusterRun({
          options: options_,
          connectors,
          ticks,
          topics: names,
          limitMs: STEP_LIMIT_MS + connectors * CONNECTOR_LIMIT_MS,
          measured: (row, value) => show({ connectors, implementation, row, value }),
        }).run()
        await ticks.close()
      }
    }
  } finally {
    await topics.close()
    await kafka.stop()
    rmSync(folder, { recursive: true })
  }
}

function turns({ runs, implementations: chosen }: ClusterBenchOptions) {
  return Array.from({ length: runs }, (_, run) => run).flatMap((run) =>
    (run % 2 === 0 ? implementations : implementations.toReversed())
      .filter((implementation) => chosen.includes(implementation))
      .map((implementation) => [run, implementation] as const),
  )
}
