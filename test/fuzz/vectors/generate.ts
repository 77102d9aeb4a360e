import type { SchemaJson, ValueJson } from '../../acceptance/vectors/codec.ts'
import type { RecordJson } from '../../acceptance/vectors/record-codec.ts'
import type { Random } from '../random.ts'
import { fieldPath } from './field-paths.ts'
import { jsonText, numberText } from './json-text.ts'
import {
  base64s,
  datePatterns,
  doubles,
  integers,
  names,
  patterns,
  replacements,
  texts,
  topics,
} from './pools.ts'
import { randomSchema, randomValue, structSchema, valueFor } from './values.ts'

export type Input = { readonly op: string; readonly [name: string]: unknown }

/** Cases made from nothing, by area. */
export const generators: Readonly<Record<string, (random: Random) => Input>> = {
  'json from': (random) => {
    const schema = random.chance(0.7) ? randomSchema(random) : null
    const value = schema === null ? randomValue(random, 3) : valueFor(random, schema)
    return { op: 'json.from', config: jsonConfig(random), schema, value }
  },
  'json to': (random) => ({ op: 'json.to', config: jsonConfig(random), text: jsonText(random) }),
  'json bytes': (random) => {
    const bytes = random.pick(encodings)(jsonText(random))
    return { op: 'json.to', config: jsonConfig(random), bytes: bytes.toString('base64') }
  },
  'values parse': (random) => ({ op: 'values.parse', text: valueText(random) }),
  'values convert': (random) => {
    const schema = random.chance(0.6) ? randomSchema(random, 1) : null
    const value = schema === null ? randomValue(random, 1) : valueFor(random, schema)
    return { op: 'values.convert', to: random.pick(conversions), schema, value, scale: 2 }
  },
  'values text': (random) => {
    const schema = random.chance(0.6) ? randomSchema(random) : null
    const value = schema === null ? randomValue(random, 3) : valueFor(random, schema)
    return { op: random.pick(['values.toString', 'sink.line', 'header.from']), schema, value }
  },
  header: (random) => ({
    op: 'header.to',
    bytes: Buffer.from(valueText(random)).toString('base64'),
  }),
  'simple converters': (random) => simpleConverter(random),
  cast: (random) => {
    const type = random.pick(castTypes)
    if (random.chance(0.7)) {
      const schema = random.chance(0.6) ? randomSchema(random, 0) : null
      const value = schema === null ? randomValue(random, 0) : valueFor(random, schema)
      return transform('Cast$Value', { spec: type }, schema, value)
    }
    const schema = structSchema(random, 1)
    const spec = random.list(1, 3, () => `${fieldOf(random, schema)}:${random.pick(castTypes)}`)
    return onStruct(random, 'Cast$Value', { spec: spec.join(',') }, schema)
  },
  'timestamp converter': timestampConverter,
  'timestamp router': (random) => ({
    op: 'transform',
    class: 'TimestampRouter',
    config: { 'timestamp.format': random.pick(datePatterns) },
    record: { ...recordWith(null, null), timestamp: random.pick(integers.filter(isSafe)) },
  }),
  flatten: (random) => {
    const config = { delimiter: random.pick(['.', '_', '', '::']) }
    return onStruct(random, 'Flatten$Value', config, structSchema(random, 2))
  },
  'field paths': (random) => {
    const schema = random.chance(0.6) ? structSchema(random, 2) : null
    const value = schema === null ? randomValue(random, 3) : valueFor(random, schema)
    const record = recordWith(schema, value)
    const config = {
      field: fieldPath(record, random),
      ...(random.chance(0.9) && { 'field.syntax.version': random.pick(['V2', 'V2', 'v2', 'V1']) }),
      ...(random.chance(0.2) && { 'replace.null.with.default': 'false' }),
    }
    return { op: 'transform', class: 'ExtractField$Value', config, record }
  },
  'other transforms': otherTransform,
  'regex router': (random) => ({
    op: 'transform',
    class: 'RegexRouter',
    config: { regex: random.pick(patterns), replacement: random.pick(replacements) },
    record: { ...recordWith(null, null), topic: random.pick(topics) },
  }),
  'topic predicate': (random) => ({
    op: 'predicate',
    class: 'TopicNameMatches',
    config: { pattern: random.pick(patterns) + (random.chance(0.3) ? random.pick(patterns) : '') },
    record: { ...recordWith(null, null), topic: random.pick(topics) },
  }),
  projector: (random) => {
    const source = randomSchema(random, 2)
    const target = random.chance(0.5) ? source : randomSchema(random, 1)
    return { op: 'project', source, value: valueFor(random, source), target }
  },
  validation: (random) => {
    const schema = randomSchema(random)
    const value = random.chance(0.5) ? valueFor(random, schema) : randomValue(random)
    return { op: 'schema.validate', schema, value, ...(random.chance(0.5) && { field: 'f' }) }
  },
  'config texts': (random) => {
    const [type, value] = random.pick<readonly [string, ValueJson]>([
      ['DOUBLE', { float64: random.pick(doubles) }],
      ['LONG', { int64: random.pick(integers) }],
      ['STRING', { string: random.pick(texts) }],
      ['LIST', { list: random.list(0, 3, () => ({ string: random.pick(texts) })) }],
    ])
    return { op: 'config.toText', type, value }
  },
  'config values': (random) => ({
    op: 'config.parseType',
    name: 'some.key',
    type: random.pick(['BOOLEAN', 'STRING', 'INT', 'SHORT', 'LONG', 'DOUBLE', 'LIST', 'PASSWORD']),
    value: { string: random.pick(texts) },
  }),
}

