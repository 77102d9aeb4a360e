import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseConfig } from '../../../src/config/parse.ts'
import type { ConfigProps } from '../../../src/config/props.ts'
import { jsonSchemaConverter } from '../../../src/converters/json-schema/index.ts'
import {
  OPTIONAL_STRING_SCHEMA,
  SchemaBuilder,
  STRING_SCHEMA,
  Struct,
} from '../../../src/sdk/index.ts'
import { FakeSchemaRegistry } from '../../helpers/fake-schema-registry.ts'
import { startConverter } from '../../helpers/registry-converter.ts'

let registry: FakeSchemaRegistry
before(async () => {
  registry = await FakeSchemaRegistry.start()
})
after(() => registry.stop())

const props = (more: ConfigProps = {}) => ({ 'schema.registry.url': registry.url, ...more })
const schema = SchemaBuilder.struct().name('M').field('a', OPTIONAL_STRING_SCHEMA).build()
const value = new Struct(schema).put('a', 'é')

test('a schema is registered as the reference has it, and found again where nothing is', async (t) => {
  const { write } = startConverter(t, jsonSchemaConverter, 'once', props())
  const bytes = Buffer.from((await write(schema, value)) ?? [])
  assert.equal(bytes.subarray(0, 5).toString('hex'), '0000000001')
  assert.equal(bytes.toString('utf8', 5), '{"a":"é"}')
  assert.deepEqual(registry.texts('once-value'), [
    '{"type":"object","title":"M","properties":{"a":{"connect.index":0,"oneOf":[{"type":"null"},{"type":"string"}]}}}',
  ])
  const finding = startConverter(
    t,
    jsonSchemaConverter,
    'once',
    props({ 'auto.register.schemas': 'false' }),
  )
  assert.deepEqual(Buffer.from((await finding.write(schema, value)) ?? []), bytes)
  const read = await finding.read(bytes)
  assert.deepEqual([read.schema?.name, read.schema?.version], ['M', 1])
})

test('null is a tombstone, or JSON where the schema allows it', async (t) => {
  const { write, read } = startConverter(t, jsonSchemaConverter, 'nulls', props())
  assert.equal(await write(null, null), null)
  assert.equal(await write(STRING_SCHEMA, null), null)
  const bytes = await write(OPTIONAL_STRING_SCHEMA, null)
  assert.equal(Buffer.from(bytes ?? []).toString('utf8', 5), 'null')
  assert.equal((await read(bytes)).value, null)
  assert.deepEqual(await read(null), { schema: null, value: null })
})

test('a schema of the registry that is no JSON fails the record, not more', async (t) => {
  const id = registry.add('broken-value', '{"type":', { schemaType: 'JSON' })
  const { read } = startConverter(t, jsonSchemaConverter, 'broken', props())
  await assert.rejects(read(Buffer.from([0, 0, 0, 0, id, 0x31])), {
    code: 'DATA_INVALID',
    message: `Failed to deserialize data for topic broken to JSON Schema: The schema with id ${id} is not JSON: it ends early at character 8`,
  })
})

test('data that is cut names the topic and the character', async (t) => {
  const { write, read } = startConverter(t, jsonSchemaConverter, 'cut', props())
  const bytes = (await write(schema, value)) ?? Buffer.alloc(0)
  await assert.rejects(read(bytes.subarray(0, -2)), {
    code: 'DATA_INVALID',
    message:
      /^Failed to deserialize data for topic cut to JSON Schema: .*it ends early at character 7/,
  })
})

const refused = {
  'preserve.additional.properties': 'true',
  'json.validate.before.domain.rules': 'true',
  'json.write.dates.iso8601': 'true',
  'json.schema.spec.version': 'draft_4',
  'json.schema.scan.packages': 'com.acme',
  'json.oneof.for.nullables': 'false',
  'json.default.property.inclusion': 'NON_NULL',
  'json.envelope.detection': 'false',
  'json.indent.output': 'true',
  'json.key.type': 'com.acme.Key',
  'json.value.type': 'com.acme.Value',
  'type.property': 'type',
  'json.type.allowed.packages': 'com.acme',
}

for (const [key, given] of Object.entries(refused)) {
  test(`${key}=${given} is refused with the reason`, () => {
    const config = { 'converter.type': 'value', ...props(), [key]: given }
    assert.throws(() => parseConfig(jsonSchemaConverter.config, config), {
      code: 'CONFIG_INVALID',
      message: new RegExp(`^Invalid value ${given} for configuration ${key}: not supported: .`),
    })
  })
}
