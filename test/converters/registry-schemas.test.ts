import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers } from '../../src/data/headers.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import {
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import { NotReady } from '../../src/sdk/not-ready.ts'
import { eventually } from '../helpers/eventually.ts'
import { type AvroHarness, startAvro } from './avro-harness.ts'

const person = () => SchemaBuilder.struct().name('Person').field('name', STRING_SCHEMA).build()
const ann = () => new Struct(person()).put('name', 'Ann')
const record = (...fields: readonly object[]) => ({ type: 'record', name: 'Person', fields })
const nameField = { name: 'name', type: 'string' }
const unregistered = { 'auto.register.schemas': 'false' }
const latest = { ...unregistered, 'use.latest.version': 'true' }

test('the registry is asked once for each schema, not for each record', async (t) => {
  const avro = await startAvro(t)
  for (let count = 0; count < 3; count++) {
    const struct = ann()
    assert.equal(String((await avro.roundTrip(struct.schema, struct)).value), 'Struct{name=Ann}')
  }
  assert.deepEqual(avro.registry.questions, [
    'POST /subjects/t-value/versions',
    'GET /schemas/ids/1',
    'POST /subjects/t-value',
  ])
})

test('records of one schema share it', async (t) => {
  const avro = await startAvro(t)
  const bytes = await avro.write(person(), ann())
  const [first, second] = [await avro.read(bytes), await avro.read(bytes)]
  assert.equal(first.schema, second.schema)
  assert.equal((first.value as Struct).schema, first.schema)
})

test('while the registry is asked, nobody asks the same', async (t) => {
  const avro = await startAvro(t)
  const schema = person()
  const convert = () => avro.converter.fromConnectData('t', Headers.empty, schema, ann())
  assert.throws(convert, NotReady)
  assert.throws(convert, NotReady)
  await avro.write(schema, ann())
  assert.equal(avro.registry.seen.length, 1)
})

test('a schema that evolved is registered as the next version', async (t) => {
  const avro = await startAvro(t)
  const grown = SchemaBuilder.struct()
    .name('Person')
    .field('name', STRING_SCHEMA)
    .field('city', OPTIONAL_STRING_SCHEMA)
    .build()
  const old = await avro.write(person(), ann())
  const young = await avro.write(grown, new Struct(grown).put('name', 'Bob').put('city', 'Rome'))
  const [first, second] = [await avro.read(old), await avro.read(young)]
  assert.deepEqual([first.schema?.version, second.schema?.version], [1, 2])
  assert.deepEqual(
    [String(first.value), String(second.value)],
    ['Struct{name=Ann}', 'Struct{name=Bob,city=Rome}'],
  )
  const shrunk = SchemaBuilder.struct().name('Person').field('age', INT32_SCHEMA).build()
  await assert.rejects(
    avro.write(shrunk, new Struct(shrunk).put('age', 1)),
    /status 409.*incompatible with an earlier schema for subject "t-value"/,
  )
})

test('without registering, the schema has to be there', async (t) => {
  const avro = await startAvro(t, unregistered)
  await assert.rejects(
    avro.write(person(), ann()),
    /did not find the schema in subject t-value: status 404, error code 40401, Subject 't-value' not found\. Register the schema in subject t-value, or set auto.register.schemas=true or use.latest.version=true/,
  )
  const other = await startAvro(t, unregistered)
  other.registry.add('t-value', { ...record(nameField), 'connect.name': 'Person' })
  assert.ok(await other.write(person(), ann()))
})

async function write(avro: AvroHarness): Promise<string> {
  const bytes = await avro.write(person(), ann())
  return String((await avro.read(bytes)).value)
}

test('the latest schema is written with: fields by name, the rest by their defaults', async (t) => {
  const avro = await startAvro(t, latest)
  avro.registry.add('t-value', record({ name: 'age', type: 'int', default: 7 }, nameField))
  assert.equal(await write(avro), 'Struct{age=7,name=Ann}')
})

test('the latest schema has to be compatible, unless that is waived', async (t) => {
  const strict = await startAvro(t, latest)
  const other = record({ name: 'age', type: 'int' }, nameField)
  strict.registry.add('t-value', other)
  await assert.rejects(
    strict.write(person(), ann()),
    /Incompatible schema of type 'AVRO' with id 1: there is no field age. Set latest.compatibility.strict=false to disable this check/,
  )
  const lax = await startAvro(t, { ...latest, 'latest.compatibility.strict': 'false' })
  lax.registry.add('t-value', other)
  await assert.rejects(lax.write(person(), ann()), {
    code: 'DATA_INVALID',
    message:
      'Failed to serialize Avro data from topic t: The data has no field age, which the schema of the registry requires (field age)',
  })
  const dropping = await startAvro(t, { ...latest, 'latest.compatibility.strict': 'false' })
  dropping.registry.add('t-value', record(nameField))
  const wide = SchemaBuilder.struct()
    .name('Person')
    .field('id', INT64_SCHEMA)
    .field('name', STRING_SCHEMA)
    .build()
  const bytes = await dropping.write(wide, new Struct(wide).put('id', 1n).put('name', 'Ann'))
  assert.equal(String((await dropping.read(bytes)).value), 'Struct{name=Ann}')
})

