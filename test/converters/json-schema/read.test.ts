import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigProps } from '../../../src/config/props.ts'
import {
  ConnectError,
  type SchemaAndValue,
  type Struct,
  whenReady,
} from '../../../src/sdk/index.ts'
import { createFormat, decode, encode, stored } from './create-format.ts'

function read(schema: unknown, json: string, props: ConfigProps = {}): SchemaAndValue {
  return decode(createFormat(props), stored(schema), json)
}

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })

test('integers are long and numbers double unless the schema says more', () => {
  const { schema, value } = read(
    object({
      a: { type: 'integer' },
      b: { type: 'number' },
      c: { type: 'number', 'connect.type': 'float32' },
    }),
    '{"a":9007199254740993,"b":1.5e3,"c":0.1}',
  )
  assert.equal(String(value), 'Struct{a=9007199254740993,b=1500.0,c=0.1}')
  assert.deepEqual(
    schema?.fields.map((field) => field.schema.type),
    ['INT64', 'FLOAT64', 'FLOAT32'],
  )
})

test('properties that are absent are null, those that are not known are left out', () => {
  const schema = object({ a: { type: 'string' }, b: { type: 'integer' } })
  assert.equal(String(read(schema, '{"b":1,"c":2}').value), 'Struct{b=1}')
  assert.throws(() => read(schema, '{"a":null}'), {
    code: 'DATA_INVALID',
    message: 'Invalid null value for required STRING field',
  })
})

test('fields stand in the order of connect.index, others in that of hash maps in Java', () => {
  const names = (schema: object) => read(schema, '{}').schema?.fields.map(({ name }) => name)
  const at = (index: number) => ({ type: 'string', 'connect.index': index })
  assert.deepEqual(names(object({ x: at(2), y: at(0), z: at(1) })), ['y', 'z', 'x'])
  const plain = { type: 'string' }
  assert.deepEqual(names(object({ id: plain, name: plain, at: plain })), ['at', 'name', 'id'])
})

test('null beside a type makes it optional, in each way to say so', () => {
  for (const schema of [
    { oneOf: [{ type: 'null' }, { type: 'string' }] },
    { anyOf: [{ type: 'string' }, { type: 'null' }] },
    { type: ['null', 'string'] },
  ]) {
    const { schema: type, value } = read(schema, 'null')
    assert.deepEqual([type?.type, type?.optional, value], ['STRING', true, null])
  }
})

test('use.optional.for.nonrequired makes properties optional that are not required', () => {
  const schema = object({ a: { type: 'string' }, b: { type: 'string' } }, { required: ['a'] })
  const optional = (props: ConfigProps) =>
    read(schema, '{"a":""}', props).schema?.fields.map((field) => field.schema.optional)
  assert.deepEqual(optional({}), [false, false])
  assert.deepEqual(optional({ 'use.optional.for.nonrequired': 'true' }), [false, true])
})

test('enum and const are texts with their symbols as parameters', () => {
  const parameters = (schema: object, props: ConfigProps = {}) => [
    ...(read(schema, '"a"', props).schema?.parameters ?? []),
  ]
  const name = 'io.confluent.connect.json.Enum'
  assert.deepEqual(parameters({ enum: ['a', null] }), [
    [name, ''],
    [`${name}.a`, 'a'],
    [`${name}.<NULL>`, '<NULL>'],
  ])
  assert.deepEqual(parameters({ type: 'string', enum: ['a'] }), [
    [name, ''],
    [`${name}.a`, 'a'],
  ])
  assert.deepEqual(parameters({ const: 'a' }, { 'generalized.sum.type.support': 'true' }), [
    ['org.apache.kafka.connect.data.Enum', ''],
    ['org.apache.kafka.connect.data.Enum.a', '0'],
  ])
  assert.equal(read({ type: 'integer', enum: [1, 2] }, '2').value, 2n)
})

test('a oneOf is a struct of which the member is set that the data fits best', () => {
  const schema = {
    oneOf: [
      object({ a: { type: 'string' } }),
      object({ a: { type: 'string' }, b: { type: 'string' } }),
      { type: 'number' },
    ],
  }
  const chosen = (json: string) => String(read(schema, json).value)
  assert.equal(chosen('{"a":"x"}'), 'Struct{io.confluent.connect.json.OneOf.field.0=Struct{a=x}}')
  assert.equal(
    chosen('{"a":"x","b":"y"}'),
    'Struct{io.confluent.connect.json.OneOf.field.1=Struct{a=x,b=y}}',
  )
  assert.equal(chosen('12'), 'Struct{io.confluent.connect.json.OneOf.field.2=12.0}')
  assert.throws(() => chosen('true'), {
    code: 'DATA_INVALID',
    message: 'Did not find matching oneof field for data',
  })
  const general = read(schema, '1', { 'generalized.sum.type.support': 'true' })
  assert.equal(String(general.value), 'Struct{connect_union_field_2=1.0}')
  assert.equal(general.schema?.name, 'connect_union_0')
})

