import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { implementations } from '../worker.ts'
import { type BrokerBenchOptions, benchBroker } from './bench.ts'
import type { Figures } from './figures.ts'
import { lineOf, reportOf } from './report.ts'

export const usage = `Usage: npm run bench -- broker [options]

Compares the embedded broker with Apache Kafka. Needs Linux, Java and Maven; takes five minutes.

  --runs N      runs that are shown, 3 if not given
  --quick       one short run, as a check that all works; writes no results
  --only NAME   ${implementations.join(' or ')} alone; writes no results
  --profile     CPU profiles of Millrace in bench/profiles; writes no results, which it slows down
`

const bench = join(import.meta.dirname, '..')

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '3' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  })
  const options: BrokerBenchOptions = {
    ...(values.quick
      ? { runs: 1, durationMs: 200, starts: 1, javaRecords: 100_000 }
      : { runs: Number(values.runs), durationMs: 1000, starts: 7, javaRecords: 600_000 }),
    implementations: implementations.filter((name) => (values.only ?? name) === name),
    profileFolder: values.profile ? join(bench, 'profiles') : null,
  }
  const all: Figures[] = []
  await benchBroker(options, (figures) => {
    all.push(figures)
    process.stdout.write(`${lineOf(figures)}\n`)
  })
  const report = reportOf(all, options)
  process.stdout.write(`\n${report}`)
  if (!values.quick && !values.profile && values.only === undefined) {
    writeFileSync(join(bench, 'BROKER.md'), report)
  }
}
