import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchFile, type FileBenchOptions, type Measurement } from './file.ts'
import { lineOf, reportOf } from './report.ts'
import { implementations } from './worker.ts'

export const usage = `Usage: npm run bench -- file [options]

Compares the file source and sink of Millrace and of Apache Kafka Connect.
Needs Linux, Java and Maven.

  --runs N      runs of each worker, 3 if not given
  --lines N     lines of a stretch, 1000000 if not given; the file has six, the first and the
                fifth are measured
  --quick       one run with stretches of 100000, as a check that all works; writes no results
  --only NAME   ${implementations.join(' or ')} alone; writes no results
  --profile     CPU profiles of Millrace in bench/profiles; writes no results, which it slows down
`

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '3' },
      lines: { type: 'string', default: '1000000' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  })
  const options: FileBenchOptions = {
    runs: values.quick ? 1 : Number(values.runs),
    stretchLines: values.quick ? 100_000 : Number(values.lines),
    implementations: implementations.filter((name) => (values.only ?? name) === name),
    profileFolder: values.profile ? join(import.meta.dirname, 'profiles') : null,
  }
  const measurements: Measurement[] = []
  await benchFile(options, (measurement) => {
    measurements.push(measurement)
    process.stdout.write(`${lineOf(measurement)}\n`)
  })
  const report = reportOf(measurements, options)
  process.stdout.write(`\n${report}`)
  if (!values.quick && !values.profile && values.only === undefined) {
    writeFileSync(join(import.meta.dirname, 'RESULTS.md'), report)
  }
}
