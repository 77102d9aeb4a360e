import { type FileBenchOptions, type Measurement, STRETCHES, tasks } from './file.ts'
import { LINE_BYTES } from './input.ts'
import { median } from './median.ts'
import { versions } from './versions.ts'
import { implementations } from './worker.ts'

interface Column {
  readonly title: string
  value(measurement: Measurement): number
  readonly digits: number
}

const columns: readonly Column[] = [
  { title: 'first, k records/s', value: ({ first }) => first.recordsPerSecond / 1000, digits: 0 },
  { title: 'first, CPU µs', value: ({ first }) => first.cpuMicros, digits: 2 },
  { title: 'fifth, k records/s', value: ({ fifth }) => fifth.recordsPerSecond / 1000, digits: 0 },
  { title: 'fifth, CPU µs', value: ({ fifth }) => fifth.cpuMicros, digits: 2 },
  { title: 'ready, s', value: ({ readyMs }) => readyMs / 1000, digits: 2 },
  { title: 'idle, MiB', value: ({ idleMiB }) => idleMiB, digits: 0 },
  { title: 'end, MiB', value: ({ endMiB }) => endMiB, digits: 0 },
]

/** One line for the terminal while the benchmark runs. */
export function lineOf(measurement: Measurement): string {
  const values = columns.map(({ title, value, digits }) => {
    return `${title} ${value(measurement).toFixed(digits)}`
  })
  const { run, implementation, task } = measurement
  return `run ${run + 1}, ${implementation}, ${task}: ${values.join('; ')}`
}

/** The page with the table: medians, in brackets the least and the most. */
export function reportOf(
  measurements: readonly Measurement[],
  { runs, stretchLines }: FileBenchOptions,
): string {
  const [all, part] = [STRETCHES * stretchLines, stretchLines].map((n) => n.toLocaleString('en'))
  return `# Results of \`npm run bench -- file\`

${all} lines of ${LINE_BYTES} bytes from a file to a topic of one partition, the same with two
transforms, and the topic to a file. A worker of its own for each: standalone, one task,
\`JsonConverter\` without schemas, every other setting at its default. Both workers use the same
broker, one after the other, and take turns at beginning. That every record arrived once and
unchanged is checked.

- *First*: the first ${part} records, from the request that creates the connector on. *Fifth*: the
  fifth as many.
- *CPU*: time of the worker's process for each record, from \`/proc/PID/stat\`. A source works ahead
  by what the producer holds (32 MiB at most), so the CPU of the first includes some of the second.
- *Ready*: from the command until the REST API answers. *Idle* and *end*: resident memory before
  the task and after its last record.

Each figure is the median of ${runs} runs, with the least and the most.

${table(measurements)}

## With what

- ${versions.millrace()}
- Apache Kafka Connect 4.3.1, ${versions.java()}, \`-Xms256m -Xmx2g\`
- broker: Apache Kafka 4.3.1, a single node on the same machine
- ${versions.machine()}
`
}

function table(measurements: readonly Measurement[]): string {
  const rows = tasks.flatMap((task) => {
    const ofTask = measurements.filter((measurement) => measurement.task === task)
    const own = ofTask.filter(({ implementation }) => implementation === 'Millrace')
    const others = ofTask.filter(({ implementation }) => implementation === 'Apache')
    return [
      ...implementations.map((implementation) => {
        const values = implementation === 'Millrace' ? own : others
        return [task, implementation, ...columns.map((column) => cell(values, column))]
      }),
      [task, 'ratio', ...columns.map((column) => ratio(own, others, column))],
    ]
  })
  const head = ['', '', ...columns.map(({ title }) => title)]
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function cell(measurements: readonly Measurement[], { value, digits }: Column): string {
  if (measurements.length === 0) return ''
  const values = measurements.map(value)
  const spread = [Math.min(...values), Math.max(...values)].map((limit) => limit.toFixed(digits))
  return `${median(values).toFixed(digits)} (${spread.join('–')})`
}

function ratio(
  own: readonly Measurement[],
  others: readonly Measurement[],
  { value }: Column,
): string {
  if (own.length === 0 || others.length === 0) return ''
  return (median(own.map(value)) / median(others.map(value))).toFixed(2)
}
