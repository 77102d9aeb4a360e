import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { implementations } from '../worker.ts'
import { benchCluster, type ClusterBenchOptions } from './bench.ts'
import type { Figure } from './figures.ts'
import { lineOf, reportOf } from './report.ts'

export const usage = `Usage: npm run bench -- cluster [options]

Compares three distributed workers of Millrace with three of Apache Kafka Connect, and many
connectors in them. Needs Linux, Java and Maven; on two cores takes four minutes for 100 connectors
and some fifteen for 1000.

  --connectors N,M,...  how many; 100,1000 if not given
  --runs N              runs of each, 1 if not given
  --only NAME           ${implementations.join(' or ')} alone; writes no results
  --profile             CPU profiles of Millrace in bench/profiles; writes no results
`

const bench = join(import.meta.dirname, '..')

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      connectors: { type: 'string', default: '100,1000' },
      runs: { type: 'string', default: '1' },
      only: { type: 'string' },
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
  const report = reportOf(figures, options)
  process.stdout.write(`\n${report}\n`)
  log('done')
  if (!values.profile && only === undefined) writeFileSync(join(bench, 'CLUSTER.md'), report)
}
