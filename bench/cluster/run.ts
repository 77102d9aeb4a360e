import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { implementations } from '../worker.ts'
import { benchCluster, type ClusterBenchOptions } from './bench.ts'
import type { Figure } from './figures.ts'
import { lineOf, reportOf } from './report.ts'
import { readResults, withFigures, writeResults } from './results.ts'

export const usage = `Usage: npm run bench -- cluster [options]

Compares three distributed workers of Millrace with three of Apache Kafka Connect, and many
connectors in them. Needs Linux, Java and Maven; on two cores takes ten minutes for 100 connectors
and some twenty-five for 1000. What it measures takes the place of the same in bench/CLUSTER.md, the
rest of that page stays.

  --connectors N,M,...  how many; 100,1000 if not given
  --runs N              runs of each, 1 if not given
  --only NAME           ${implementations.join(' or ')} alone
  --trial               writes no results
  --profile             CPU profiles of Millrace in bench/profiles; writes no results
`

const bench = join(import.meta.dirname, '..')
const resultsFile = join(import.meta.dirname, 'results.jsonl')

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      connectors: { type: 'string', default: '100,1000' },
      runs: { type: 'string', default: '1' },
      only: { type: 'string' },
      trial: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  })
  const only = values.only?.toLowerCase()
  const options: ClusterBenchOptions = {
    connectors: values.connectors.split(',').map(Number),
    runs: Number(values.runs),
    implementations: implementations.filter(
      (name) => (only ?? name.toLowerCase()) === name.toLowerCase(),
    ),
    profileFolder: values.profile ? join(bench, 'profiles') : null,
  }
  const startedMs = performance.now()
  const log = (line: string) => {
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0)
    process.stdout.write(`${seconds} s: ${line}\n`)
  }
  const figures: Figure[] = []
  await benchCluster(
    options,
    (figure) => {
      figures.push(figure)
      log(lineOf(figure))
    },
    log,
  )
  const measured = withFigures([], figures)
  process.stdout.write(`\n${reportOf(measured)}\n`)
  log('done')
  if (values.profile || values.trial) return
  const results = withFigures(readResults(resultsFile), figures)
  writeResults(resultsFile, results)
  writeFileSync(join(bench, 'CLUSTER.md'), reportOf(results))
}
