import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import type { ConfigProps } from '../../src/config/props.ts'
import { jsonSchemaConverter } from '../../src/converters/json-schema/index.ts'
import {
  Decimal,
  decimalBuilder,
  INT8_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  SchemaBuilder,
  STRING_SCHEMA,
  Struct,
  TIMESTAMP_SCHEMA,
} from '../../src/sdk/index.ts'
import { type Apicurio, sharedApicurio } from '../helpers/apicurio.ts'
import { askRegistry, startConverter } from '../helpers/registry-converter.ts'

let registry: Apicurio
before(async () => {
  registry = await sharedApicurio()
})
after(() => registry.stop())

const unique = `${process.pid}-${Date.now()}`
const dialect = 'http://json-schema.org/draft-07/schema#'

function start(t: TestContext, topic: string, props: ConfigProps = {}) {
  const url = { 'schema.registry.url': registry.url }
  return startConverter(t, jsonSchemaConverter, topic, { ...url, ...props })
}

const order = SchemaBuilder.struct()
  .name('com.acme.Order')
  .version(3)
  .field('id', INT64_SCHEMA)
  .field('small', INT8_SCHEMA)
  .field('amount', decimalBuilder(2).build())
  .field('at', TIMESTAMP_SCHEMA)
  .field('note', OPTIONAL_STRING_SCHEMA)
  .build()
const first = new Struct(order)
  .put('id', 2n ** 60n)
  .put('small', -1)
  .put('amount', new Decimal(-150n, 2))
  .put('at', new Date(5))

test('values go there and back, with the version of their schema', async (t) => {
  const topic = `js-there-${unique}`
  const { write, read } = start(t, topic)
  const bytes = await write(order, first)
  assert.equal(
    Buffer.from(bytes ?? []).toString('utf8', 5),
    '{"id":1152921504606846976,"small":-1,"amount":"/2o=","at":5,"note":null}',
  )
  const { schema, value } = await read(bytes)
  assert.ok(schema?.equals(order))
  assert.equal(String(value), String(first))
})

test('a registry that wants a dialect is told one; its version is that of the schema', async (t) => {
  const topic = `js-version-${unique}`
  const { write, read } = start(t, topic)
  const { schema, value } = await read(await write(STRING_SCHEMA, 'a'))
  assert.deepEqual([schema?.version, value], [1, 'a'])
  const stored = await askRegistry<{ schema: string }>(
    registry.url,
    'GET',
    `/subjects/${topic}-value/versions/1`,
  )
  assert.equal(JSON.parse(stored.schema).$schema, dialect)
})

test('a schema evolves, and is refused where it breaks the compatibility of its subject', async (t) => {
  const topic = `js-evolves-${unique}`
  const subject = `${topic}-value`
  const closed = { 'object.additional.properties': 'false' }
  const { write, read } = start(t, topic, closed)
  const person = SchemaBuilder.struct().name('Person').field('name', STRING_SCHEMA).build()
  const old = await write(person, new Struct(person).put('name', 'Ann'))
  await askRegistry(registry.url, 'PUT', `/config/${subject}`, { compatibility: 'BACKWARD' })
  const grown = SchemaBuilder.struct()
    .name('Person')
    .field('name', STRING_SCHEMA)
    .field('city', OPTIONAL_STRING_SCHEMA)
    .build()
  const young = await write(grown, new Struct(grown).put('name', 'Bob').put('city', 'Rome'))
  assert.deepEqual(await askRegistry(registry.url, 'GET', `/subjects/${subject}/versions`), [1, 2])
  assert.deepEqual(
    [String((await read(old)).value), String((await read(young)).value)],
    ['Struct{name=Ann}', 'Struct{name=Bob,city=Rome}'],
  )
  const broken = SchemaBuilder.struct().name('Person').field('name', INT64_SCHEMA).build()
  await assert.rejects(
    write(broken, new Struct(broken).put('name', 1n)),
    /Failed to serialize JSON Schema data from topic js-evolves.*status 409.*Change the schema/,
  )
})

test('a schema with references is read, and what it does not allow is refused', async (t) => {
  const topic = `js-refers-${unique}`
  const register = (subject: string, schema: object, references: readonly object[] = []) =>
    askRegistry<{ id: number }>(registry.url, 'POST', `/subjects/${subject}/versions`, {
      schemaType: 'JSON',
      schema: JSON.stringify({ $schema: dialect, ...schema }),
      references,
    })
  await register(`${topic}-line`, {
    type: 'object',
    properties: { sku: { type: 'string', maxLength: 3 } },
  })
  const line = { name: 'line.json', subject: `${topic}-line`, version: 1 }
  const main = { type: 'object', properties: { line: { $ref: 'line.json' } } }
  const { id } = await register(`${topic}-value`, main, [line])
  const data = (json: string) => {
    const bytes = Buffer.concat([Buffer.alloc(5), Buffer.from(json)])
    bytes.writeInt32BE(id, 1)
    return bytes
  }
  const lenient = start(t, topic)
  const { value } = await lenient.read(data('{"line":{"sku":"abcd"}}'))
  assert.equal(String(value), 'Struct{line=Struct{sku=abcd}}')
  const strict = start(t, topic, { 'json.fail.invalid.schema': 'true' })
  assert.equal(
    String((await strict.read(data('{"line":{"sku":"abc"}}'))).value),
    'Struct{line=Struct{sku=abc}}',
  )
  await assert.rejects(
    strict.read(data('{"line":{"sku":"abcd"}}')),
    /Failed to deserialize data for topic js-refers.* to JSON Schema: Validation error in JSON: #\/line\/sku must NOT have more than 3 characters/,
  )
})

test('with the latest schema, what it does not allow is found before anything is written', async (t) => {
  const topic = `js-latest-${unique}`
  await askRegistry(registry.url, 'POST', `/subjects/${topic}-value/versions`, {
    schemaType: 'JSON',
    schema: JSON.stringify({
      $schema: dialect,
      type: 'object',
      properties: { name: { type: 'string' } },
      additionalProperties: false,
    }),
  })
  const latest = { 'auto.register.schemas': 'false', 'use.latest.version': 'true' }
  const { write, read } = start(t, topic, latest)
  const person = SchemaBuilder.struct().field('name', STRING_SCHEMA).build()
  const bytes = await write(person, new Struct(person).put('name', 'Ann'))
  assert.equal(String((await read(bytes)).value), 'Struct{name=Ann}')
  await assert.rejects(
    write(order, first),
    /# has no property .* and allows no other\. Set latest\.compatibility\.strict=false/,
  )
})
