import { meaningOf } from './catalogue.ts'
import { labelName, type Naming, type SampleName, sampleName } from './names.ts'
import type { GroupReading, Tags } from './registry.ts'

export type Format = 'openmetrics' | 'prometheus'

/** Value of the Content-Type header. */
export const contentTypes: Readonly<Record<Format, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
}

/** Lines between two turns of the rest of the process; thousands of tasks have a hundred thousand. */
const STRETCH_LINES = 3000

/** More or less. */
const LINES_OF_GROUP = 15

interface Family extends SampleName {
  readonly help: string
  readonly lines: string[]
}

/** Writes metrics as Prometheus reads them. Of groups with the same tags the last one counts. */
export async function exposition(
  groups: readonly GroupReading[],
  format: Format,
  naming: Naming,
): Promise<string> {
  const families = new Families(naming)
  const byKey = new Map<string, GroupReading>()
  await inStretches(groups, (group) => {
    byKey.set(keyOf(group), group)
    return LINES_OF_GROUP
  })
  await inStretches(byKey.values(), (group) => {
    addGroup(families, group, naming)
    return LINES_OF_GROUP
  })
  const parts: string[] = []
  await inStretches(families.all(), (family) => {
    parts.push(textOf(family, format))
    return family.lines.length
  })
  return format === 'openmetrics' ? `${parts.join('')}# EOF\n` : parts.join('')
}

/** @param work Returns how many lines it was about. */
async function inStretches<T>(items: Iterable<T>, work: (item: T) => number): Promise<void> {
  let left = STRETCH_LINES
  for (const item of items) {
    left -= work(item)
    if (left > 0) continue
    left = STRETCH_LINES
    await new Promise(setImmediate)
  }
}

/** Families of samples; each name is made once. */
class Families {
  readonly #naming: Naming
  readonly #byName = new Map<string, Family>()
  readonly #byAttribute = new Map<string, Family>()

  constructor(naming: Naming) {
    this.#naming = naming
  }

  all(): Iterable<Family> {
    return this.#byName.values()
  }

  of(group: GroupReading, attribute: string, isText: boolean): Family {
    const key = `${group.domain} ${group.type} ${attribute} ${isText}`
    let family = this.#byAttribute.get(key)
    if (family === undefined) {
      family = this.#named(group, attribute, isText)
      this.#byAttribute.set(key, family)
    }
    return family
  }

  #named(group: GroupReading, attribute: string, isText: boolean): Family {
    const name = sampleName(group, attribute, isText, this.#naming)
    // Plug-ins may have a gauge and a counter of the same name, which the formats don't allow.
    const isTaken = (this.#byName.get(name.family)?.kind ?? name.kind) !== name.kind
    const title = isTaken ? `${name.family}_${name.kind}` : name.family
    const known = this.#byName.get(title)
    if (known !== undefined) return known
    const help = group.meanings?.[attribute] ?? meaningOf(group.type, attribute) ?? ''
    const family = { ...name, family: title, help, lines: [] }
    this.#byName.set(title, family)
    return family
  }
}

/** Plug-ins have a group for each metric. */
function keyOf({ domain, type, tags, readings }: GroupReading): string {
  return JSON.stringify([domain, type, tags, type === 'plugins' ? Object.keys(readings) : []])
}

function addGroup(families: Families, group: GroupReading, naming: Naming): void {
  const labels = labelsText(group.tags, naming)
  for (const [attribute, value] of Object.entries(group.readings)) {
    const isText = typeof value === 'string'
    const { family, kind, scale, lines } = families.of(group, attribute, isText)
    const all = isText ? joined(labels, labelText(attribute, value, naming)) : labels
    const number = isText ? '1' : numberText(value * scale)
    lines.push(`${family}${suffixes[kind]}${all === '' ? '' : `{${all}}`} ${number}\n`)
  }
}

const suffixes: Readonly<Record<SampleName['kind'], string>> = {
  gauge: '',
  counter: '_total',
  info: '_info',
}

/** The older format knows families by the names of their samples, and has no `info`. */
function textOf({ family: name, kind, help, lines }: Family, format: Format): string {
  const isOpen = format === 'openmetrics'
  const title = isOpen ? name : `${name}${suffixes[kind]}`
  const type = kind === 'info' && !isOpen ? 'gauge' : kind
  const helpLine = help === '' ? '' : `# HELP ${title} ${escaped(help)}\n`
  return `# TYPE ${title} ${type}\n${helpLine}${lines.join('')}`
}

function labelsText(tags: Tags, naming: Naming): string {
  return Object.entries(tags)
    .map(([tag, value]) => labelText(tag, value, naming))
    .join(',')
}

function labelText(tag: string, value: string, naming: Naming): string {
  return `${labelName(tag, naming)}="${escaped(value)}"`
}

function joined(labels: string, label: string): string {
  return labels === '' ? label : `${labels},${label}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}
