import type { VectorCase } from '../../acceptance/vectors/case.ts'
import type { RecordJson } from '../../acceptance/vectors/record-codec.ts'
import type { Random } from '../random.ts'
import type { Input } from './generate.ts'
import { aimed, type JsonObject } from './mutate.ts'
import { mutatedRecord } from './mutate-record.ts'

/** A shown case of a transformation or predicate. */
interface PluginCase extends VectorCase {
  readonly class: string
  readonly config: JsonObject
  readonly record?: RecordJson
}

/** What chains are made of: shown cases that can be configured. */
export interface ChainParts {
  readonly transforms: readonly PluginCase[]
  readonly predicates: readonly PluginCase[]
}

export function chainParts(cases: readonly VectorCase[]): ChainParts {
  const of = (op: string) =>
    cases.filter((each): each is PluginCase => each.op === op && each.expect.stage === undefined)
  return { transforms: of('transform'), predicates: of('predicate') }
}

const PACKAGE = 'org.apache.kafka.connect.transforms.'
const aliases = ['a', 'b', 'c', 'd']

/** A few transformations with predicates, aimed at the fields of one of their records. */
export function chain({ transforms, predicates }: ChainParts, random: Random): Input {
  const first = random.pick(transforms.filter(({ record }) => record !== undefined))
  const record = first.record as RecordJson
  const named = aliases.slice(0, 1 + random.below(aliases.length))
  const stages = named.flatMap((alias, index) => {
    const part = index === 0 ? first : random.pick(transforms)
    const prefix = `transforms.${alias}.`
    return [
      ...settings(prefix, PACKAGE, index === 0 ? part : fitted(part, record, random)),
      ...condition(prefix, random),
    ]
  })
  const conditions = ['p', 'q'].flatMap((alias) => {
    const part = fittedPredicate(random.pick(predicates), record, random)
    return settings(`predicates.${alias}.`, `${PACKAGE}predicates.`, part)
  })
  const config = { transforms: named.join(), predicates: 'p, q' }
  return {
    op: 'chain',
    config: { ...config, ...Object.fromEntries([...stages, ...conditions]) },
    records: [record, ...random.list(0, 2, () => mutatedRecord(record, random))],
  }
}

type Setting = readonly [name: string, text: string]

function settings(prefix: string, folder: string, part: PluginCase): Setting[] {
  const own = Object.entries(part.config).flatMap(([name, text]): Setting[] =>
    text === null ? [] : [[prefix + name, String(text)]],
  )
  return [[`${prefix}type`, folder + part.class], ...own]
}

function condition(prefix: string, random: Random): Setting[] {
  if (random.chance(0.4)) return []
  const predicate: Setting = [`${prefix}predicate`, random.pick(['p', 'q'])]
  const negate: Setting = [`${prefix}negate`, random.pick(['true', 'false', 'TRUE', ' true '])]
  return random.chance(0.6) ? [predicate, negate] : [predicate]
}

function fitted(part: PluginCase, record: RecordJson, random: Random): PluginCase {
  if (random.chance(0.3)) return part
  return aimed({ ...part, record } as unknown as JsonObject, random) as unknown as PluginCase
}

function fittedPredicate(part: PluginCase, record: RecordJson, random: Random): PluginCase {
  if (random.chance(0.5)) return part
  const header = random.pick(['h', ...(record.headers ?? []).map(({ key }) => key)])
  const fitting = { name: header, pattern: record.topic ?? '' }
  const config = Object.keys(part.config).map((name) => [name, fitting[name as 'name']])
  return { ...part, config: Object.fromEntries(config) }
}
