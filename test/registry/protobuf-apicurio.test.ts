import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import type { ConfigProps } from '../../src/config/props.ts'
import { protobufConverter } from '../../src/converters/protobuf/index.ts'
import {
  DATE_SCHEMA,
  Decimal,
  decimalBuilder,
  INT8_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
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

function start(t: TestContext, topic: string, props: ConfigProps = {}) {
  const url = { 'schema.registry.url': registry.url }
  return startConverter(t, protobufConverter, topic, { ...url, ...props })
}

const order = SchemaBuilder.struct()
  .name('com.acme.Order')
  .field('id', INT64_SCHEMA)
  .field('small', INT8_SCHEMA)
  .field('amount', decimalBuilder(2).build())
  .field('day', DATE_SCHEMA)
  .field('at', TIMESTAMP_SCHEMA)
  .build()
const first = new Struct(order)
  .put('id', 2n ** 60n)
  .put('small', -1)
  .put('amount', new Decimal(-150n, 2))
  .put('day', new Date('2024-02-29'))
  .put('at', new Date(5))

test('values go there and back, with the version of the registry', async (t) => {
  const topic = `pb-there-${unique}`
  const { write, read } = start(t, topic)
  const { schema, value } = await read(await write(order, first))
  assert.equal(
    String(value),
    'Struct{id=1152921504606846976,small=-1,amount=-1.50,day=Thu Feb 29 00:00:00 UTC 2024,at=Thu Jan 01 00:00:00 UTC 1970}',
  )
  assert.equal(schema?.version, 1)
  assert.deepEqual(await read(await write(order, null)), { schema: null, value: null })
})

test('a value that is no struct is registered as the wrappers', async (t) => {
  const topic = `pb-wrapper-${unique}`
  const { write, read } = start(t, topic)
  assert.equal((await read(await write(STRING_SCHEMA, 'a'))).value, 'a')
  const { schema } = await askRegistry<{ schema: string }>(
    registry.url,
    'GET',
    `/subjects/${topic}-value/versions/1`,
  )
  assert.match(schema, /package google\.protobuf;[\s\S]*message StringValue/)
})

test('a schema evolves, and is refused where it breaks the compatibility of its subject', async (t) => {
  const topic = `pb-evolves-${unique}`
  const subject = `${topic}-value`
  const { write, read } = start(t, topic)
  const old = await write(order, first)
  await askRegistry(registry.url, 'PUT', `/config/${subject}`, { compatibility: 'BACKWARD' })
  const grown = SchemaBuilder.struct().name('com.acme.Order')
  for (const { name, schema } of order.fields) grown.field(name, schema)
  const young = grown.field('note', STRING_SCHEMA).build()
  const bytes = await write(young, new Struct(young).put('id', 1n).put('note', 'n'))
  assert.deepEqual(await askRegistry(registry.url, 'GET', `/subjects/${subject}/versions`), [1, 2])
  const [before, now] = [await read(old), await read(bytes)]
  assert.deepEqual([before.schema?.version, now.schema?.version], [1, 2])
  assert.equal((now.value as Struct).get('note'), 'n')
  const broken = SchemaBuilder.struct().name('com.acme.Order').field('id', STRING_SCHEMA).build()
  await assert.rejects(
    write(broken, new Struct(broken).put('id', 'x')),
    /Failed to serialize Protobuf data from topic pb-evolves.*status 409.*Change the schema/,
  )
})

test('a registered schema with imports is read, and written with', async (t) => {
  const topic = `pb-imports-${unique}`
  const line = 'syntax = "proto3"; package acme; message Line { string sku = 7; }'
  await askRegistry(registry.url, 'POST', `/subjects/${topic}-line/versions`, {
    schema: line,
    schemaType: 'PROTOBUF',
  })
  const main = `syntax = "proto3"; package acme; import "acme/line.proto";
    message Other {} message Order { oneof key { string name = 1; int64 number = 2; } Line line = 3; }`
  await askRegistry(registry.url, 'POST', `/subjects/${topic}-value/versions`, {
    schema: main,
    schemaType: 'PROTOBUF',
    references: [{ name: 'acme/line.proto', subject: `${topic}-line`, version: 1 }],
  })
  const lineSchema = SchemaBuilder.struct()
    .name('Line')
    .optional()
    .field('sku', STRING_SCHEMA)
    .build()
  const orderSchema = SchemaBuilder.struct().name('acme.Order').field('line', lineSchema).build()
  const value = new Struct(orderSchema).put('line', new Struct(lineSchema).put('sku', 'a'))
  const { write, read } = start(t, topic, {
    'auto.register.schemas': 'false',
    'use.latest.version': 'true',
  })
  const bytes = await write(orderSchema, value)
  // The second message of its file, whose field 3 has a field 7.
  assert.equal(Buffer.from(bytes ?? []).toString('hex', 5), '02021a033a0161')
  assert.equal(String((await read(bytes)).value), 'Struct{line=Struct{sku=a}}')
  const other = SchemaBuilder.struct().name('acme.Order').field('gone', INT32_SCHEMA).build()
  await assert.rejects(
    write(other, new Struct(other).put('gone', 1)),
    /message acme\.Order has no field gone\. Set latest\.compatibility\.strict=false/,
  )
})

test('data of another language, or that is none, tells what to set', async (t) => {
  const topic = `pb-other-${unique}`
  const { id } = await askRegistry<{ id: number }>(
    registry.url,
    'POST',
    `/subjects/${topic}-avro/versions`,
    { schema: '"string"' },
  )
  const bytes = Buffer.from([0, 0, 0, 0, 0, 0])
  bytes.writeInt32BE(id, 1)
  const { read } = start(t, topic)
  await assert.rejects(
    read(bytes),
    /one of AVRO, not of PROTOBUF: set value\.converter=io\.confluent\.connect\.avro\.AvroConverter/,
  )
  await assert.rejects(read(Buffer.from('{"a":1}')), /Unknown magic byte!.*It looks like JSON/)
})
