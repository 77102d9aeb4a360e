import assert from 'node:assert/strict'
import { test } from 'node:test'
import { threadedPluginCode } from '../../src/cluster/threaded-plugin-code.ts'
import { createPluginRegistry } from '../../src/runtime/plugin-registry.ts'
import type { PluginCall } from '../../src/runtime/threads/unit.ts'
import { registry, source } from './fixture.ts'

const acme = {
  kind: 'transformation',
  class: 'org.acme.Hash',
  version: '1.0',
  location: '/plugins/acme',
  load: () => assert.fail('loaded here'),
} as const

/** The plug-ins of the fixture are built in, the transformation came by `plugin.path`. */
function start() {
  const calls: PluginCall[] = []
  const plugins = createPluginRegistry([...registry.list(), acme])
  const run = async <T>(call: PluginCall): Promise<T> => {
    calls.push(call)
    return 'there' as T
  }
  return { calls, code: threadedPluginCode(plugins, run) }
}

test('a thread is asked where a plug-in of plugin.path has a part, whichever setting names it', async () => {
  const { calls, code } = start()
  const props = { ...source, name: 'a', 'transforms.x.type': ' Hash ' }
  assert.equal(await code.alterSourceOffsets(props, []), 'there')
  assert.equal(await code.pluginConfig('Hash', null), 'there')
  assert.deepEqual(
    calls.map(({ method, name, args }) => [method, name, args]),
    [
      ['alterSourceOffsets', 'alterOffsets of connector a', [props, []]],
      ['pluginConfig', 'Plug-in Hash', ['Hash', null]],
    ],
  )
})

test('built-in plug-ins need no thread', async () => {
  const { calls, code } = start()
  assert.equal(await code.alterSourceOffsets({ ...source, name: 'a', none: null }, []), true)
  assert.ok((await code.pluginConfig('LinesSource', null)).length > 0)
  assert.deepEqual(calls, [])
})
