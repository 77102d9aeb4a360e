import { median } from '../median.ts'
import { versions } from '../versions.ts'
import type { BrokerBenchOptions } from './bench.ts'
import { type Figures, type Table, tables } from './figures.ts'

const own = 'Millrace'
const reference = 'Apache'

/** One line for the terminal while the benchmark runs. */
export function lineOf({ table, row, implementation, values }: Figures): string {
  const { columns } = tables[table]
  const parts = columns.map(({ title, digits }, nth) => {
    return `${title} ${values[nth]?.toFixed(digits) ?? '-'}`
  })
  return `${implementation}, ${row}: ${parts.join('; ')}`
}

/** The page with the tables: medians, in brackets the least and the most. */
export function reportOf(
  all: readonly Figures[],
  { runs, starts, durationMs }: BrokerBenchOptions,
): string {
  const names = Object.keys(tables) as (keyof typeof tables)[]
  const parts = names.map((name) => {
    const figures = all.filter(({ table }) => table === name)
    return `## ${tables[name].title}\n\n${tableOf(tables[name], figures)}\n`
  })
  return `# Results of \`npm run bench -- broker\`

The embedded broker beside Apache Kafka, both with their logs on the same disk and their defaults
(neither forces records to the disk), both warm: a first run isn't shown. They take turns at each
measurement, which lasts ${durationMs} ms; the other one is idle meanwhile.

- *Throughput*: one process is all clients. Each has a connection and a partition of its own, and
  sends batches that were made beforehand, with \`acks=all\` and up to five requests unanswered; or
  fetches up to 1 MiB at a time, again and again what was appended before. Only what was
  acknowledged and is in the log counts, and only records that came in their order.
- *CPU*: time of the broker's process for each record, from \`/proc/PID/stat\`. *Generator*: what
  the clients took; near 100 % they may be what limits.
- *Latency*: one record at a time, from its request to its acknowledgement; and, with a pause of
  1 ms before each, to its arrival at a consumer that waits for it.
- *Java clients*: \`ProducerPerformance\` and \`ConsumerPerformance\` of Apache Kafka with their
  defaults, one client, one partition.
- *Start*: from the command to its line that it is ready, and to the first answer, here to Metadata.
- *Memory*: resident, after the start and at the end of all runs.

Each figure is the median of ${runs} runs, and of ${starts} starts of Millrace, with the least and
the most; one without brackets was measured once.

${parts.join('\n')}
## With what

- ${versions.millrace()}
- Apache Kafka 4.3.1, one node (KRaft), ${versions.java()}, \`-Xms256m -Xmx1g\`,
  \`log.segment.delete.delay.ms=100\`, \`log.initial.task.delay.ms=500\`
- ${versions.machine()}
`
}

function tableOf({ columns }: Table, figures: readonly Figures[]): string {
  const rows = [...new Set(figures.map(({ row }) => row))].map((row) => {
    const ofRow = figures.filter((each) => each.row === row)
    const [ours, theirs] = [own, reference].map((name) => {
      return ofRow.filter(({ implementation }) => implementation === name)
    })
    const cells = columns.flatMap(({ digits }, nth) => {
      const values = [valuesOf(ours, nth), valuesOf(theirs, nth)] as const
      return [cell(values[0], digits), cell(values[1], digits), ratio(...values)]
    })
    return [row, ...cells]
  })
  const head = ['', ...columns.flatMap(({ title }) => [`${title}: ${own}`, reference, 'ratio'])]
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function valuesOf(figures: readonly Figures[] | undefined, nth: number): readonly number[] {
  return (figures ?? []).flatMap(({ values }) => values[nth] ?? [])
}

function cell(values: readonly number[], digits: number): string {
  if (values.length === 0) return ''
  const spread = [Math.min(...values), Math.max(...values)].map((limit) => limit.toFixed(digits))
  const middle = median(values).toFixed(digits)
  return values.length === 1 ? middle : `${middle} (${spread.join('–')})`
}

function ratio(ours: readonly number[], theirs: readonly number[]): string {
  if (ours.length === 0 || theirs.length === 0) return ''
  return (median(ours) / median(theirs)).toFixed(2)
}
