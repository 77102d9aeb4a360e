import type { SchemaJson } from '../../acceptance/vectors/codec.ts'
import type { RecordJson } from '../../acceptance/vectors/record-codec.ts'
import type { Random } from '../random.ts'
import { crossed } from './cross.ts'
import { mutatedRecord, pathsIn } from './mutate-record.ts'
import { jsonTokens, texts } from './pools.ts'
import { hasKind, randomSchema, randomValue, valueFor, valueOfKind } from './values.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** What cases of one suite have under the same key: material for other cases. */
export type Pool = ReadonlyMap<string, readonly Json[]>

export function poolOf(cases: readonly object[]): Pool {
  const pool = new Map<string, Json[]>()
  for (const each of cases) {
    for (const [place, value] of parts(each as JsonObject)) {
      const known = pool.get(place) ?? []
      known.push(value)
      pool.set(place, known)
    }
  }
  return pool
}

function parts(vector: JsonObject): Array<[string, Json]> {
  const { config, props, calls, steps } = vector
  const settings = Object.entries({ ...(config as object), ...(props as object) })
  return [
    ...settings.map(([key, value]): [string, Json] => [`setting ${key}`, value as Json]),
    ...((calls ?? []) as Json[]).map((call): [string, Json] => ['calls', call]),
    ...((steps ?? []) as Json[]).slice(1).map((step): [string, Json] => ['steps', step]),
  ]
}

interface Suite {
  readonly cases: readonly object[]
  readonly pool: Pool
}

/**
 * A case like one of the suite, without expectation: mixed with another one, with a few things
 * changed, or with more records for the same transformation.
 */
export function mutated({ cases, pool }: Suite, random: Random): object {
  const vector = random.pick(cases)
  const mixed = random.chance(0.5) ? crossed(vector, cases, random) : vector
  let copy = structuredClone(mixed) as JsonObject
  delete copy['expect']
  const count = mixed === vector ? 1 + random.below(3) : random.below(3)
  for (let change = 0; change < count; change++) copy = changed(copy, pool, random)
  return copy['op'] === 'transform' && 'record' in copy && random.chance(0.2)
    ? withMoreRecords(copy, cases, random)
    : copy
}

/** One instance has to treat each record as if it came first, but for what it keeps on purpose. */
function withMoreRecords(vector: JsonObject, cases: readonly object[], random: Random): JsonObject {
  const { record, ...rest } = vector
  const first = record as unknown as RecordJson
  const given = cases.flatMap((each) => ('record' in each ? (each.record as RecordJson) : []))
  const more = random.list(1, 4, () => {
    const next = random.pick([first, first, ...given.slice(0, 1), random.pick(given)])
    return random.chance(0.7) ? mutatedRecord(next, random) : next
  })
  return { ...rest, records: [first, ...more] as unknown as Json }
}

function changed(vector: JsonObject, pool: Pool, random: Random): JsonObject {
  const mutations = mutationsOf(vector, pool, random)
  return mutations.length === 0 ? vector : random.pick(mutations)()
}

type Change = (part: Json, pool: Pool, random: Random) => Json

const ofText: Change = (part, _, random) => mutatedText(part as string, random)
const ofTree: Change = (part, _, random) => mutatedTree(part, random)
const ofSettings: Change = (part, pool, random) => mutatedSettings(part as JsonObject, pool, random)

/** What can change under each key of a case. */
const changes: Readonly<Record<string, readonly Change[]>> = {
  text: [ofText],
  field: [ofText],
  name: [ofText],
  bytes: [(part, _, random) => mutatedBytes(part as string, random)],
  config: [ofSettings],
  props: [ofSettings],
  calls: [ofTree, (part, pool, random) => mutatedList(part, pool.get('calls') ?? [], 0, random)],
  steps: [(part, pool, random) => mutatedList(part, pool.get('steps') ?? [], 1, random)],
  record: [
    ofTree,
    (part, _, random) => mutatedRecord(part as unknown as RecordJson, random) as unknown as Json,
  ],
  ...Object.fromEntries(
    ['schema', 'value', 'valueSchema', 'source', 'target', 'a', 'b'].map((key) => [key, [ofTree]]),
  ),
}

/** Settings are given as texts: other values only in the ways that the shown cases have. */
function mutationsOf(vector: JsonObject, pool: Pool, random: Random): Array<() => JsonObject> {
  const isSetting = String(vector['op']).startsWith('config.')
  const mutations = Object.entries(changes).flatMap(([key, each]) => {
    const part = vector[key] ?? null
    if (part === null || (isSetting && key === 'value')) return []
    return each.map((change) => () => ({ ...vector, [key]: change(part, pool, random) }))
  })
  if ('schema' in vector && 'value' in vector) mutations.push(() => refilled(vector, random))
  if ('config' in vector && 'record' in vector) mutations.push(() => aimed(vector, random))
  return mutations
}

/** With another value that fits the schema. */
function refilled(vector: JsonObject, random: Random): JsonObject {
  const { schema, valueSchema: _own, ...rest } = vector
  if (schema === undefined || schema === null) return vector
  const value = valueFor(random, schema as unknown as SchemaJson) as Json
  return { ...rest, schema, value }
}

