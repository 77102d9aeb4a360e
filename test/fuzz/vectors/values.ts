import type { SchemaJson, ValueJson } from '../../acceptance/vectors/codec.ts'
import type { Random } from '../random.ts'
import { base64s, doubles, integers, logicalNames, names, texts } from './pools.ts'

type Kind = (random: Random, depth: number) => unknown

const integer = (bits: number) => (random: Random) =>
  Number(BigInt.asIntN(bits, BigInt(random.pick(integers))))

const kinds: Readonly<Record<string, Kind>> = {
  int8: integer(8),
  int16: integer(16),
  int32: integer(32),
  int64: (random) => random.pick(integers),
  float32: (random) => single(random.pick(doubles)),
  float64: (random) => random.pick(doubles),
  boolean: (random) => random.chance(0.5),
  string: (random) => random.pick(texts),
  bytes: (random) => random.pick(base64s),
  decimal: (random) => ({ unscaled: random.pick(integers), scale: random.below(12) - 4 }),
  date: (random) => random.pick(dates),
  list: (random, depth) => random.list(0, 3, () => randomValue(random, depth - 1)),
  map: (random, depth) => randomMap(random, depth),
}

const dates = integers.filter((text) => Math.abs(Number(text)) < 8.64e15)

/** JDK 17 prints it with a digit more than it takes, JDK 19 and later do not. */
const FLOAT_OF_MANY_DIGITS = 2 ** 53

/** JSON has no single precision: the number is the one that the float prints as. */
function single(value: number | string): number | string {
  if (typeof value === 'string') return value
  const rounded = Math.fround(value)
  if (!Number.isFinite(rounded)) return rounded > 0 ? 'Infinity' : '-Infinity'
  return rounded === FLOAT_OF_MANY_DIGITS ? 0.5 : rounded
}

function randomMap(random: Random, depth: number): unknown {
  const byName = new Map(random.list(0, 3, () => [random.pick(names), null]))
  const strings = Array.from(byName.keys(), (name) => [
    { string: name },
    randomValue(random, depth - 1),
  ])
  if (random.chance(0.9)) return strings
  return [...strings, [{ int32: random.below(5) }, randomValue(random, depth - 1)]]
}

const scalarKinds = Object.keys(kinds).filter((kind) => kind !== 'list' && kind !== 'map')

/** A value without schema. */
export function randomValue(random: Random, depth = 2): ValueJson {
  if (random.chance(0.08)) return null
  const kind = random.pick(depth > 0 ? Object.keys(kinds) : scalarKinds)
  return valueOfKind(kind, random, depth)
}

export function valueOfKind(kind: string, random: Random, depth = 1): ValueJson {
  return { [kind]: kinds[kind]?.(random, depth) ?? null }
}

export function hasKind(kind: string): boolean {
  return Object.hasOwn(kinds, kind)
}

const primitives = [
  ...['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'boolean', 'string', 'bytes'],
]

/** A schema, logical types among them. */
export function randomSchema(random: Random, depth = 2): SchemaJson {
  const optional = random.chance(0.4) && { optional: true }
  const named = random.chance(0.15) && { name: 'some.Name', version: 1 + random.below(3) }
  const choice = random.below(depth > 0 ? 20 : 12)
  if (choice < 9)
    return withDefault(random, { type: random.pick(primitives), ...optional, ...named })
  if (choice < 12) return withDefault(random, { ...logical(random), ...optional })
  if (choice < 14) return { type: 'array', value: randomSchema(random, depth - 1), ...optional }
  if (choice < 16) {
    const key = random.chance(0.7) ? { type: 'string' } : randomSchema(random, 0)
    return { type: 'map', key, value: randomSchema(random, depth - 1), ...optional }
  }
  return { ...structSchema(random, depth - 1), ...optional, ...named }
}

function withDefault(random: Random, schema: SchemaJson): SchemaJson {
  if (!random.chance(0.2)) return schema
  return { ...schema, default: valueFor(random, { ...schema, optional: false }) }
}

const logicalTypes = ['bytes', 'int32', 'int32', 'int64']

function logical(random: Random): SchemaJson {
  const at = random.below(logicalNames.length)
  const type = logicalTypes[at] ?? 'int64'
  const name = logicalNames[at] ?? ''
  return {
    type,
    name,
    version: 1,
    ...(at === 0 && { parameters: { scale: String(random.below(5)) } }),
  }
}

export function structSchema(random: Random, depth: number): SchemaJson {
  const unique = [...new Set(random.list(0, 4, () => random.pick(names)))]
  const fields = unique
    .filter((name) => name !== '')
    .map((name) => ({ name, schema: randomSchema(random, depth) }))
  return { type: 'struct', fields }
}

/** A value of a schema; null now and then where that is allowed. */
export function valueFor(random: Random, schema: SchemaJson): ValueJson {
  if (schema.optional === true && random.chance(0.25)) return null
  switch (schema.name) {
    case logicalNames[0]:
      return {
        decimal: { unscaled: random.pick(integers), scale: scaleOf(schema) },
      }
    case logicalNames[1]:
      return { date: String((random.below(40_000) - 10_000) * 86_400_000) }
    case logicalNames[2]:
      return { date: String(random.below(86_400_001)) }
    case logicalNames[3]:
      return { date: random.pick(dates) }
    default:
      return plainValue(random, schema)
  }
}

function scaleOf({ parameters }: SchemaJson): number {
  const scale = Number(parameters?.['scale'])
  return Number.isInteger(scale) ? scale : 2
}

/** JavaScript's maps take minus zero for zero. */
function isNoKey(value: ValueJson): boolean {
  return Object.values(value ?? {}).includes('-0.0')
}

function plainValue(random: Random, schema: SchemaJson): ValueJson {
  const element = schema.value ?? { type: 'string' }
  switch (schema.type) {
    case 'array':
      return { list: random.list(0, 3, () => valueFor(random, element)) }
    case 'map': {
      const keys = random.list(0, 3, () => valueFor(random, schema.key ?? { type: 'string' }))
      const usable = keys.filter((key) => !isNoKey(key))
      const unique = new Map(usable.map((key) => [JSON.stringify(key), key]))
      return { map: Array.from(unique.values(), (key) => [key, valueFor(random, element)]) }
    }
    case 'struct':
      return { struct: (schema.fields ?? []).map((field) => valueFor(random, field.schema)) }
    default:
      return valueOfKind(schema.type, random)
  }
}