test('flatten.singleton.unions=false keeps a oneOf of one schema', () => {
  const schema = { oneOf: [{ type: 'string' }] }
  assert.equal(read(schema, '"a"').value, 'a')
  const kept = read(schema, '"a"', { 'flatten.singleton.unions': 'false' })
  assert.equal(String(kept.value), 'Struct{io.confluent.connect.json.OneOf.field.0=a}')
})

test('allOf is a struct with the properties of all', () => {
  const schema = {
    definitions: { base: object({ id: { type: 'integer' } }, { required: ['id'] }) },
    allOf: [{ $ref: '#/definitions/base' }, object({ name: { type: 'string' } })],
  }
  assert.equal(String(read(schema, '{"id":1,"name":"a"}').value), 'Struct{id=1,name=a}')
  const beside = object({ a: { type: 'string' } }, { oneOf: [{ required: ['a'] }] })
  assert.equal(String(read(beside, '{"a":"x"}').value), 'Struct{a=x}')
})

test('references lead to definitions, to ids and to other schemas', () => {
  const format = createFormat()
  const main = stored(
    {
      $id: 'http://acme.com/main.json',
      ...object({
        line: { $ref: 'line.json' },
        place: { $ref: '#/definitions/place' },
        tag: { $ref: '#tag' },
        price: { $ref: 'money.json#/definitions/price' },
      }),
      definitions: {
        place: object({ city: { type: 'string' } }),
        t: { $id: '#tag', type: 'string' },
      },
    },
    {
      'line.json': object({ sku: { type: 'string' } }),
      'money.json': {
        $id: 'http://acme.com/money.json',
        definitions: { price: { type: 'number' } },
      },
    },
  )
  const { value } = decode(
    format,
    main,
    '{"line":{"sku":"a"},"place":{"city":"b"},"tag":"c","price":1.5}',
  )
  assert.deepEqual(
    ['line', 'place', 'tag', 'price'].map((name) => String((value as Struct).get(name))),
    ['Struct{sku=a}', 'Struct{city=b}', 'c', '1.5'],
  )
  for (const [reference, problem] of [
    ['gone.json', 'no such schema is among its references'],
    ['#/definitions/gone', 'there is no such part'],
  ] as const) {
    assert.throws(() => read({ $ref: reference }, '1'), {
      code: 'SERIALIZATION',
      message: `The schema refers to ${reference}, but ${problem}: register it and refer to it under this name`,
    })
  }
})

test('a schema that refers to itself is read, and written as it was', () => {
  const format = createFormat()
  const tree = object(
    { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
    { title: 'Tree' },
  )
  const json = '{"children":[{"children":[],"name":"b"}],"name":"a"}'
  const { schema, value } = decode(format, stored(tree), json)
  assert.ok(schema !== null)
  ;(value as Struct).validate()
  assert.equal(encode(format, schema, value), json)
  const { text } = format.define(schema)
  assert.match(text, /"\$id":"#id1".*"\$ref":"#id1"/)
  assert.equal(String(decode(format, stored(text), json).value), String(value))
})

test('a struct that may be null and refers to itself', () => {
  const tree = {
    ...object({ name: { type: 'string' }, left: { $ref: '#' } }),
    type: ['object', 'null'],
  }
  const { schema, value } = read(tree, '{"name":"a","left":{"name":"b","left":null}}')
  assert.equal(String(value), 'Struct{left=Struct{name=b},name=a}')
  assert.deepEqual([schema?.optional, schema?.field('left')?.schema.optional], [true, true])
})

test('keywords beside a reference count from draft 2019-09 on, unless ignore.modern.dialects', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $defs: { base: object({ id: { type: 'integer' } }) },
    $ref: '#/$defs/base',
    properties: { name: { type: 'string' } },
  }
  const names = (props: ConfigProps) =>
    read(schema, '{}', props).schema?.fields.map(({ name }) => name)
  assert.deepEqual(names({}), ['id', 'name'])
  assert.deepEqual(names({ 'ignore.modern.dialects': 'true' }), ['id'])
})

