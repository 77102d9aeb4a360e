import { catalogue } from '../../src/metrics/catalogue.ts'
import type { MetricTable } from '../../src/metrics/metric-table.ts'
import { labelName, sampleName } from '../../src/metrics/names.ts'

const suffixes = { gauge: '', counter: '_total', info: '_info' }

/** What the reference page has to have of each type of MBean: a heading and a table. */
export function referenceSections(): readonly string[] {
  return catalogue.map((table) => [heading(table), '', ...rowsOf(table)].join('\n'))
}

/** Names of all samples of these tables. */
export function sampleNamesOf(tables: readonly MetricTable[]): readonly string[] {
  return tables.flatMap(({ type, metrics }) =>
    Object.entries(metrics).map(([attribute, [unit]]) => nameOf(type, attribute, unit)),
  )
}

function nameOf(type: string, attribute: string, unit: string): string {
  const group = { domain: domainOf(type), type }
  const { family, kind } = sampleName(group, attribute, unit === 'text', 'short')
  return `${family}${suffixes[kind]}`
}

function rowsOf({ type, metrics }: MetricTable): readonly string[] {
  return [
    '| in `/metrics` | attribute | unit | meaning |',
    '| --- | --- | --- | --- |',
    ...Object.entries(metrics).map(([attribute, [unit, meaning]]) => {
      const label = unit === 'text' ? `{${labelName(attribute, 'short')}="…"}` : ''
      return `| \`${nameOf(type, attribute, unit)}${label}\` | \`${attribute}\` | ${unit} | ${meaning} |`
    }),
  ]
}

function heading({ type, tags }: MetricTable): string {
  const name = [`type=${type}`, ...tags.map((tag) => `${tag}=*`)].join(',')
  return `### ${domainOf(type)}:${name}`
}

function domainOf(type: string): string {
  const [, client] = /^(producer|consumer|admin-client)-/.exec(type) ?? []
  return `kafka.${(client ?? 'connect').replace('-', '.')}`
}
