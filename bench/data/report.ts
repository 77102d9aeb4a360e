import { median } from '../median.ts'
import { versions } from '../versions.ts'
import { AVRO_VERSION, javaFlags, type Lengths, type Rates, rowTitles } from './measure.ts'

/** One line for the terminal while the benchmark runs. */
export function lineOf(rates: Rates): string {
  const { title, own, other, ratio, cpu } = figuresOf(rates)
  return `${title}: ${own} against ${other} k records/s, ${ratio}; CPU ${cpu}`
}

function figuresOf({ row, millrace, reference }: Rates) {
  const [ownRates, otherRates] = [millrace, reference].map((rates) =>
    rates.map(({ recordsPerSecond }) => recordsPerSecond / 1000),
  ) as [number[], number[]]
  const [ownCpu, otherCpu] = [millrace, reference].map((rates) =>
    median(rates.map(({ cpuMicros }) => cpuMicros)),
  ) as [number, number]
  return {
    title: rowTitles[row] ?? row,
    own: figure(ownRates),
    other: figure(otherRates),
    ratio: `${(median(ownRates) / median(otherRates)).toFixed(2)}x`,
    cpu: `${ownCpu.toFixed(2)} against ${otherCpu.toFixed(2)}`,
    ownCpu: ownCpu.toFixed(2),
    otherCpu: otherCpu.toFixed(2),
    cpuRatio: `${(otherCpu / ownCpu).toFixed(2)}x`,
  }
}

function figure(rates: readonly number[]): string {
  const [least, most] = [Math.min(...rates), Math.max(...rates)]
  return `${median(rates).toFixed(0)} (${least.toFixed(0)}-${most.toFixed(0)})`
}

/** The page with the table: medians, in brackets the least and the most. */
export function reportOf(all: readonly Rates[], { runs, warmUpMs, runMs }: Lengths): string {
  const rows = all.map(figuresOf).map((each) => {
    const { title, own, other, ratio, ownCpu, otherCpu, cpuRatio } = each
    return `| ${title} | ${own} | ${other} | ${ratio} | ${ownCpu} | ${otherCpu} | ${cpuRatio} |`
  })
  return `# Results of \`npm run bench -- data\`

Thousands of records a second in one thread, of converters and transforms alone: no worker, no
Kafka. The records are 1,000 orders of some 300 bytes with nine fields, a list and a struct among
them. Each side has a process of its own for each row, goes over the records for
${warmUpMs / 1000} s to get warm, then takes turns with the other: ${runs} runs of ${runMs / 1000} s. That the results are of
the same size, as JSON, is checked.

| | Millrace | Apache Kafka Connect 4.3.1 | | CPU, µs | | |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Each figure is the median, with the least and the most; CPU is that of the whole process for one
record, in the same order, and tells more where the machine was not quiet. Both sides call what
their workers call:
Millrace's converters write into a batch and read from one, the reference's make and take an array
for each record. The transforms are \`Cast\`, \`ReplaceField\`, \`InsertField\`. Confluent's
AvroConverter is not on Maven Central: the other side of the Avro rows is Avro ${AVRO_VERSION} for
Java with generic records, and the plainest conversion between these and structs; no registry on
either side.

## With what

- ${versions.millrace().replace('built, ', '')}
- ${versions.java()}, \`${javaFlags.join(' ')}\`
- ${versions.machine()}
`
}
