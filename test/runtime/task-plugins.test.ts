import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineConfig } from '../../src/config/definition.ts'
import { Headers } from '../../src/data/headers.ts'
import { SourceRecord } from '../../src/data/record.ts'
import { createPluginRegistry } from '../../src/runtime/plugin-registry.ts'
import type { PluginEntry } from '../../src/runtime/plugins.ts'
import { createConverters, createTransformChain } from '../../src/runtime/task-plugins.ts'
import {
  defineConverter,
  defineHeaderConverter,
  definePredicate,
  defineTransformation,
  type Plugin,
} from '../../src/sdk/plugin.ts'
import { textConverter, textConverters } from './source-harness.ts'

const text = { type: 'string', default: null, importance: 'low', doc: '' } as const

/** Appends a letter; drops what ends with `drop`. */
const append = defineTransformation({
  class: 'test.Append',
  version: '1',
  config: defineConfig({ letter: { ...text, default: '' } }),
  create:
    ({ letter }) =>
    (record) => {
      if (letter === 'drop') return null
      if (letter === 'fail') throw new Error('failed')
      return record.with({ value: `${record.value}${letter}` })
    },
})

const isTopic = definePredicate({
  class: 'test.IsTopic',
  version: '1',
  config: defineConfig({ topic: text }),
  create:
    ({ topic }) =>
    (record) =>
      record.topic === topic,
})

/** Writes its settings in place of the value. */
const settings = defineConverter({
  class: 'test.Settings',
  version: '1',
  config: defineConfig({ 'converter.type': text, mine: text }),
  create: (config, use) => ({
    ...textConverter(),
    fromConnectData: () => Buffer.from(JSON.stringify([use, config])),
  }),
})

const header = defineHeaderConverter({
  class: 'test.Header',
  version: '1',
  config: defineConfig({ 'converter.type': text }),
  create: () => textConverters().header.converter,
})

const registry = createPluginRegistry(
  [append, isTopic, settings, header].map(
    (plugin: Plugin): PluginEntry => ({
      kind: plugin.kind,
      class: plugin.class,
      version: plugin.version,
      location: 'classpath',
      load: async () => plugin,
    }),
  ),
)

const record = new SourceRecord({
  topic: 't',
  sourcePartition: null,
  sourceOffset: null,
  value: '',
})

test('transforms run in their order, with the settings below their names', async () => {
  const chain = await createTransformChain(registry, {
    transforms: 'a, b',
    'transforms.b.type': 'test.Append',
    'transforms.b.letter': 'b',
    'transforms.a.type': 'Append',
    'transforms.a.letter': 'a',
  })
  assert.equal(chain.apply(record)?.value, 'ab')
})

test('without transforms a record stays the same object', async () => {
  const chain = await createTransformChain(registry, {})
  assert.equal(chain.apply(record), record)
})

test('a transform with a predicate applies where it holds, or where not with negate', async () => {
  const chain = await createTransformChain(registry, {
    transforms: 'yes,no,other',
    'transforms.yes.type': 'test.Append',
    'transforms.yes.letter': 'y',
    'transforms.yes.predicate': 'p',
    'transforms.no.type': 'test.Append',
    'transforms.no.letter': 'n',
    'transforms.no.predicate': 'p',
    'transforms.no.negate': 'true',
    'transforms.other.type': 'test.Append',
    'transforms.other.letter': 'o',
    predicates: 'p',
    'predicates.p.type': 'test.IsTopic',
    'predicates.p.topic': 't',
  })
  assert.equal(chain.apply(record)?.value, 'yo')
  assert.equal(chain.apply(record.with({ topic: 'u' }))?.value, 'no')
})

test('after a drop nothing else runs; after a failure the chain names the class', async () => {
  const props = (letter: string) => ({
    transforms: 'first,last',
    'transforms.first.type': 'test.Append',
    'transforms.first.letter': letter,
    'transforms.last.type': 'test.Append',
    'transforms.last.letter': 'fail',
  })
  const dropping = await createTransformChain(registry, props('drop'))
  assert.equal(dropping.apply(record), null)
  const failing = await createTransformChain(registry, props('x'))
  assert.throws(() => failing.apply(record), /failed/)
  assert.equal(failing.className, 'test.Append')
})

test('a predicate that is not defined is refused by name', async () => {
  await assert.rejects(
    createTransformChain(registry, {
      transforms: 'a',
      'transforms.a.type': 'test.Append',
      'transforms.a.predicate': 'p',
    }),
    { code: 'CONFIG_INVALID', message: /Unknown configuration 'predicates\.p\.plugin\.version'/ },
  )
})

test("a connector's converters replace the worker's, each with the settings beside it only", async () => {
  const worker = {
    'key.converter': 'test.Settings',
    'key.converter.mine': 'worker key',
    'value.converter': 'test.Settings',
    'value.converter.mine': 'worker value',
    'header.converter': 'test.Header',
  }
  const connector = { 'value.converter': 'Settings' }
  const { key, value } = await createConverters(registry, connector, worker)
  const textOf = ({ converter }: typeof key) =>
    Buffer.from(converter.fromConnectData('t', Headers.empty, null, 'x') ?? []).toString()
  assert.equal(textOf(key), '["key",{"converter.type":"key","mine":"worker key"}]')
  assert.equal(textOf(value), '["value",{"converter.type":"value","mine":null}]')
})
