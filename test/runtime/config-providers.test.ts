import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineConfig } from '../../src/config/definition.ts'
import { Secrets } from '../../src/config/secrets.ts'
import { type ConfigProvider, resolveVariables } from '../../src/config/variables.ts'
import { closeProviders, createProviders } from '../../src/runtime/config-providers.ts'
import { createPluginRegistry } from '../../src/runtime/plugin-registry.ts'
import { defineConfigProvider } from '../../src/sdk/plugin.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { MemoryLogger } from './fakes.ts'

/** Values are the parameter `prefix` and the key. */
function providersWith(change: Partial<ConfigProvider> = {}, names = 'first, second, none') {
  const plugin = defineConfigProvider({
    class: 'acme.PrefixConfigProvider',
    version: '1',
    config: defineConfig({ prefix: { type: 'string', importance: 'low', doc: '' } }),
    create: ({ prefix }) => ({
      get: (_path, keys) => ({
        values: Object.fromEntries([...keys].map((key) => [key, `${prefix}${key}`])),
        ttlMs: null,
      }),
      ...change,
    }),
  })
  const { kind, class: name, version } = plugin
  const entry = { kind, class: name, version, location: 'x', load: async () => plugin }
  const logger = new MemoryLogger()
  const secrets = new Secrets()
  const clock = new FakeClock()
  const made = createProviders(
    {
      'config.providers': names,
      'config.providers.bare.class': 'Prefix',
      'config.providers.first.class': 'Prefix',
      'config.providers.first.param.prefix': 'one-',
      'config.providers.second.class': 'acme.PrefixConfigProvider',
      'config.providers.second.param.prefix': `\${first:two}/`,
    },
    { plugins: createPluginRegistry([entry]), logger, clock, secrets },
  )
  return { made, logger, clock, secrets }
}

test('parameters of a provider may come from those before it', async () => {
  const { made, secrets } = providersWith()
  const { props } = await resolveVariables({ a: `\${second:p:key} \${none:key}` }, await made)
  assert.equal(props.a, `one-two/key \${none:key}`)
  assert.equal(secrets.hide('one-two/key'), `\${second:p:key}`)
})

const failures: ReadonlyArray<[what: string, get: ConfigProvider['get'], message: RegExp]> = [
  [
    'an error',
    () => Promise.reject(new Error('sealed')),
    /^Config provider first has no values for path 'p': sealed$/,
  ],
  [
    'a value that is no text',
    () => ({ values: { key: 7 as unknown as string }, ttlMs: null }),
    /its value of key is not a text$/,
  ],
  ['no answer', () => null as never, /^Config provider first has no values for path 'p': /],
]
for (const [what, get, message] of failures) {
  test(`${what} of a provider names it and its path`, async () => {
    const providers = await providersWith({ get }, 'first').made
    await assert.rejects(resolveVariables({ a: `\${first:p:key}` }, providers), { message })
  })
}

test('a provider that does not answer is not waited for without end', async () => {
  const { made, clock } = providersWith({ get: () => new Promise(() => {}) }, 'first')
  const resolving = resolveVariables({ a: `\${first:p:key}` }, await made)
  const refused = assert.rejects(resolving, { message: /no answer within 30000 ms$/ })
  await clock.advance(30_000)
  await refused
})

test('a parameter that is missing is told with its place', async () => {
  await assert.rejects(providersWith({}, 'bare').made, {
    code: 'CONFIG_INVALID',
    message:
      'config.providers.bare.param: Missing required configuration "prefix" which has no default value.',
  })
})

test('a provider that can not be closed does not keep the others open', async () => {
  let closed = 0
  const { made, logger } = providersWith({
    close() {
      closed++
      throw new Error('stuck')
    },
  })
  await closeProviders(await made, logger)
  assert.equal(closed, 2)
  assert.ok(logger.has('warn', /Config provider second could not be closed: stuck/))
})
