import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { builtinPlugins } from '../../src/cli/builtin.ts'
import type { ConfigProps } from '../../src/config/props.ts'
import { Secrets } from '../../src/config/secrets.ts'
import { type ConfigProvider, resolveVariables } from '../../src/config/variables.ts'
import { createProviders } from '../../src/runtime/config-providers.ts'
import { createPluginRegistry } from '../../src/runtime/plugin-registry.ts'
import type { Props } from '../../src/runtime/props.ts'
import { FakeClock } from '../helpers/fake-clock.ts'
import { MemoryLogger } from '../runtime/fakes.ts'

const folder = mkdtempSync(join(tmpdir(), 'providers-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'inner'))
writeFileSync(join(folder, 'secrets.properties'), 'user=ann\npassword=é \n')
writeFileSync(join(folder, 'token'), 'line\n')
writeFileSync(join(folder, 'inner', 'token'), 'inner')

const log = new MemoryLogger()
const plugins = createPluginRegistry(builtinPlugins)
const settings: Props = {
  'config.providers': 'file, dir, env',
  'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
  'config.providers.dir.class': 'DirectoryConfigProvider',
  'config.providers.env.class': 'EnvVar',
  'config.providers.env.param.allowlist.pattern': 'APP_.*',
}

process.env['APP_KEY'] = 'k1'

async function resolved(text: string, extra: Props = {}): Promise<string | null> {
  const secrets = new Secrets()
  const providers = await createProviders(
    { ...settings, ...extra },
    { plugins, logger: log, clock: new FakeClock(), secrets },
  )
  const { props } = await resolveVariables<ConfigProps>({ value: text }, providers)
  return props['value'] ?? null
}

// `@` stands for `$`, `DIR` for the folder. What stays as it is stays so in the reference too.
const cases: ReadonlyArray<[text: string, expected: string]> = [
  ['@{file:DIR/secrets.properties:user}', 'ann'],
  ['@{file:DIR/secrets.properties:password}', 'é '],
  ['jdbc:@{file:DIR/secrets.properties:user}/@{env:APP_KEY}', 'jdbc:ann/k1'],
  ['@{dir:DIR:token}', 'line\n'],
  ['@{dir:DIR:inner}', '@{dir:DIR:inner}'],
  ['@{dir:DIR/inner:../token}', '@{dir:DIR/inner:../token}'],
  ['@{dir:DIR/none:token}', '@{dir:DIR/none:token}'],
  ['@{env::APP_KEY}', 'k1'],
  ['@{env:HOME}', '@{env:HOME}'],
  ['@{other:a:b}', '@{other:a:b}'],
  ['@{file:DIR/secrets.properties:none}', '@{file:DIR/secrets.properties:none}'],
  ['@{env:APP_KEY', '@{env:APP_KEY'],
  ['@@{env:APP_KEY}', '@k1'],
]

for (const [text, expected] of cases) {
  test(`variable ${text}`, async () => {
    const real = (form: string) => form.replaceAll('@', '$').replaceAll('DIR', folder)
    assert.equal(await resolved(real(text)), real(expected))
  })
}

test('each path is asked for once, and the shortest time to live counts', async () => {
  const asked: string[] = []
  const vault: ConfigProvider = {
    get(path, keys) {
      asked.push(`${path} ${[...keys].join(',')}`)
      const values = Object.fromEntries([...keys].map((key) => [key, `${path}/${key}`]))
      return { values, ttlMs: path === 'a' ? 5000 : null }
    },
  }
  const variable = (path: string, key: string) => `\${vault:${path}:${key}}`
  const result = await resolveVariables<ConfigProps>(
    { x: variable('a', 'k'), y: variable('a', 'l') + variable('b', 'k'), z: null },
    new Map([['vault', vault]]),
  )
  assert.deepEqual(result, { props: { x: 'a/k', y: 'a/lb/k', z: null }, ttlMs: 5000 })
  assert.deepEqual(asked, ['a k,l', 'b k'])
})

test('a file outside of allowed.paths gives nothing and is said', async () => {
  const text = `\${file:${folder}/secrets.properties:user}`
  const allowed = (path: string) => ({ 'config.providers.file.param.allowed.paths': path })
  assert.equal(await resolved(text, allowed(`${folder}/inner`)), text)
  assert.ok(log.has('warn', /secrets\.properties is not within allowed\.paths/))
  assert.equal(await resolved(text, allowed(folder)), 'ann')
})

const refused: ReadonlyArray<[what: string, extra: Props, text: string, message: RegExp]> = [
  [
    'relative path',
    { 'config.providers.dir.param.allowed.paths': 'rel' },
    '',
    /^Path rel is not absolute$/,
  ],
  [
    'missing path',
    { 'config.providers.dir.param.allowed.paths': '/nope' },
    '',
    /^Path \/nope does not exist$/,
  ],
  [
    'unknown class',
    { 'config.providers.env.class': 'Vault' },
    '',
    /^Invalid value Vault for configuration config\.providers\.env\.class: Could not load config provider class or one of its dependencies/,
  ],
  ['missing file', {}, '@{file:/nope:a}', /^Could not read properties from file \/nope$/],
  [
    'path for env',
    {},
    '@{env:x:A}',
    /^Path is not supported for EnvVarConfigProvider, invalid value 'x'$/,
  ],
]

for (const [what, extra, text, message] of refused) {
  test(`config provider with a ${what} is refused`, async () => {
    await assert.rejects(resolved(text.replace('@', '$'), extra), {
      code: 'CONFIG_INVALID',
      message,
    })
  })
}
