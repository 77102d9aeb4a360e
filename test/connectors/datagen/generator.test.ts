import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generatorOf } from '../../../src/connectors/datagen/generator.ts'
import { Random } from '../../../src/connectors/datagen/random.ts'
import { type ConnectValue, Struct } from '../../../src/sdk/index.ts'

const COUNT = 500

/** Values of one Avro type for records 0 to COUNT - 1. */
function values(type: unknown): ConnectValue[] {
  const { next } = generatorOf({
    type: 'record',
    name: 'r',
    fields: [{ name: 'f', type }],
  })
  const random = new Random()
  return Array.from({ length: COUNT }, (_, record) => {
    random.seed(42n, BigInt(record))
    const value = next(random, record)
    assert.ok(value instanceof Struct)
    value.validate()
    return value.get('f')
  })
}

function annotated(type: string, args: unknown): unknown {
  return { type, 'arg.properties': args }
}

const spans: ReadonlyArray<[type: string, min: number, max: number]> = [
  ['int', 1, 6],
  ['int', -2_147_483_648, 2_147_483_647],
  ['long', 5, 7],
  ['long', 1_700_000_000_000, 1_800_000_000_000],
  ['float', -1, 1],
  ['double', 0.1, 10],
]

for (const [type, min, max] of spans) {
  test(`${type} in the range ${min} to ${max}`, () => {
    const found = values(annotated(type, { range: { min, max } })).map(Number)
    assert.ok(found.every((value) => value >= min && value < max))
    assert.ok(new Set(found).size >= Math.min(max - min, COUNT / 2))
  })
}

const counts: ReadonlyArray<[iteration: Record<string, number>, first: number[]]> = [
  [{ start: 0 }, [0, 1, 2, 3, 4]],
  [{ start: 10, step: 5 }, [10, 15, 20, 25, 30]],
  [{ start: 0, restart: 3 }, [0, 1, 2, 0, 1]],
  [{ start: 3, restart: 0 }, [3, 2, 1, 3, 2]],
  [{ start: 0, restart: 4, initial: 2 }, [2, 3, 0, 1, 2]],
]

for (const [iteration, first] of counts) {
  test(`an iteration of ${JSON.stringify(iteration)} begins ${first.join(', ')}`, () => {
    assert.deepEqual(
      values(annotated('long', { iteration })).slice(0, 5),
      first.map((value) => BigInt(value)),
    )
  })
}

test('booleans: odds, and an iteration that alternates', () => {
  const share = values(annotated('boolean', { odds: 0.9 })).filter(Boolean).length / COUNT
  assert.ok(share > 0.8 && share < 1)
  assert.deepEqual(values(annotated('boolean', { iteration: { start: false } })).slice(0, 3), [
    false,
    true,
    false,
  ])
})

const regexes: ReadonlyArray<[regex: string, length?: unknown]> = [
  ['User_[1-9][0-9]{0,2}'],
  ['(a|bc|d)+-\\d{2,4}'],
  ['[^a-z ]{3}\\.\\w?'],
  ['(?:x|yz)*'],
  ['[a-zA-Z]*', 10],
  ['[a-zA-Z]{5,}', { max: 9 }],
  ['[\\d\\-_]{4}'],
]

for (const [regex, length] of regexes) {
  test(`texts that match ${regex} with length ${String(JSON.stringify(length))}`, () => {
    const args = length === undefined ? { regex } : { regex, length }
    const texts = values(annotated('string', args)).map(String)
    const pattern = new RegExp(`^(?:${regex})$`)
    assert.deepEqual(
      texts.filter((text) => !pattern.test(text)),
      [],
    )
    if (typeof length === 'number') assert.ok(texts.every((text) => text.length >= length))
    if (typeof length === 'object') assert.ok(texts.every((text) => text.length < 9))
  })
}