/** With a setting that names a field of the record. */
export function aimed(vector: JsonObject, random: Random): JsonObject {
  const { keySchema, key, valueSchema, value } = vector['record'] as unknown as RecordJson
  const paths = [...pathsIn(valueSchema, value), ...pathsIn(keySchema, key)]
  const settings = Object.entries(vector['config'] as JsonObject)
  if (paths.length === 0 || settings.length === 0) return vector
  const [name, text] = random.pick(settings)
  const words = String(text).split(/([,:])/)
  words[2 * random.below(Math.ceil(words.length / 2))] = random.pick(paths)
  return { ...vector, config: { ...(vector['config'] as JsonObject), [name]: words.join('') } }
}

export function mutatedText(text: string, random: Random): string {
  const at = random.below(text.length + 1)
  const token = random.pick(random.chance(0.5) ? jsonTokens : texts)
  switch (random.below(5)) {
    case 0:
      return text.slice(0, at) + token + text.slice(at)
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random.below(4))
    case 2:
      return text.slice(0, at) + token + text.slice(at + 1 + random.below(4))
    case 3:
      return text.slice(0, at) + text.slice(random.below(text.length + 1))
    default:
      return token
  }
}

export function mutatedBytes(base64: string, random: Random): string {
  const bytes = [...Buffer.from(base64, 'base64')]
  const at = random.below(bytes.length + 1)
  bytes.splice(at, random.below(2), ...random.list(0, 2, () => random.below(256)))
  return Buffer.from(bytes).toString('base64')
}

function mutatedSettings(settings: JsonObject, pool: Pool, random: Random): JsonObject {
  const keys = [...pool.keys()].filter((key) => key.startsWith('setting '))
  const place = random.pick(keys)
  const key = place.slice('setting '.length)
  if (key in settings && random.chance(0.15)) {
    const { [key]: _gone, ...rest } = settings
    return rest
  }
  if (random.chance(0.8)) return { ...settings, [key]: random.pick(pool.get(place) ?? []) }
  const text = settings[key]
  return {
    ...settings,
    [key]: typeof text === 'string' ? mutatedText(text, random) : random.pick(texts),
  }
}

function mutatedList(part: Json, others: readonly Json[], start: number, random: Random): Json[] {
  const list = part as readonly Json[]
  const at = start + random.below(Math.max(1, list.length - start + 1))
  const copy = [...list]
  if (random.chance(0.6) && others.length > 0) copy.splice(at, 0, random.pick(others))
  else if (copy.length > start + 1) copy.splice(Math.min(at, copy.length - 1), 1)
  return copy
}

/** Changes one schema or value somewhere in the tree, but none of headers: those are checked. */
function mutatedTree(tree: Json, random: Random): Json {
  const places = placesOf(tree, [])
  if (places.length === 0) return tree
  const path = random.pick(places)
  return replaced(tree, path, (node) => mutatedNode(node as JsonObject, random))
}

type Path = ReadonlyArray<string | number>

function placesOf(node: Json, path: Path): Path[] {
  if (typeof node !== 'object' || node === null) return []
  const entries: Array<[string | number, Json]> = Array.isArray(node)
    ? node.map((child: Json, index): [number, Json] => [index, child])
    : Object.entries(node as JsonObject).filter(([key]) => key !== 'headers')
  const inner = entries.flatMap(([key, child]) => placesOf(child, [...path, key]))
  return isSchema(node) || isValue(node) ? [path, ...inner] : inner
}

function isSchema(node: Json): boolean {
  const { type } = node as JsonObject
  return (
    typeof type === 'string' && type === type.toLowerCase() && !('call' in (node as JsonObject))
  )
}

function isValue(node: Json): boolean {
  const [kind = '', ...more] = Object.keys(node as JsonObject)
  return hasKind(kind) && more.length === 0
}

function replaced(node: Json, path: Path, change: (node: Json) => Json): Json {
  const step = path[0]
  if (step === undefined) return change(node)
  const copy: JsonObject = Array.isArray(node) ? ([...node] as never) : { ...(node as JsonObject) }
  copy[step] = replaced(copy[step] ?? null, path.slice(1), change)
  return copy
}

function mutatedNode(node: JsonObject, random: Random): Json {
  if (!isSchema(node)) {
    const [kind = ''] = Object.keys(node)
    return (random.chance(0.75) ? valueOfKind(kind, random, 1) : randomValue(random, 1)) as Json
  }
  const schema = node as unknown as SchemaJson
  switch (random.below(6)) {
    case 0:
      return { ...node, optional: !schema.optional }
    case 1:
      return { ...node, default: valueFor(random, { ...schema, optional: false }) as Json }
    case 2:
      return { ...node, name: random.pick(['n', 'a.b.C', '']) }
    case 3:
      return {
        ...node,
        version: random.below(300),
        doc: random.pick(texts),
        parameters: { p: 'q' },
      }
    case 4: {
      const { default: _gone, name: _name, ...rest } = node
      return rest
    }
    default:
      return randomSchema(random, 1) as unknown as Json
  }
}
