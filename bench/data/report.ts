import { median } from '../median.ts'
import { versions } from '../versions.ts'
import { AVRO_VERSION, javaFlags, type Lengths, type Rates, rowTitles } from './measure.ts'

/** One line for the terminal while the benchmark runs. */
export function lineOf(rates: Rates): string {
  const { title, own, other, ratio } = figuresOf(rates)
  return `${title}: ${own} against ${other} k records/s, ${ratio}`
}

function figuresOf({ row, millrace, reference }: Rates) {
  const ratio = median(millrace) / median(reference)
  return {
    title: rowTitles[row] ?? row,
    own: figure(millrace),
    other: figure(reference),
    ratio: `${ratio.toFixed(2)}x`,
  }
}

function figure(rates: readonly number[]): string {
  const k = (rate: number) => (rate / 1000).toFixed(0)
  return `${k(median(rates))} (${k(Math.min(...rates))}-${k(Math.max(...rates))})`
}

/** The page with the table: medians, in brackets the least and the most. */
export function reportOf(all: readonly Rates[], { runs, warmUpMs, runMs }: Lengths): string {
  const rows = all.map(figuresOf).map(({ title, own, other, ratio }) => {
    return `| ${title} | ${own} | ${other} | ${ratio} |`
  })
  return `# Results of \`npm run bench -- data\`

Thousands of records a second in one thread, of converters and transforms alone: no worker, no
Kafka. The records are 1,000 orders of some 300 bytes with nine fields, a list and a struct among
them. Each side has a process of its own for each row, goes over the records for
${warmUpMs / 1000} s to get warm, then takes turns with the other: ${runs} runs of ${runMs / 1000} s. That the results are of
the same size, as JSON, is checked.

| | Millrace | Apache Kafka Connect 4.3.1 | |
| --- | --- | --- | --- |
${rows.join('\n')}

Each figure is the median, with the least and the most. Both sides call what their workers call:
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
