import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesOf, type Import, importsOf } from './helpers/sources.ts'

/** A folder imports only from those before it. */
const layers = [
  'base',
  'data',
  'config',
  'protocol',
  'metrics',
  'sdk',
  'kafka',
  'converters',
  'transforms',
  'predicates',
  'connectors',
  'extensions',
  'broker',
  'runtime',
  'cluster',
  'rest',
  'cli',
  'testing',
]

/** Folders that know even less than their layer would allow. */
const onlyFrom: Readonly<Record<string, readonly string[]>> = {
  converters: ['sdk'],
  transforms: ['sdk'],
  predicates: ['sdk'],
  connectors: ['sdk'],
  extensions: ['sdk'],
  broker: ['base', 'protocol', 'metrics'],
}

/** Plug-ins and the broker are named where everything is put together, and nowhere else. */
const composed = ['converters', 'transforms', 'predicates', 'connectors', 'extensions', 'broker']
const composers = ['cli', 'testing']

/** Third-party packages, each with the file or folder that alone may know it. */
const packages: Readonly<Record<string, string>> = {
  '@platformatic/wasm-utils/bundled': 'src/protocol/compression.ts',
  ajv: 'src/converters/json-schema/ajv-schemas.ts',
  'ajv/dist/2019.js': 'src/converters/json-schema/ajv-schemas.ts',
  'ajv/dist/2020.js': 'src/converters/json-schema/ajv-schemas.ts',
  'ajv-draft-04': 'src/converters/json-schema/ajv-schemas.ts',
  'ajv-formats': 'src/converters/json-schema/ajv-schemas.ts',
  esbuild: 'scripts/build.ts',
  fastify: 'src/rest/',
  protobufjs: 'src/converters/protobuf/proto-parse.ts',
  pino: 'src/base/logger-pino.ts',
}

const entries = [
  ...[
    'src/cli/main.ts',
    'src/cli/task-thread.ts',
    'src/index.ts',
    'src/sdk/index.ts',
    'src/broker/index.ts',
  ],
  ...filesOf(['src/protocol/messages/*.ts']),
]

const sources = filesOf(['src/**/*.ts'])
const imports = importsOf(sources)

test('a folder of src imports only from the layers before it', () => {
  assert.deepEqual(imports.filter(isUpward).map(describe), [])
})

test('a connector imports nothing of another connector', () => {
  const crossing = imports.filter(
    ({ from, target }) =>
      from.startsWith('src/connectors/') &&
      target?.startsWith('src/connectors/') &&
      from.split('/')[2] !== target.split('/')[2],
  )
  assert.deepEqual(crossing.map(describe), [])
})

test('each third-party package is known in one place', () => {
  const all = [...imports, ...importsOf(filesOf(['scripts/**/*.ts']))]
  const wrong = all.filter(
    ({ from, specifier, target }) =>
      target === null &&
      !specifier.startsWith('node:') &&
      !from.startsWith(packages[specifier] ?? 'nowhere'),
  )
  assert.deepEqual(wrong.map(describe), [])
})

test('every source file is reached from an entry', () => {
  const reached = new Set(entries)
  for (const file of reached) {
    for (const { from, target } of imports)
      if (from === file && target !== null) reached.add(target)
  }
  assert.deepEqual(
    sources.filter((file) => !reached.has(file)),
    [],
  )
})

function isUpward({ from, target }: Import): boolean {
  if (target === null) return false
  const [, folder = ''] = from.split('/')
  const [, other = ''] = target.split('/')
  if (folder === other || folder === 'index.ts') return false
  if (from.startsWith('src/connectors/mirror/') && other === 'kafka') return false
  if (onlyFrom[folder] !== undefined) return !onlyFrom[folder].includes(other)
  if (composed.includes(other)) return !composers.includes(folder)
  return layers.indexOf(other) === -1 || layers.indexOf(other) >= layers.indexOf(folder)
}

function describe({ from, specifier }: Import): string {
  return `${from} imports ${specifier}`
}
