import { median } from '../median.ts'
import { versions } from '../versions.ts'
import { type Implementation, implementations } from '../worker.ts'
import type { ClusterBenchOptions } from './bench.ts'
import { type Figure, type Row, rows } from './figures.ts'
import {
  CLIENTS,
  CROWD_INTERVAL_MS,
  STATUS_REQUESTS,
  STEADY,
  STEADY_INTERVAL_MS,
} from './scenario.ts'
import { REBALANCE_DELAY_MS } from './worker.ts'

/** One line for the terminal while the benchmark runs. */
export function lineOf({ row, value }: Figure): string {
  const { title, digits } = rows[row]
  return `  ${title.replace(/^- /, '')}: ${value?.toFixed(digits) ?? 'not in time'}`
}

/** The page with the tables: medians, in brackets the least and the most. */
export function reportOf(
  figures: readonly Figure[],
  { connectors, runs }: ClusterBenchOptions,
): string {
  const tables = connectors.map((count) => {
    const ofCount = figures.filter((figure) => figure.connectors === count)
    return `## ${count.toLocaleString('en')} connectors\n\n${tableOf(ofCount)}\n`
  })
  return `# Results of \`npm run bench -- cluster\`

Three distributed workers on one machine, with many connectors that do little: what the workers
themselves cost. Each run starts a cluster of its own; both sides take turns, on the same broker.

- *Connectors*: of one class that was written twice for this, in TypeScript and in Java
  (\`bench/cluster\`), with one task each. ${STEADY} of them send a record every
  ${STEADY_INTERVAL_MS} ms, the others at once and then every ${CROWD_INTERVAL_MS / 1000} s, all
  with \`StringConverter\`. They share two topics, which are there before.
- *Sends*: its first record has arrived. So it is the tasks themselves that tell that they run,
  not a status.
- *Creating*: ${CLIENTS} clients, each one request after the other, to all three workers in turn. A
  request that is refused, as during a rebalance, is made again after 50 ms; its time is that
  until it is done.
- *Status*: ${STATUS_REQUESTS} requests by ${CLIENTS} clients, when nothing else goes on.
- *Pause*: longest time between two records of one of the ${STEADY} tasks, by their timestamps,
  of which ${STEADY_INTERVAL_MS} ms are its interval. A fourth worker joins and leaves after
  SIGTERM; the third is killed (SIGKILL), which the group notices after \`session.timeout.ms\`,
  10 s. A task that moves stops and starts. \`scheduled.rebalance.max.delay.ms\` is
  ${REBALANCE_DELAY_MS}: work of a worker that left is given to others at once.
- *Cold start*: all workers were stopped, then three are started at the same time; the connectors
  are in the config topic.
- *Memory*: resident, of the three processes, 10 s after the start and 15 s after the last
  connector sends.

All other settings are defaults. ${howOften(runs)}.
An empty cell: it did not come about in time.

${tables.join('\n')}
## With what

- ${versions.millrace()}
- Apache Kafka Connect 4.3.1, ${versions.java()}, \`-Xms256m -Xmx2g\` each
- broker: Apache Kafka 4.3.1, a single node on the same machine
- ${versions.machine()}
`
}

function howOften(runs: number): string {
  return runs === 1 ? 'One run each' : `Medians of ${runs} runs, with the least and the most`
}

function tableOf(figures: readonly Figure[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = Object.entries(rows).map(([row, { title, digits }]) => {
    const [own = [], others = []] = implementations.map((name) =>
      valuesOf(figures, row as Row, name),
    )
    return line([title, cell(own, digits), cell(others, digits), ratio(own, others)])
  })
  return [
    line(['', ...implementations, 'ratio']),
    line(['---', '---', '---', '---']),
    ...lines,
  ].join('\n')
}

function valuesOf(
  figures: readonly Figure[],
  row: Row,
  implementation: Implementation,
): readonly number[] {
  return figures.flatMap((figure) => {
    const isMeant = figure.row === row && figure.implementation === implementation
    return isMeant && figure.value !== null ? [figure.value] : []
  })
}

function cell(values: readonly number[], digits: number): string {
  if (values.length === 0) return ''
  const middle = median(values).toFixed(digits)
  const spread = [Math.min(...values), Math.max(...values)].map((limit) => limit.toFixed(digits))
  return values.length === 1 ? middle : `${middle} (${spread.join('–')})`
}

function ratio(own: readonly number[], others: readonly number[]): string {
  if (own.length === 0 || others.length === 0 || median(others) === 0) return ''
  return (median(own) / median(others)).toFixed(2)
}
