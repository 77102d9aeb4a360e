import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPluginRegistry } from '../../src/runtime/plugin-registry.ts'
import type { PluginEntry } from '../../src/runtime/plugins.ts'
import type { Plugin, PluginKind } from '../../src/sdk/plugin.ts'

function entry(kind: PluginKind, name: string, version = '1.0'): PluginEntry {
  return {
    kind,
    class: name,
    version,
    location: 'classpath',
    load: async () => ({ kind, class: name, version }) as unknown as Plugin,
  }
}

const registry = createPluginRegistry([
  entry('header_converter', 'org.apache.kafka.connect.json.JsonConverter'),
  entry('transformation', 'org.acme.HoistField$Value'),
  entry('source', 'org.acme.FileStreamSourceConnector', '1.0'),
  entry('source', 'org.acme.FileStreamSourceConnector', '1.10'),
  entry('source', 'org.acme.FileStreamSourceConnector', '1.9'),
  entry('converter', 'org.apache.kafka.connect.json.JsonConverter'),
  entry('sink', 'org.acme.ZSinkConnector'),
  entry('sink', 'one.SameConnector'),
  entry('sink', 'two.SameConnector'),
])

test('plug-ins are listed by kind, class and version', () => {
  assert.deepEqual(
    registry.list().map((plugin) => `${plugin.kind} ${plugin.class} ${plugin.version}`),
    [
      'sink one.SameConnector 1.0',
      'sink org.acme.ZSinkConnector 1.0',
      'sink two.SameConnector 1.0',
      'source org.acme.FileStreamSourceConnector 1.0',
      'source org.acme.FileStreamSourceConnector 1.9',
      'source org.acme.FileStreamSourceConnector 1.10',
      'transformation org.acme.HoistField$Value 1.0',
      'converter org.apache.kafka.connect.json.JsonConverter 1.0',
      'header_converter org.apache.kafka.connect.json.JsonConverter 1.0',
    ],
  )
})

const aliases: ReadonlyArray<[name: string, role: 'connector' | 'converter', version: string]> = [
  ['org.acme.FileStreamSourceConnector', 'connector', '1.10'],
  ['FileStreamSourceConnector', 'connector', '1.10'],
  ['FileStreamSource', 'connector', '1.10'],
  ['Json', 'converter', '1.0'],
  ['JsonConverter', 'converter', '1.0'],
]
for (const [name, role, version] of aliases) {
  test(`${name} is a ${role} in version ${version}`, async () => {
    assert.equal((await registry.find(role, name)).version, version)
  })
}

test('an alias tells every kind of its class', () => {
  assert.deepEqual(
    registry.entries('JsonConverter').map(({ kind }) => kind),
    ['converter', 'header_converter'],
  )
})

for (const name of ['filestreamsource', 'Value', 'HoistField$Value', 'Same', 'nope']) {
  test(`${name} is no alias`, () => assert.deepEqual(registry.entries(name), []))
}

test('a version range picks the newest match', async () => {
  assert.equal((await registry.find('connector', 'FileStreamSource', '[1.0,1.10)')).version, '1.9')
})

const failures: ReadonlyArray<[name: string, version: string | null, message: RegExp]> = [
  [
    'Nope',
    null,
    /^Failed to find any class that implements Connector and which name matches Nope, available connectors are: PluginDesc\{klass=class one\.SameConnector, /,
  ],
  [
    'Same',
    null,
    /^More than one connector matches alias Same\. Please use full package and class name instead\. Classes found: one\.SameConnector, two\.SameConnector$/,
  ],
  [
    'FileStreamSource',
    '9.9',
    /^Plugin org\.acme\.FileStreamSourceConnector not found that matches the version range \[9\.9,9\.9\], available versions: \[1\.0, 1\.9, 1\.10\]$/,
  ],
  ['FileStreamSource', '[9.9', /^Unbounded range: \[9\.9$/],
  ['JsonConverter', null, /^Failed to find any class that implements Connector/],
]
for (const [name, version, message] of failures) {
  test(`connector ${name} in version ${version} is refused`, async () => {
    await assert.rejects(registry.find('connector', name, version), { message })
  })
}