const castTypes = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'boolean', 'string']
const conversions = [
  ...[...castTypes, 'time', 'date', 'timestamp', 'decimal', 'list', 'map', 'struct'],
]

function jsonConfig(random: Random): object {
  return {
    ...(random.chance(0.5) && { 'schemas.enable': 'false' }),
    ...(random.chance(0.3) && { 'decimal.format': 'NUMERIC' }),
    ...(random.chance(0.2) && { 'replace.null.with.default': 'false' }),
  }
}

/** Timestamps of records are numbers. */
function isSafe(integer: string): boolean {
  return Number.isSafeInteger(Number(integer))
}

/** How the text of JSON becomes bytes; some that are wrong. */
const encodings: ReadonlyArray<(text: string) => Buffer> = [
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(text, 'utf16le').swap16(),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(text, 'latin1'),
  (text) => Buffer.from(text).subarray(1),
  (text) => Buffer.concat([Buffer.from(text), Buffer.of(0xc0, 0x80)]),
  (text) => Buffer.from([...text].flatMap((char) => [...utf32(char.codePointAt(0) ?? 0)])),
]

function utf32(code: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(code)
  return bytes
}

/** What Values.parseString has rules for. */
function valueText(random: Random, depth = 2): string {
  const choice = random.below(depth > 0 ? 14 : 9)
  if (choice < 3) return numberText(random)
  if (choice < 7) return random.pick(texts)
  if (choice < 8) return JSON.stringify(random.pick(texts))
  if (choice < 9) return dateText(random)
  const gap = random.pick(['', '', ' '])
  const end = random.pick(['', '', '', '', ',', 'x'])
  if (choice < 12) {
    return `[${random.list(0, 3, () => valueText(random, depth - 1)).join(`,${gap}`)}${end}]`
  }
  const entries = random.list(
    0,
    3,
    () => `${valueText(random, 0)}${gap}:${valueText(random, depth - 1)}`,
  )
  return `{${entries.join(`,${gap}`)}${end}}`
}

function dateText(random: Random): string {
  const two = () => String(random.below(70)).padStart(2, '0')
  const date = `${1900 + random.below(200)}-${two()}-${two()}`
  const time = `${two()}:${two()}:${two()}.${String(random.below(1000)).padStart(3, '0')}Z`
  return random.pick([
    date,
    time,
    `${date}T${time}`,
    `${date} ${time}`,
    time.replaceAll(':', '\\:'),
  ])
}

function simpleConverter(random: Random): Input {
  const name = random.pick([
    'Short',
    'Integer',
    'Long',
    'Float',
    'Double',
    'Boolean',
    'String',
    'ByteArray',
  ])
  const config =
    name === 'String' && random.chance(0.5)
      ? {
          'converter.encoding': random.pick([
            'UTF-16',
            'US-ASCII',
            'ISO-8859-1',
            'latin1',
            'nope',
            'UTF-16LE',
            '',
          ]),
        }
      : {}
  const common = { class: `${name}Converter`, config }
  if (random.chance(0.4)) {
    const bytes = Buffer.from(random.list(0, 9, () => random.below(256))).toString('base64')
    return {
      op: 'converter.to',
      ...common,
      bytes: random.chance(0.5) ? bytes : random.pick(base64s),
    }
  }
  const schema = random.chance(0.6) ? randomSchema(random, 1) : null
  const value = schema === null ? randomValue(random, 1) : valueFor(random, schema)
  return { op: 'converter.from', ...common, schema, value }
}

