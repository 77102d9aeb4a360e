import assert from 'node:assert/strict'
import type { Format } from '../../src/metrics/exposition.ts'

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
const sampleLine = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (\\S+)$`)
const commentLine = new RegExp(`^# (TYPE|HELP) (${NAME}) (.+)$`)
const suffixes: Readonly<Record<string, string>> = { gauge: '', counter: '_total', info: '_info' }

/**
 * Reads what `/metrics` answers and fails for anything that the format does not allow: families
 * whose samples are not together, samples without a type, twice the same sample, bad values.
 */
export function parseStrictly(text: string, format: Format): readonly Sample[] {
  const lines = text.split('\n')
  assert.equal(lines.pop(), '', 'the text ends with a line feed')
  if (format === 'openmetrics') assert.equal(lines.pop(), '# EOF')
  const samples: Sample[] = []
  const families = new Set<string>()
  const seen = new Set<string>()
  let family = { name: '', type: '' }
  for (const line of lines) {
    const [, kind, name = '', rest = ''] = commentLine.exec(line) ?? []
    if (kind === 'TYPE') {
      assert.ok(!families.has(name), `${name} is there twice`)
      families.add(name)
      family = { name, type: rest }
    } else if (kind === 'HELP') {
      assert.equal(name, family.name, line)
    } else {
      const sample = parseSample(line)
      assert.equal(sample.name, sampleName(family, format), line)
      const key = JSON.stringify([sample.name, sample.labels])
      assert.ok(!seen.has(key), `twice: ${line}`)
      seen.add(key)
      if (family.type === 'counter') assert.ok(sample.value >= 0, line)
      samples.push(sample)
    }
  }
  return samples
}

/** In the older format the family has the name of its samples, and there is no `info`. */
function sampleName({ name, type }: { name: string; type: string }, format: Format): string {
  const suffix = suffixes[type]
  assert.ok(suffix !== undefined, `${name} has the type ${type}`)
  if (format === 'openmetrics') return `${name}${suffix}`
  assert.notEqual(type, 'info')
  assert.ok(name.endsWith(suffix), `${name} is a counter`)
  return name
}

function parseSample(line: string): Sample {
  const [matched, name = '', labels = '', value = ''] = sampleLine.exec(line) ?? []
  assert.equal(matched, line, 'a sample')
  assert.match(value, /^(NaN|[+-]Inf|-?\d+(\.\d+)?(e[+-]?\d+)?)$/, line)
  const pairs = [...labels.matchAll(/([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/g)]
  const names = pairs.map(([, label]) => label)
  assert.equal(new Set(names).size, names.length, `a label is there twice: ${line}`)
  return {
    name,
    labels: Object.fromEntries(pairs.map(([, label, text = '']) => [label, unescaped(text)])),
    value: Number(value.replace('Inf', 'Infinity')),
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped))
}
