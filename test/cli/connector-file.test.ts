import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readConnectorFile } from '../../src/cli/connector-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-connector-file-'))
after(() => rmSync(folder, { recursive: true }))

function file(content: string): string {
  const path = join(folder, 'connector')
  writeFileSync(path, content)
  return path
}

const read: ReadonlyArray<[what: string, content: string, expected: object]> = [
  [
    'properties',
    '# comment\nname=a\nfile = /tmp/x\n',
    { name: 'a', config: { name: 'a', file: '/tmp/x' }, initialState: null },
  ],
  [
    'an object of texts, numbers as they are written',
    '{"name": "a", "tasks.max": 1, "big": 12345678901234567890, "on": true, "none": null}',
    {
      name: 'a',
      config: { name: 'a', 'tasks.max': '1', big: '12345678901234567890', on: 'true', none: null },
      initialState: null,
    },
  ],
  [
    'name, config and initial state, with keys that mean nothing',
    '\uFEFF {"name": "a", "config": {"file": "x"}, "initial_state": "paused", "extra": 1}',
    { name: 'a', config: { file: 'x', name: 'a' }, initialState: 'PAUSED' },
  ],
  [
    'name and config without a state',
    '{"name": "a", "config": {"name": "a"}}',
    { name: 'a', config: { name: 'a' }, initialState: null },
  ],
]

for (const [what, content, expected] of read) {
  test(`a connector file: ${what}`, async () => {
    assert.deepEqual(await readConnectorFile(file(content)), expected)
  })
}

const refused: ReadonlyArray<[what: string, content: string, message: RegExp]> = [
  [
    'properties without a name',
    'file=x',
    /^Connector configuration at '.*connector' is missing the mandatory 'name' configuration$/,
  ],
  ['JSON without a name', '{"file": "x"}', /is missing the mandatory 'name' configuration$/],
  [
    'two names',
    '{"name": "a", "config": {"name": "b"}}',
    /^Connector name configuration in 'config' doesn't match the one specified in 'name' at '.*connector'$/,
  ],
  ['broken JSON', '{"name": "a",', /connector: this is not valid JSON: .*/],
  [
    'a config that is no object',
    '{"name": "a", "config": []}',
    /connector: 'config' has to be an object of texts$/,
  ],
  [
    'a nested value',
    '{"name": "a", "config": {"x": {}}}',
    /connector: 'config.x' has to be a text$/,
  ],
  [
    'an unknown state',
    '{"name": "a", "config": {}, "initial_state": "GONE"}',
    /"GONE" and not one of RUNNING, PAUSED, STOPPED$/,
  ],
]

for (const [what, content, message] of refused) {
  test(`a connector file is refused for ${what}`, async () => {
    await assert.rejects(readConnectorFile(file(content)), { code: 'CONFIG_INVALID', message })
  })
}

test('a connector file that is not there, or is a folder, is named', async () => {
  await assert.rejects(readConnectorFile(join(folder, 'nope')), {
    message: /nope: there is no such file/,
  })
  await assert.rejects(readConnectorFile(folder), {
    message: /this is a folder, and a file is needed$/,
  })
})