test('a schema with an id is written with', async (t) => {
  const avro = await startAvro(t, { ...unregistered, 'use.schema.id': '1' })
  avro.registry.add('elsewhere', record(nameField))
  assert.equal(await write(avro), 'Struct{name=Ann}')
  const strict = await startAvro(t, { ...unregistered, 'use.schema.id': '1' })
  strict.registry.add('elsewhere', record({ name: 'age', type: 'int' }))
  await assert.rejects(strict.write(person(), ann()), /Set id.compatibility.strict=false/)
})

test('the latest schema is read into: what was written before it is resolved', async (t) => {
  const avro = await startAvro(t, latest)
  const enumOf = (...symbols: readonly string[]) => ({
    type: 'enum',
    name: 'E',
    symbols,
    default: 'A',
  })
  const old = avro.framed(
    record(
      { name: 'gone', type: 'string' },
      { name: 'count', type: 'int' },
      { name: 'ratio', type: 'float' },
      { name: 'suit', type: enumOf('A', 'X') },
      { name: 'any', type: ['int', 'string'] },
      { name: 'former', type: 'string' },
    ),
    [2, 0x78, 4, 0, 0, 0, 0x3f, 2, 2, 2, 0x79, 2, 0x7a],
  )
  avro.registry.add(
    't-value',
    record(
      { name: 'now', type: 'string', aliases: ['former'] },
      { name: 'count', type: 'long' },
      { name: 'ratio', type: ['null', 'double'] },
      { name: 'suit', type: enumOf('A', 'B') },
      { name: 'any', type: ['null', 'string', 'long'] },
      { name: 'added', type: 'int', default: 9 },
    ),
  )
  const { value } = await avro.read(old)
  assert.equal(String(value), 'Struct{now=z,count=2,ratio=0.5,suit=A,any=Struct{string=y},added=9}')
})

test('the latest schema is asked for again after its time', async (t) => {
  const avro = await startAvro(t, { ...latest, 'latest.cache.ttl.sec': '0' })
  avro.registry.add('t-value', record(nameField))
  assert.equal(await write(avro), 'Struct{name=Ann}')
  avro.registry.add('t-value', record(nameField, { name: 'age', type: 'int', default: 7 }))
  await eventually('the new version is used', 5000, async () => {
    return (await write(avro)) === 'Struct{name=Ann,age=7}'
  })
})

test('a schema that refers to others is read with them', async (t) => {
  const avro = await startAvro(t)
  avro.registry.add('zip', {
    type: 'record',
    name: 'Zip',
    fields: [{ name: 'code', type: 'string' }],
  })
  avro.registry.add(
    'address',
    { type: 'record', name: 'Address', fields: [{ name: 'zip', type: 'Zip' }] },
    { references: [{ name: 'Zip', subject: 'zip', version: 1 }] },
  )
  const id = avro.registry.add('t-value', record({ name: 'home', type: 'Address' }), {
    references: [{ name: 'Address', subject: 'address', version: 1 }],
  })
  const { value } = await avro.read(Uint8Array.from([0, 0, 0, 0, id, 2, 0x39]))
  assert.equal(String(value), 'Struct{home=Struct{zip=Struct{code=9}}}')
})

test('references without end are refused', async (t) => {
  const avro = await startAvro(t)
  avro.registry.add('a', record(), { references: [{ name: 'b', subject: 'b', version: 1 }] })
  avro.registry.add('b', record(nameField), {
    references: [{ name: 'a', subject: 'a', version: 1 }],
  })
  const error = await avro
    .read(Uint8Array.from([0, 0, 0, 0, 1, 0]))
    .catch((raised: Error) => raised)
  assert.match((error as Error).message, /its references have no end/)
})

test('data whose subject has no such schema is read without version', async (t) => {
  const avro = await startAvro(t)
  const id = avro.registry.add('other-value', record(nameField))
  const { schema, value } = await avro.read(Uint8Array.from([0, 0, 0, 0, id, 2, 0x61]))
  assert.equal(String(value), 'Struct{name=a}')
  assert.equal(schema?.version, null)
})

test('bytes in the middle of a larger buffer', async (t) => {
  const avro = await startAvro(t)
  const bytes = (await avro.write(person(), ann())) as Uint8Array
  await avro.read(bytes)
  const larger = Buffer.concat([Buffer.from('xx'), bytes, Buffer.from('yy')])
  const read = avro.converter.readFrom?.(larger, 2, 2 + bytes.length, 't', Headers.empty)
  assert.equal(String(read?.value), 'Struct{name=Ann}')
})