test('texts, bytes, arrays and maps have the length that is asked for', () => {
  const length = { min: 2, max: 4 }
  const texts = values(annotated('string', { length, prefix: '<', suffix: '>' })).map(String)
  assert.ok(texts.every((text) => /^<[0-9a-z]{2,3}>$/.test(text)))
  assert.ok(values('string').every((text) => /^[0-9a-z]{8,15}$/.test(String(text))))
  const bytes = values(annotated('bytes', { length: 5 }))
  assert.ok(bytes.every((value) => value instanceof Uint8Array && value.length === 5))
  const lists = values({ type: 'array', items: 'int', 'arg.properties': { length } })
  assert.ok(lists.every((list) => Array.isArray(list) && [2, 3].includes(list.length)))
  const maps = values({
    type: 'map',
    values: 'boolean',
    'arg.properties': { length: 3, keys: { regex: 'k[0-9]{9}' } },
  })
  assert.ok(maps.every((map) => map instanceof Map && map.size === 3))
})

test('options of any type are the only values', () => {
  assert.deepEqual(new Set(values(annotated('long', { options: [1, 2] }))), new Set([1n, 2n]))
  assert.deepEqual(new Set(values(annotated('string', { options: ['a'] }))), new Set(['a']))
  const lists = values({ type: 'array', items: 'string', 'arg.properties': { options: [['x']] } })
  assert.deepEqual(lists[0], ['x'])
  const symbols = values({ type: 'enum', name: 'e', symbols: ['A', 'B'] })
  assert.deepEqual(new Set(symbols), new Set(['A', 'B']))
})

test('a union with null is null now and then, and its schema optional', () => {
  const found = values(['null', annotated('int', { options: [7] })])
  assert.deepEqual(new Set(found), new Set([null, 7]))
})

test('schemas carry names, documentation, defaults and logical types', () => {
  const { schema } = generatorOf({
    type: 'record',
    name: 'order',
    namespace: 'shop',
    doc: 'An order.',
    fields: [
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'count', type: 'int', default: 1, doc: 'How many.' },
      { name: 'from', type: { type: 'record', name: 'place', fields: [] } },
      { name: 'to', type: ['null', 'place'], default: null },
    ],
  })
  assert.equal(schema.name, 'shop.order')
  assert.equal(schema.doc, 'An order.')
  assert.equal(schema.field('at')?.schema.name, 'org.apache.kafka.connect.data.Timestamp')
  assert.equal(schema.field('count')?.schema.defaultValue, 1)
  assert.equal(schema.field('count')?.schema.doc, 'How many.')
  assert.equal(schema.field('from')?.schema.name, 'place')
  assert.equal(schema.field('to')?.schema.optional, true)
  assert.equal(schema.field('to')?.schema.name, 'place')
})

const refused: ReadonlyArray<[type: unknown, message: string]> = [
  ['text', 'Avro schema, r.f: unknown type "text"'],
  [['int', 'string'], 'Avro schema, r.f: a union must have one type, or null and one type'],
  [annotated('int', { range: { min: 2, max: 2 } }), 'range needs min < max, got 2 and 2'],
  [annotated('int', { regex: 'x' }), '"regex" is not supported for int: options, range, iteration'],
  [annotated('int', { iteration: { start: 1, restart: 1 } }), 'restart equals start'],
  [annotated('string', { kind: 'email' }), 'arg.properties "kind" is not supported for string'],
  [annotated('string', { regex: '(?=x)y' }), 'is wrong or beyond what can be generated'],
  [annotated('string', { regex: '[a-' }), 'is wrong or beyond what can be generated'],
  [annotated('int', { options: ['x'] }), '"x" is not a value of its type'],
  [annotated('int', { options: [] }), 'options must be a list with values'],
  [{ type: 'record', name: 'r', fields: [{ name: 'g', type: 'r' }] }, 'type r contains itself'],
]

for (const [type, message] of refused) {
  test(`refused: ${message}`, () => {
    assert.throws(
      () => values(type),
      (error: Error) => error.message.includes(message),
    )
  })
}
