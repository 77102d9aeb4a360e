import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { scanPluginPath } from '../../src/runtime/plugin-loader.ts'
import { temporaryFolder } from '../helpers/worker.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

function write(path: string, content: unknown): string {
  const file = join(folder.path, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return dirname(file)
}

function writePackage(path: string, name: string, code: string): string {
  write(`${path}/index.js`, code)
  return write(`${path}/package.json`, {
    name: path,
    version: '1.2.3',
    type: 'module',
    millrace: { plugins: [{ kind: 'sink', class: name, module: './index.js' }] },
  })
}

test('packages are found in folders, scopes, node_modules and behind links', () => {
  const apart = writePackage('apart/linked', 'Linked', '')
  writePackage('path/plain', 'Plain', '')
  writePackage('path/@acme/scoped', 'Scoped', '')
  writePackage('path/node_modules/installed', 'Installed', '')
  write('path/node_modules/other/package.json', { name: 'other' })
  symlinkSync(apart, join(folder.path, 'path/link'))
  symlinkSync('/nowhere', join(folder.path, 'path/dangling'))
  const single = writePackage('single', 'Single', '')

  const { entries, problems } = scanPluginPath([join(folder.path, 'path'), single])
  assert.deepEqual(entries.map((entry) => entry.class).sort(), [
    'Installed',
    'Linked',
    'Plain',
    'Scoped',
    'Single',
  ])
  assert.deepEqual(problems, [])
})

test('a plug-in is imported when it is first loaded, once', async () => {
  const code = `globalThis.imported = (globalThis.imported ?? 0) + 1
    export const sink = { kind: 'sink', class: 'org.acme.Sink' }`
  const { entries } = scanPluginPath([writePackage('one', 'org.acme.Sink', code)])
  const [entry] = entries
  assert.ok(entry)
  assert.equal(entry.version, '1.2.3')
  assert.equal(Reflect.get(globalThis, 'imported'), undefined)
  assert.equal((await entry.load()).class, 'org.acme.Sink')
  assert.equal(await entry.load(), await entry.load())
  assert.equal(Reflect.get(globalThis, 'imported'), 1)
})

const importFailures: ReadonlyArray<[code: string, reason: RegExp]> = [
  [`import 'no-such-package'`, /Cannot find package 'no-such-package'/],
  [`throw new Error('broken on import')`, /broken on import/],
  [`export const other = 1`, /exports no sink plug-in with that class/],
]
for (const [code, reason] of importFailures) {
  test(`a module with ${code} names plug-in, file and reason`, async () => {
    const { entries } = scanPluginPath([writePackage('broken', 'Broken', code)])
    await assert.rejects(entries[0]?.load() ?? Promise.resolve(), (error: Error) => {
      assert.match(error.message, /^Plug-in Broken can't be loaded from \/.*broken\/index\.js: /)
      assert.match(error.message, reason)
      return true
    })
  })
}

const manifests: ReadonlyArray<[manifest: unknown, problem: RegExp]> = [
  ['{', /JSON/],
  [{ version: '1', millrace: 7 }, /millrace is not an object/],
  [{ version: '1', millrace: { plugins: {} } }, /millrace\.plugins is not a list/],
  [{ millrace: { plugins: [] } }, /the manifest\.version is not a text/],
  [
    { version: '1', millrace: { plugins: [{ kind: 'tap', class: 'a', module: 'b' }] } },
    /millrace\.plugins\[0\]\.kind is "tap" and none of source, sink/,
  ],
  [
    { version: '1', millrace: { plugins: [{ kind: 'sink', class: 'a' }] } },
    /millrace\.plugins\[0\]\.module is not a text/,
  ],
  [
    { version: '1', millrace: { plugins: [{ kind: 'sink', class: 'a', module: '../b.js' }] } },
    /millrace\.plugins\[0\]\.module is outside of the package/,
  ],
]
for (const [manifest, problem] of manifests) {
  test(`manifest ${JSON.stringify(manifest)} is named and others are kept`, () => {
    write('path/broken/package.json', manifest)
    writePackage('path/good', 'Good', '')
    const { entries, problems } = scanPluginPath([join(folder.path, 'path')])
    assert.deepEqual(
      entries.map((entry) => entry.class),
      ['Good'],
    )
    assert.equal(problems.length, 1)
    assert.match(problems[0] ?? '', /package left out, \/.*\/path\/broken\/package\.json: /)
    assert.match(problems[0] ?? '', problem)
  })
}

test('jars and missing folders are named', () => {
  write('path/a.jar', '')
  write('path/jdbc/b.jar', '')
  const path = join(folder.path, 'path')
  const { entries, problems } = scanPluginPath([path, '/no/such/folder'])
  assert.deepEqual(entries, [])
  assert.equal(
    problems[0],
    `plugin.path: ${path} holds Java plug-ins, which this worker can't run: a.jar, jdbc/b.jar`,
  )
  assert.match(problems[1] ?? '', /^plugin\.path: \/no\/such\/folder can't be read: ENOENT/)
})
