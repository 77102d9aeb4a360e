import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import type { ConfigProps } from '../../src/config/props.ts'
import { Headers } from '../../src/data/headers.ts'
import type { Schema } from '../../src/data/schema.ts'
import { SchemaBuilder } from '../../src/data/schema-builder.ts'
import { INT32_SCHEMA, OPTIONAL_STRING_SCHEMA, STRING_SCHEMA } from '../../src/data/schemas.ts'
import { Struct } from '../../src/data/struct.ts'
import type { ConnectValue } from '../../src/data/value.ts'
import { whenReady } from '../../src/sdk/not-ready.ts'
import { createConverter } from '../converters/create.ts'
import { type Apicurio, sharedApicurio } from '../helpers/apicurio.ts'

let registry: Apicurio
before(async () => {
  registry = await sharedApicurio()
})
after(() => registry.stop())

const unique = `${process.pid}-${Date.now()}`

/** Writes and reads values of one topic with the registry. */
function start(t: TestContext, topic: string, props: ConfigProps = {}) {
  const converter = createConverter('AvroConverter', {
    'schema.registry.url': registry.url,
    ...props,
  })
  t.after(() => converter.close?.())
  const write = (schema: Schema | null, value: ConnectValue) =>
    whenReady(() => converter.fromConnectData(topic, Headers.empty, schema, value))
  const read = (bytes: Uint8Array | null) =>
    whenReady(() => converter.toConnectData(topic, Headers.empty, bytes))
  return { write, read }
}

async function ask(method: string, path: string, body: unknown = null): Promise<unknown> {
  const answer = await fetch(registry.url + path, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: body === null ? null : JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

const versions = (subject: string) => ask('GET', `/subjects/${subject}/versions`)
const person = SchemaBuilder.struct()
  .name('com.example.Person')
  .field('name', STRING_SCHEMA)
  .build()
const ann = new Struct(person).put('name', 'Ann')
const grown = SchemaBuilder.struct()
  .name('com.example.Person')
  .field('name', STRING_SCHEMA)
  .field('city', OPTIONAL_STRING_SCHEMA)
  .build()
const bob = new Struct(grown).put('name', 'Bob').put('city', 'Rome')

test('values go there and back, with the version of the registry', async (t) => {
  const topic = `there-${unique}`
  const { write, read } = start(t, topic)
  const { schema, value } = await read(await write(person, ann))
  assert.equal(String(value), 'Struct{name=Ann}')
  assert.equal(schema?.version, 1)
  assert.equal(schema?.name, 'com.example.Person')
})

test('a schema evolves under BACKWARD compatibility, and is refused where it breaks it', async (t) => {
  const topic = `evolves-${unique}`
  const { write, read } = start(t, topic)
  const old = await write(person, ann)
  await ask('PUT', `/config/${topic}-value`, { compatibility: 'BACKWARD' })
  const young = await write(grown, bob)
  assert.deepEqual(await versions(`${topic}-value`), [1, 2])
  const read2 = start(t, topic).read
  assert.deepEqual(
    [String((await read2(old)).value), String((await read(young)).value)],
    ['Struct{name=Ann}', 'Struct{name=Bob,city=Rome}'],
  )
  const broken = SchemaBuilder.struct()
    .name('com.example.Person')
    .field('age', INT32_SCHEMA)
    .build()
  await assert.rejects(
    write(broken, new Struct(broken).put('age', 1)),
    /did not register the schema of subject evolves-.*: status 409.*Change the schema so that it is compatible/,
  )
})

test('what was written with an old schema is read into the latest', async (t) => {
  const topic = `latest-${unique}`
  const old = await start(t, topic).write(person, ann)
  await start(t, topic).write(grown, bob)
  const { read, write } = start(t, topic, {
    'auto.register.schemas': 'false',
    'use.latest.version': 'true',
  })
  const { schema, value } = await read(old)
  assert.equal(String(value), 'Struct{name=Ann}')
  assert.deepEqual([schema?.version, schema?.fields.map(({ name }) => name)], [2, ['name', 'city']])
  assert.equal(String((await read(await write(person, ann))).value), 'Struct{name=Ann}')
})

test('subjects are named as the strategy says', async (t) => {
  const topic = `strategy-${unique}`
  const record = `com.example.Strategy${process.pid}x${Date.now()}`
  const schema = SchemaBuilder.struct().name(record).field('name', STRING_SCHEMA).build()
  const value = new Struct(schema).put('name', 'a')
  for (const strategy of ['TopicNameStrategy', 'RecordNameStrategy', 'TopicRecordNameStrategy']) {
    const { write, read } = start(t, topic, { 'value.subject.name.strategy': strategy })
    assert.equal(String((await read(await write(schema, value))).value), 'Struct{name=a}')
  }
  const subjects = (await ask('GET', '/subjects')) as readonly string[]
  assert.deepEqual(
    subjects.filter((subject) => subject.includes(topic) || subject.includes(record)).sort(),
    [record, `${topic}-${record}`, `${topic}-value`].sort(),
  )
})

test('a schema has to be registered where it is not registered for us', async (t) => {
  const topic = `unregistered-${unique}`
  const { write } = start(t, topic, { 'auto.register.schemas': 'false' })
  await assert.rejects(write(person, ann), {
    code: 'DATA_INVALID',
    message: new RegExp(`error code 40401, .*Register the schema in subject ${topic}-value`),
  })
  const registered = start(t, `${topic}-2`)
  await registered.write(person, ann)
  const finding = start(t, `${topic}-2`, { 'auto.register.schemas': 'false' })
  assert.equal(
    String((await finding.read(await finding.write(person, ann))).value),
    'Struct{name=Ann}',
  )
})

test('a schema that refers to another is read with it', async (t) => {
  const topic = `refers-${unique}`
  const zip = {
    type: 'record',
    name: 'Zip',
    namespace: 'r',
    fields: [{ name: 'code', type: 'int' }],
  }
  await ask('POST', `/subjects/${topic}-zip/versions`, { schema: JSON.stringify(zip) })
  const home = { type: 'record', name: 'Home', fields: [{ name: 'zip', type: 'r.Zip' }] }
  const { id } = (await ask('POST', `/subjects/${topic}-value/versions`, {
    schema: JSON.stringify(home),
    references: [{ name: 'r.Zip', subject: `${topic}-zip`, version: 1 }],
  })) as { id: number }
  const bytes = Buffer.from([0, 0, 0, 0, 0, 14])
  bytes.writeInt32BE(id, 1)
  assert.equal(String((await start(t, topic).read(bytes)).value), 'Struct{zip=Struct{code=7}}')
})

test('an id that nobody gave', async (t) => {
  const { read } = start(t, `unknown-${unique}`)
  await assert.rejects(
    read(Uint8Array.from([0, 0x7f, 0, 0, 1, 0])),
    /did not give the schema with id 2130706433: status 404, error code 40403/,
  )
})

test('an address that leads elsewhere', async (t) => {
  const url = registry.url.replace('/apis/ccompat/v7', '/nowhere')
  const { write } = start(t, 'elsewhere', { 'schema.registry.url': url, 'max.retries': '0' })
  await assert.rejects(write(person, ann), /status 404.*Check schema.registry.url, with its path/)
})
