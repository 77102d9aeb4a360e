import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { run } from '../helpers/command.ts'
import { temporaryFolder } from '../helpers/worker.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

/** A package that exports plug-ins; its manifest names those of `listed`. */
function writePackage(
  name: string,
  exported: ReadonlyArray<{ readonly kind: string; readonly class: string }>,
  listed: readonly unknown[] | null,
): string {
  const path = join(folder.path, 'plugins', name)
  mkdirSync(path, { recursive: true })
  const lines = exported.map(
    (plugin, index) => `export const plugin${index} = ${JSON.stringify(plugin)}\n`,
  )
  writeFileSync(join(path, 'index.js'), lines.join(''))
  const manifest = {
    name,
    version: '1.2.3',
    type: 'module',
    peerDependencies: { millrace: '*' },
    ...(listed !== null && { millrace: { plugins: listed } }),
  }
  writeFileSync(join(path, 'package.json'), `${JSON.stringify(manifest, null, 4)}\n`)
  return path
}

const sink = { kind: 'sink', class: 'org.acme.RowSinkConnector' }
const upper = { kind: 'transformation', class: 'org.acme.Upper$Value' }
const inIndex = (plugin: object) => ({ ...plugin, module: './index.js' })

test('list prints the columns and sums of Apache, each plug-in once', async () => {
  const rows = writePackage('rows', [sink], [inIndex(sink), inIndex(upper)])
  const plugins = join(folder.path, 'plugins')
  writeFileSync(join(folder.path, 'worker.properties'), `plugin.path=${plugins}\n`)
  const { code, stdout, stderr } = await run('connect-plugin-path', [
    ...['list', '--plugin-location', rows, '--plugin-path', `${plugins},${plugins}`],
    `--worker-config=${join(folder.path, 'worker.properties')}`,
  ])
  assert.equal(code, 0)
  assert.deepEqual(stdout.split('\n'), [
    'pluginName\tfirstAlias\tsecondAlias\tpluginVersion\tpluginType\tisLoadable\thasManifest\tpluginLocation',
    `org.acme.RowSinkConnector\tRowSinkConnector\tRowSink\t1.2.3\tsink\ttrue\ttrue\t${rows}`,
    `org.acme.Upper$Value\tN/A\tN/A\t1.2.3\ttransformation\tfalse\ttrue\t${rows}`,
    '',
    'Total plugins:      \t2',
    'Loadable plugins:   \t1',
    'Compatible plugins: \t1',
    '',
  ])
  assert.match(stderr, /Plug-in org\.acme\.Upper\$Value can't be loaded from .*\/rows\/index\.js/)
})

test('sync-manifests writes what packages export, and before that tells', async () => {
  const gone = { kind: 'sink', class: 'org.acme.Gone', module: './index.js' }
  const rows = writePackage('rows', [sink, upper], [inIndex(sink), gone])
  const file = join(rows, 'package.json')
  const before = readFileSync(file, 'utf8')
  const changes = `${rows} Add 1 Remove 1\n\tAdd\t${upper.class}\n\tRemove\torg.acme.Gone\n`
  const sync = (...args: readonly string[]) =>
    run('millrace', ['plugin-path', 'sync-manifests', '--plugin-location', rows, ...args])

  const dry = await sync('--dry-run')
  assert.equal(
    dry.stdout,
    `Dry run started: No changes will be committed.\nScanning for plugins...\nDry Run Sync\t${changes}Dry run passed: All above changes can be committed to disk if re-run with dry run disabled.\n`,
  )
  assert.equal(readFileSync(file, 'utf8'), before)

  const { code, stdout } = await sync()
  assert.equal(code, 0)
  assert.ok(stdout.includes(`Writing changes to plugins...\nSync\t${changes}All loadable plugins`))
  const after = readFileSync(file, 'utf8')
  assert.deepEqual(JSON.parse(after).millrace.plugins, [inIndex(sink), inIndex(upper)])
  assert.match(after, /^ {4}"name"/m)
  assert.equal((await sync()).stdout, 'Scanning for plugins...\nNo changes required.\n')
})

test('a manifest is made for a package without one; what is not found stays on request', async () => {
  const fresh = writePackage('fresh', [sink], null)
  const kept = writePackage('kept', [sink], [inIndex(upper)])
  const { code } = await run('connect-plugin-path', [
    ...['sync-manifests', '--keep-not-found', '--plugin-path', join(folder.path, 'plugins')],
  ])
  assert.equal(code, 0)
  const pluginsOf = (path: string) =>
    JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).millrace.plugins
  assert.deepEqual(pluginsOf(fresh), [inIndex(sink)])
  assert.deepEqual(pluginsOf(kept), [inIndex(upper), inIndex(sink)])
})

