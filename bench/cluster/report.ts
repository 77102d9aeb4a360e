import { median } from '../median.ts'
import { versions } from '../versions.ts'
import { implementations } from '../worker.ts'
import { SCRAPES, STATUS_REQUESTS } from './api-figures.ts'
import { CONNECTOR_LIMIT_MS, STEP_LIMIT_MS } from './bench.ts'
import { CROWD_INTERVAL_MS, STEADY, STEADY_INTERVAL_MS } from './connectors.ts'
import { CLIENTS } from './creation.ts'
import { type Figure, type Row, rows } from './figures.ts'
import { QUIET_MS, ROUNDS, ROUNDS_LIMIT_MS } from './member-changes.ts'
import type { Result } from './results.ts'
import { REBALANCE_DELAY_MS } from './worker.ts'

/** Of one side and row; undefined where it was not measured. */
type Values = ReadonlyArray<number | null> | undefined

/** One line for the terminal while the benchmark runs. */
export function lineOf({ row, value }: Figure): string {
  const { title, digits } = rows[row]
  return `  ${title.replace(/^- /, '')}: ${value?.toFixed(digits) ?? 'not in time'}`
}

/** The page with a table for each number of connectors. */
export function reportOf(results: readonly Result[]): string {
  const tables = [...Map.groupBy(results, ({ connectors }) => connectors)].map(
    ([count, sides]) => `## ${count.toLocaleString('en')} connectors\n\n${tableOf(sides)}\n`,
  )
  return `# Results of \`npm run bench -- cluster\`

Three distributed workers on one machine, with many connectors that do little: what the workers
themselves cost. Each run starts a cluster of its own; both sides take turns, on the same broker.
Where something is measured more than once, a cell has the median, with the least and the most.

- *Connectors*: of one class that was written twice for this, in TypeScript and in Java
  (\`bench/cluster\`), with one task each. ${STEADY} of them send a record every
  ${STEADY_INTERVAL_MS} ms, the others at once and then every ${CROWD_INTERVAL_MS / 1000} s, all
  with \`StringConverter\`. They share two topics, which are there before.
- *Sends*: its first record has arrived. So it is the tasks themselves that tell that they run,
  not a status.
- *Creating*: ${CLIENTS} clients, each one request after the other, to all three workers in turn. A
  request that is refused, as during a rebalance, is made again after 50 ms; its time is that
  until it is done. There are ${STEP_LIMIT_MS / 1000} s for it, and
  ${CONNECTOR_LIMIT_MS / 1000} s more for each connector; times are of the requests that were done
  by then. A side that is not done gets the other connectors through its config topic while its
  workers are stopped, and is measured further after their start.
- *Status*: ${STATUS_REQUESTS} requests by ${CLIENTS} clients, when nothing else goes on. *Metrics*:
  each worker is asked ${SCRAPES} times.
- *Pause*: longest time between two records of one of the ${STEADY} tasks, by their timestamps,
  of which ${STEADY_INTERVAL_MS} ms are its interval. *Nothing happens* for ${QUIET_MS / 1000} s: that
  much of a pause has nothing to do with the group. Then a fourth worker joins and leaves after
  SIGTERM, and one joins and is killed (SIGKILL), which the group notices after
  \`session.timeout.ms\`, 10 s: each ${ROUNDS} times, less often where ${ROUNDS_LIMIT_MS / 60_000} minutes
  are over. A task that moves stops and starts. \`scheduled.rebalance.max.delay.ms\` is
  ${REBALANCE_DELAY_MS}: work of a worker that left is given to others at once.
- *Cold start*: all workers were stopped, then three are started at the same time; the connectors
  are in the config topic.
- *Memory*: of the three processes, 10 s after the start and 15 s after the last connector sends:
  resident, where code that the processes share counts three times, and as PSS, where once, so
  that the sum is what the machine gives. The first tasks in a process bring threads, code and
  connections that later ones share: hence the row for those after the first ${STEADY}, measured
  in a cluster of their own.

All other settings are defaults. An empty cell: not measured.

${tables.join('\n')}
## With what

${versionLines(results).join('\n')}
- broker: Apache Kafka 4.3.1, a single node on the same machine
- ${versions.machine()}
`
}

function versionLines(results: readonly Result[]): readonly string[] {
  return implementations.flatMap((implementation) => {
    const ofSide = results.filter((result) => result.implementation === implementation)
    return [...Map.groupBy(ofSide, ({ version }) => version)].map(([version, measured]) => {
      const counts = measured.map(({ connectors }) => connectors.toLocaleString('en'))
      return `- ${version} (with ${counts.join(' and ')} connectors)`
    })
  })
}

function tableOf(sides: readonly Result[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = Object.entries(rows).map(([row, { title, digits }]) => {
    const [own, others] = implementations.map(
      (name) => sides.find(({ implementation }) => implementation === name)?.figures[row as Row],
    )
    return line([title, cell(own, digits), cell(others, digits), ratio(own, others)])
  })
  return [
    line(['', ...implementations, 'ratio']),
    line(['---', '---', '---', '---']),
    ...lines,
  ].join('\n')
}

function cell(all: Values, digits: number): string {
  if (all === undefined) return ''
  const values = inTime(all)
  if (values.length === 0) return 'not in time'
  const middle = median(values).toFixed(digits)
  const spread = [Math.min(...values), Math.max(...values)].map((limit) => limit.toFixed(digits))
  return values.length === 1 ? middle : `${middle} (${spread.join('–')})`
}

function ratio(own: Values, others: Values): string {
  const [ours, theirs] = [inTime(own ?? []), inTime(others ?? [])]
  if (ours.length === 0 || theirs.length === 0 || median(theirs) === 0) return ''
  return (median(ours) / median(theirs)).toFixed(2)
}

function inTime(values: ReadonlyArray<number | null>): readonly number[] {
  return values.filter((value) => value !== null)
}
