import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseConfig } from '../../../src/config/parse.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { protobufConverter } from '../../../src/converters/protobuf/index.ts'
import { INT32_SCHEMA, SchemaBuilder, STRING_SCHEMA, Struct } from '../../../src/sdk/index.ts'
import { FakeSchemaRegistry } from '../../helpers/fake-schema-registry.ts'
import { startConverter } from '../../helpers/registry-converter.ts'

let registry: FakeSchemaRegistry
before(async () => {
  registry = await FakeSchemaRegistry.start()
})
after(() => registry.stop())

const props = (more: ConfigProps = {}) => ({ 'schema.registry.url': registry.url, ...more })
const schema = SchemaBuilder.struct().name('a.M').field('n', INT32_SCHEMA).build()
const value = new Struct(schema).put('n', 150)

test('a schema is registered once, and found again where nothing is registered', async (t) => {
  const { write } = startConverter(t, protobufConverter, 'once', props())
  const bytes = await write(schema, value)
  assert.equal(Buffer.from(bytes ?? []).toString('hex'), '000000000100089601')
  await write(schema, value)
  assert.deepEqual(registry.texts('once-value'), [
    'syntax = "proto3";\npackage a;\n\nmessage M {\n  int32 n = 1;\n}\n',
  ])
  const asked = registry.seen.length
  const finding = startConverter(
    t,
    protobufConverter,
    'once',
    props({ 'auto.register.schemas': 'false' }),
  )
  assert.deepEqual(await finding.write(schema, value), bytes)
  assert.equal(registry.seen.length, asked + 1)
  const { schema: read } = await finding.read(bytes)
  assert.deepEqual([read?.name, read?.version], ['M', 1])
})

test('the full name of the message names the subject where that is asked for', async (t) => {
  const strategy = {
    'value.subject.name.strategy': 'io.confluent.kafka.serializers.subject.RecordNameStrategy',
  }
  const { write, read } = startConverter(t, protobufConverter, 'any', props(strategy))
  assert.equal(String((await read(await write(schema, value))).value), 'Struct{n=150}')
  assert.equal(registry.texts('a.M').length, 1)
})

test('a schema of the registry that is no Protobuf fails the record, not more', async (t) => {
  const id = registry.add('broken-value', 'hello', { schemaType: 'PROTOBUF' })
  const { read } = startConverter(t, protobufConverter, 'broken', props())
  await assert.rejects(read(Buffer.from([0, 0, 0, 0, id, 0])), {
    code: 'DATA_INVALID',
    message: `Failed to deserialize data for topic broken to Protobuf: the schema with id ${id} is not a Protobuf schema: illegal token 'hello' (line 1)`,
  })
})

test('a field that is cut names the topic and the byte', async (t) => {
  const { write, read } = startConverter(t, protobufConverter, 'cut', props())
  const text = SchemaBuilder.struct().name('T').field('s', STRING_SCHEMA).build()
  const bytes = await write(text, new Struct(text).put('s', 'abc'))
  await assert.rejects(read((bytes ?? Buffer.alloc(0)).subarray(0, -1)), {
    code: 'DATA_INVALID',
    message:
      'Failed to deserialize data for topic cut to Protobuf: the message ends early (byte 2 of the message)',
  })
})

const refused = {
  'reference.lookup.only': 'true',
  'reference.subject.name.strategy': 'com.acme.Own',
  'skip.known.types': 'false',
  'specific.protobuf.key.type': 'com.acme.Key',
  'specific.protobuf.value.type': 'com.acme.Value',
  'derive.type': 'true',
}

for (const [key, given] of Object.entries(refused)) {
  test(`${key}=${given} is refused with the reason`, () => {
    const config = { 'converter.type': 'value', ...props(), [key]: given }
    assert.throws(() => parseConfig(protobufConverter.config, config), {
      code: 'CONFIG_INVALID',
      message: new RegExp(`^Invalid value ${given} for configuration ${key}: not supported: .`),
    })
  })
}