const noForm: ReadonlyArray<readonly [string, unknown, RegExp]> = [
  ['anything', {}, /has no Connect form: give it a type/],
  ['nothing', false, /has no Connect form/],
  ['null alone', { type: 'null' }, /has no Connect form/],
  ['an array of anything', { type: 'array' }, /did not specify the items type/],
  ['a map of anything', { type: 'object', 'connect.type': 'map' }, /no additionalProperties/],
  [
    'an unknown connect.type',
    { type: 'integer', 'connect.type': 'int128' },
    /Unsupported type int128/,
  ],
  ['a reference in a circle', { $ref: '#' }, /refers in circles/],
  ['an array of itself', { type: 'array', items: { $ref: '#' } }, /refers in circles/],
  [
    'a default of another type',
    object({ a: { type: 'object', properties: {}, default: 1 } }),
    /The default 1 is no value/,
  ],
]

for (const [what, schema, message] of noForm) {
  test(`a schema of ${what} is refused`, () => {
    assert.throws(() => read(schema, '1'), { code: 'DATA_INVALID', message })
  })
}

test('a schema of which parts refer to each other without end is refused in time', () => {
  const definitions = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => {
      const next = { $ref: `#/definitions/${index + 1}` }
      return [index, { oneOf: [next, next] }]
    }),
  )
  const schema = {
    definitions: { ...definitions, 60: { type: 'string' } },
    $ref: '#/definitions/0',
  }
  const start = performance.now()
  assert.throws(() => read(schema, '1'), {
    code: 'DATA_INVALID',
    message: /more than 100000 parts/,
  })
  assert.ok(performance.now() - start < 10_000)
})

test('a schema that is no JSON is refused', () => {
  for (const text of ['', '{"type":', 'null', '12']) {
    assert.throws(() => read(text, '1'), {
      code: 'SERIALIZATION',
      message: /is not (?:a JSON schema|JSON)/,
    })
  }
})

test('data that is cut, deep, huge or called __proto__ is read or refused with the place', () => {
  const schema = object({
    a: { type: 'array', items: { type: 'number' } },
    __proto__x: { type: 'string' },
  })
  const json = '{"a":[1,2.5,-3e2],"b":{"c":[true,null,"\\u00e9"]}}'
  for (let end = 0; end < json.length; end++) {
    assert.throws(
      () => read(schema, json.slice(0, end)),
      (error) => error instanceof ConnectError,
    )
  }
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  assert.throws(() => read({ type: 'array', items: { type: 'string' } }, deep), ConnectError)
  const long = object({ n: { type: 'integer' } })
  assert.throws(() => read(long, `{"n":${'9'.repeat(100_000)}}`), ConnectError)
  assert.equal(String(read(long, '{"n":1,"n":2,"__proto__":{"n":5}}').value), 'Struct{n=2}')
  assert.equal(String(read(long, '{"__proto__":{"n":5}}').value), 'Struct{}')
})

test('json.fail.invalid.schema validates what is read and written, in each dialect', async () => {
  const props = { 'json.fail.invalid.schema': 'true' }
  const closed = object({ n: { type: 'integer', maximum: 5 } }, { additionalProperties: false })
  for (const dialect of [
    'http://json-schema.org/draft-04/schema#',
    'http://json-schema.org/draft-06/schema#',
    'http://json-schema.org/draft-07/schema#',
    'https://json-schema.org/draft/2019-09/schema',
    'https://json-schema.org/draft/2020-12/schema',
  ]) {
    const schema = { $schema: dialect, ...closed }
    const valid = await whenReady(() => read(schema, '{"n":5}', props))
    assert.equal(String(valid.value), 'Struct{n=5}')
    assert.throws(() => read(schema, '{"n":6}', props), {
      code: 'SERIALIZATION',
      message: 'Validation error in JSON: #/n must be <= 5 (schema with id 1)',
    })
    assert.throws(() => read(schema, '{"n":1,"m":2}', props), /must NOT have additional properties/)
  }
  const format = createFormat(props)
  const { schema, value } = decode(createFormat(), stored(closed), '{"n":7}')
  assert.ok(schema !== null)
  assert.throws(() => encode(format, schema, value, stored(closed)), /#\/n must be <= 5/)
  assert.throws(() => read({ type: 'string', pattern: '(' }, '"a"', props), {
    code: 'SERIALIZATION',
    message: /can't be used for json\.fail\.invalid\.schema/,
  })
})
