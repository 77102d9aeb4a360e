import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeInputs } from './inputs.ts'
import { compileReference, measureRow, type Rates, rowTitles } from './measure.ts'
import { lineOf, reportOf } from './report.ts'

export const usage = `Usage: npm run bench -- data [options]

Compares converters and transforms with the classes of Apache Kafka Connect, without workers.
Needs Java and Maven; takes two minutes.

  --runs N      runs of each row, 5 if not given
  --quick       one short run, as a check that all works; writes no results
  --only ROW    one of ${Object.keys(rowTitles).join(', ')}; writes no results
`

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '5' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  })
  const lengths = values.quick
    ? { runs: 1, warmUpMs: 200, runMs: 200 }
    : { runs: Number(values.runs), warmUpMs: 3000, runMs: 1000 }
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const all: Rates[] = []
  try {
    compileReference(folder)
    const inputs = join(folder, 'inputs.jsonl')
    writeInputs(inputs)
    for (const row of Object.keys(rowTitles).filter((each) => (values.only ?? each) === each)) {
      const rates = await measureRow(row, inputs, folder, lengths)
      all.push(rates)
      process.stdout.write(`${lineOf(rates)}\n`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const report = reportOf(all, lengths)
  process.stdout.write(`\n${report}`)
  if (!values.quick && values.only === undefined) {
    writeFileSync(join(import.meta.dirname, '../DATA.md'), report)
  }
}