function recordWith(valueSchema: SchemaJson | null, value: ValueJson): RecordJson {
  const key = { keySchema: { type: 'string' }, key: { string: 'other' } }
  const place = {
    kind: 'sink' as const,
    topic: 'orders',
    partition: 0,
    timestamp: '1700000000123',
    offset: '7',
  }
  return { ...place, ...key, valueSchema, value }
}

function transform(
  name: string,
  config: object,
  schema: SchemaJson | null,
  value: ValueJson,
): Input {
  return { op: 'transform', class: name, config, record: recordWith(schema, value) }
}

/** On a struct, or on the same fields without schema. */
function onStruct(random: Random, name: string, config: object, schema: SchemaJson): Input {
  const value = valueFor(random, schema)
  if (random.chance(0.7)) return transform(name, config, schema, value)
  return transform(name, config, null, randomValue(random, 2))
}

function fieldOf(random: Random, schema: SchemaJson): string {
  const fields = schema.fields ?? []
  return fields.length === 0 || random.chance(0.1) ? random.pick(names) : random.pick(fields).name
}

function timestampConverter(random: Random): Input {
  const config = {
    'target.type': random.pick(['string', 'unix', 'Date', 'Time', 'Timestamp']),
    ...(random.chance(0.8) && { format: random.pick(datePatterns) }),
    ...(random.chance(0.3) && {
      'unix.precision': random.pick(['seconds', 'microseconds', 'nanoseconds', 'milliseconds']),
    }),
  }
  const value = random.pick<ValueJson>([
    { string: dateText(random) },
    { string: random.pick(texts) },
    { string: String(random.below(99_999_999)) },
    { int64: random.pick(integers) },
    { date: random.pick(integers.filter((text) => Math.abs(Number(text)) < 8e15)) },
  ])
  if (random.chance(0.5)) return transform('TimestampConverter$Value', config, null, value)
  const [kind] = Object.keys(value ?? {})
  const schema = kind === 'string' ? { type: 'string' } : randomSchema(random, 0)
  const given = kind === 'string' ? value : valueFor(random, schema)
  return transform('TimestampConverter$Value', config, schema, given)
}

function otherTransform(random: Random): Input {
  const schema = structSchema(random, 1)
  const field = () => fieldOf(random, schema)
  const [first, second] = [field(), field()]
  const choice = random.pick<readonly [string, object]>([
    [
      'MaskField$Value',
      { fields: first, ...(random.chance(0.5) && { replacement: random.pick(texts) }) },
    ],
    ['ReplaceField$Value', { exclude: first, renames: `${second}:new` }],
    ['ReplaceField$Value', { include: `${first},${second}`, renames: `${second}:${first}` }],
    ['ReplaceField$Value', { renames: `${first}:${second},${second}:${first}` }],
    ['HeaderFrom$Value', { fields: first, headers: 'h', operation: random.pick(['move', 'copy']) }],
    [
      'InsertField$Value',
      { 'topic.field': first, 'partition.field': second, 'offset.field': 'o!' },
    ],
    ['InsertField$Value', { 'timestamp.field': 'ts', 'static.field': first, 'static.value': 'v' }],
    ['ExtractField$Value', { field: `${first}.${second}`, 'field.syntax.version': 'V2' }],
    ['ExtractField$Value', { field: first }],
    ['HoistField$Value', { field: first }],
    ['ValueToKey', { fields: `${first},${second}` }],
    ['SetSchemaMetadata$Value', { 'schema.name': 'n', 'schema.version': '3' }],
    ['InsertHeader', { header: 'h', 'value.literal': random.pick(texts) }],
  ])
  const [name, config] = choice
  const replaces = random.chance(0.2) && { 'replace.null.with.default': 'false' }
  return onStruct(random, name, { ...config, ...replaces }, schema)
}