test('a package that knows nothing of Millrace is not loaded', async () => {
  const path = join(folder.path, 'plugins/other')
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'package.json'), '{"name":"other","version":"1"}')
  writeFileSync(join(path, 'index.js'), `throw new Error('loaded')`)
  const { stdout, stderr } = await run('connect-plugin-path', [
    ...['sync-manifests', '--plugin-path', join(folder.path, 'plugins')],
  ])
  assert.equal(stdout, 'Scanning for plugins...\nNo changes required.\n')
  assert.equal(stderr, '')
})

test('a manifest that may not be written is named, and nothing is', {
  skip: process.getuid?.() === 0 ? 'root may write everything' : false,
}, async () => {
  const rows = writePackage('rows', [sink], null)
  chmodSync(join(rows, 'package.json'), 0o444)
  const { code, stderr } = await run('connect-plugin-path', [
    ...['sync-manifests', '--plugin-location', rows],
  ])
  assert.equal(code, 2)
  assert.match(stderr, /rows\/package\.json can't be written/)
})

test('built-in plug-ins are not listed, as those on the class path of the reference', async () => {
  const config = join(folder.path, 'worker.properties')
  writeFileSync(config, 'bootstrap.servers=localhost:9092\n')
  const { code, stdout, stderr } = await run('connect-plugin-path', [
    'list',
    '--worker-config',
    config,
  ])
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  const [header, ...lines] = stdout.split('\n')
  assert.match(header ?? '', /^pluginName\tfirstAlias\t/)
  assert.deepEqual(lines, [
    '',
    'Total plugins:      \t0',
    'Loadable plugins:   \t0',
    'Compatible plugins: \t0',
    '',
  ])
})

const usage = 'usage: connect-plugin-path [-h] {list,sync-manifests} ...\n'
const failures: ReadonlyArray<[args: readonly string[], code: number, stderr: string]> = [
  [[], 1, `${usage}connect-plugin-path: error: too few arguments\n`],
  [
    ['lst'],
    1,
    `${usage}connect-plugin-path: error: invalid choice: 'lst' (choose from 'list', 'sync-manifests')\n`,
  ],
  [
    ['list'],
    1,
    `${usage}connect-plugin-path: error: Must specify at least one --plugin-location, --plugin-path, or --worker-config\n`,
  ],
  [['list', '--dry-run'], 1, `${usage}connect-plugin-path: error: Unknown option '--dry-run'\n`],
  [['list', '--plugin-location', '/nope'], 2, 'Specified location /nope does not exist\n'],
  [['list', '--plugin-path', ''], 2, "'--plugin-path' must not be empty.\n"],
  [['list', '--plugin-path', 'a,,b'], 2, "'--plugin-path' values must not be empty.\n"],
  [['list', '--worker-config', '/nope'], 2, 'Unable to read worker config at /nope\n'],
  [['list', '--plugin-path', '/nope'], 3, "ENOENT: no such file or directory, scandir '/nope'\n"],
]
for (const [args, code, stderr] of failures) {
  test(`connect-plugin-path ${args.join(' ')} ends with ${code}`, async () => {
    assert.deepEqual(await run('connect-plugin-path', args), { code, stdout: '', stderr })
  })
}

test('help ends with 1 under the name that Apache gave it', async () => {
  for (const [name, args, code] of [
    ['connect-plugin-path.sh', ['--help'], 1],
    ['millrace', ['plugin-path', 'list', '-h'], 0],
  ] as const) {
    const help = await run(name, args)
    assert.equal(help.code, code)
    assert.match(help.stdout, /^[Uu]sage: .*plugin-path \[-h\] \{list,sync-manifests\} \.\.\.\n/)
  }
})
