import type { SchemaJson, ValueJson } from '../../acceptance/vectors/codec.ts'
import type { RecordJson } from '../../acceptance/vectors/record-codec.ts'
import type { Random } from '../random.ts'
import { integers, names, topics } from './pools.ts'
import { randomSchema, randomValue, valueFor } from './values.ts'

/** A record with one change that keeps values and headers fitting their schemas. */
export function mutatedRecord(record: RecordJson, random: Random): RecordJson {
  return random.pick(changes)(record, random)
}

type Change = (record: RecordJson, random: Random) => RecordJson

const changes: readonly Change[] = [
  (record, random) => {
    const [valueSchema, value] = pair(record.valueSchema, record.value, random)
    return { ...record, valueSchema, value }
  },
  (record, random) => {
    const [keySchema, key] = pair(record.keySchema, record.key, random)
    return { ...record, keySchema, key }
  },
  (record) => ({
    ...record,
    keySchema: record.valueSchema,
    key: record.value,
    valueSchema: record.keySchema,
    value: record.key,
  }),
  (record, random) => ({
    ...record,
    value: null,
    ...(random.chance(0.5) && { valueSchema: null }),
  }),
  (record, random) => ({ ...record, topic: random.pick(topics) }),
  (record, random) => ({
    ...record,
    partition: random.pick(record.kind === 'source' ? [0, 3, null] : [0, 3]),
  }),
  (record, random) => ({ ...record, timestamp: random.pick([null, ...integers.filter(isSafe)]) }),
  (record, random) => ({ ...record, headers: mutatedHeaders(record, random) }),
  ({ offset: _offset, timestampType: _type, ...record }, random) =>
    record.kind === 'sink' ? { ...record, kind: 'source' } : { ...record, ...sinkPlace(random) },
]

function isSafe(integer: string): boolean {
  return Number.isSafeInteger(Number(integer))
}

function sinkPlace(random: Random) {
  const timestampType = random.pick(['CreateTime', 'LogAppendTime', 'NoTimestampType'] as const)
  return {
    kind: 'sink',
    partition: 1,
    offset: random.pick(['0', '7', '9007199254740991']),
    timestampType,
  } as const
}

type Pair = readonly [SchemaJson | null, ValueJson]

/** Another value of the schema, or of another schema; without schema, or with one from now on. */
function pair(schema: SchemaJson | null, value: ValueJson, random: Random): Pair {
  if (schema === null) return random.chance(0.5) ? [null, randomValue(random, 2)] : filled(random)
  switch (random.below(5)) {
    case 0:
      return [null, value]
    case 1:
      return filled(random)
    case 2:
      return filled(random, { ...schema, optional: schema.optional !== true })
    default:
      return filled(random, schema)
  }
}

function filled(random: Random, schema = randomSchema(random, 2)): Pair {
  return [schema, valueFor(random, schema)]
}

function mutatedHeaders({ headers = [] }: RecordJson, random: Random) {
  if (headers.length > 0 && random.chance(0.3)) return headers.slice(1)
  const [schema, value] = random.chance(0.8) ? filled(random) : pair(null, null, random)
  const known = headers.map(({ key }) => key)
  return [...headers, { key: random.pick([...known, ...known, ...names]), schema, value }]
}

/** Names that lead to something in a value: `a`, `a.b`. */
export function pathsIn(schema: SchemaJson | null, value: ValueJson): string[] {
  if (schema !== null) {
    return (schema.fields ?? []).flatMap(({ name, schema: field }) =>
      paths(name, pathsIn(field, null)),
    )
  }
  const { map } = (value ?? {}) as { readonly map?: ReadonlyArray<readonly [ValueJson, ValueJson]> }
  return (map ?? []).flatMap(([key, child]) => {
    const { string } = (key ?? {}) as { readonly string?: string }
    return string === undefined ? [] : paths(string, pathsIn(null, child))
  })
}

function paths(name: string, inner: readonly string[]): string[] {
  return [name, ...inner.map((path) => `${name}.${path}`)]
}
