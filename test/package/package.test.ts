import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { eventually } from '../helpers/eventually.ts'
import { command, installInto, packTarball } from '../helpers/package.ts'
import { root } from '../helpers/sources.ts'
import { noTerminal, startOnTerminal } from '../helpers/terminal.ts'
import { temporaryFolder } from '../helpers/worker.ts'

const TIMEOUT_MS = 60_000

const folder = temporaryFolder()
const consumer = join(folder.path, 'consumer')
const installed = join(consumer, 'node_modules/millrace')
before(() => installInto(consumer, packTarball(join(folder.path, 'tarball'))))
after(folder.remove)

test('the installed command shows its help and its version', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  assert.match(command(consumer, 'npx', 'millrace', '--help'), /^Usage: millrace COMMAND/)
  assert.equal(command(consumer, 'npx', 'millrace', '--version'), `millrace ${version}\n`)
})

test('the installed quickstart runs in an empty folder', () => {
  const printed = command(consumer, 'npx', 'millrace', 'quickstart', '--once')
  assert.match(printed, /\n {2}copy.txt +10 {3}\{line=order 10: .*, data_source=quickstart\}\n/)
})

test('the installed quickstart shows its view, with commands that work there', async (t) => {
  if (noTerminal !== null) return console.log(`NOT TESTED, the live quickstart: ${noTerminal}`)
  const terminal = await startOnTerminal(`env -C '${consumer}' npx millrace quickstart`, {
    columns: 80,
    rows: 24,
    env: {},
  })
  t.after(() => terminal.type('q'))
  const text = () => terminal.screen().join('\n')
  await eventually('the view', TIMEOUT_MS, () => /npx millrace consume lines --from/.test(text()))
  await eventually('the lines', TIMEOUT_MS, () => /│ \d\d+ lines .*│ \d\d+ lines/.test(text()))
  terminal.type('q')
  assert.equal(await terminal.ended, 0)
})

test("Apache's commands are there, as files", () => {
  for (const name of ['connect-standalone', 'connect-distributed', 'connect-plugin-path']) {
    for (const file of [name, `${name}.sh`]) {
      assert.throws(() => command(consumer, join(installed, 'bin', file), '--help'), {
        status: 1,
        stdout: new RegExp(`^usage: ${name} `, 'i'),
      })
    }
  }
})

test('the package brings nothing else along, and the licences of what it contains', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const fields = ['dependencies', 'optionalDependencies', 'devDependencies', 'scripts', 'private']
  assert.deepEqual(
    fields.filter((field) => field in manifest),
    [],
  )
  assert.match(
    readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8'),
    /==== fastify /,
  )
  const configs = ['standalone', 'distributed'].map((mode) => `config/connect-${mode}.properties`)
  for (const file of ['LICENSE', 'NOTICE', 'README.md', ...configs]) {
    assert.ok(existsSync(join(installed, file)), file)
  }
  assert.ok(!existsSync(join(installed, 'src')))
})

test('a plug-in is typed by millrace/sdk, with only the types of Node beside it', () => {
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  writeFileSync(
    join(consumer, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['upper.ts'] }),
  )
  writeFileSync(join(consumer, 'upper.ts'), transform('config.prefix'))
  const tsc = join(root, 'node_modules/.bin/tsc')
  command(consumer, tsc, '-p', '.')
  writeFileSync(join(consumer, 'upper.ts'), transform('config.prefiks'))
  assert.throws(() => command(consumer, tsc, '-p', '.'), { stdout: /prefiks/ })
})

test('the classes of the SDK are those of the worker', async () => {
  const path = join(consumer, 'same.js')
  writeFileSync(
    path,
    "import { ConnectError as a } from 'millrace/sdk'\nimport { ConnectError as b } from 'millrace'\nconsole.log(a === b)\n",
  )
  assert.equal(command(consumer, 'node', path), 'true\n')
})

function transform(prefix: string): string {
  return `
import { defineConfig, defineTransformation } from 'millrace/sdk'

export const prefixTopic = defineTransformation({
  class: 'org.acme.PrefixTopic',
  version: '1.0.0',
  config: defineConfig({ prefix: { type: 'string', importance: 'high', doc: 'Put before the topic.' } }),
  create(config) {
    return (record) => record.with({ topic: ${prefix} + record.topic })
  },
})
`
}
