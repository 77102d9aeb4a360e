import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type ApacheKafka, startApacheKafka } from '../helpers/apache-kafka.ts'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { command, installInto, packTarball } from '../helpers/package.ts'
import { root } from '../helpers/sources.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const TIMEOUT_MS = 90_000

const folder = temporaryFolder()
const plugin = join(folder.path, 'my-connector')
const input = join(folder.path, 'in.txt')
const output = join(folder.path, 'out.txt')
let kafka: ApacheKafka

before(async () => {
  kafka = await startApacheKafka()
  cpSync(join(root, 'examples/my-connector'), plugin, { recursive: true })
  const flags = ['--omit=dev', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  const tarball = packTarball(join(folder.path, 'tarball'))
  command(plugin, 'npm', 'install', ...flags, tarball)
  // The worker's own copy of Millrace is another than the plug-in's, as it mostly is.
  installInto(join(folder.path, 'worker-package'), tarball)
  // What `npm install` would bring from the registry.
  mkdirSync(join(plugin, 'node_modules/.bin'), { recursive: true })
  for (const path of ['@types', 'undici-types', '.bin/tsc']) {
    symlinkSync(join(root, 'node_modules', path), join(plugin, 'node_modules', path))
  }
  symlinkSync(process.execPath, join(plugin, 'node_modules/.bin/node'))
})
after(async () => {
  await kafka.stop()
  folder.remove()
})

function startStandalone(taskHost: string): Promise<Worker> {
  const files = { files: input, topic: 'lines' }
  return startWorker({
    bootstrap: kafka.bootstrap,
    folder: join(folder.path, 'worker'),
    command: join(folder.path, 'worker-package/node_modules/.bin/connect-standalone'),
    settings: { 'plugin.path': plugin, 'millrace.task.host': taskHost },
    connectors: [
      {
        name: 'lines',
        'connector.class': 'LineSource',
        ...files,
        transforms: 'MakeMap,UpperCase',
        'transforms.MakeMap.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
        'transforms.MakeMap.field': 'line',
        'transforms.UpperCase.type': 'com.example.UpperCase',
        'transforms.UpperCase.field': 'line',
      },
      { name: 'sink', 'connector.class': 'FileStreamSink', file: output, topics: 'lines' },
    ],
  })
}

test('the example passes its own tests and builds, in an empty folder beside the tarball', () => {
  // Within a test, `node --test` would run none.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env
  const output = execFileSync('npm', ['test'], { cwd: plugin, env, encoding: 'utf8' })
  assert.match(output, /pass 9$/m)
  command(plugin, 'npm', 'run', 'build')
})

test('the example is found through plugin.path, runs, and goes on at its offset in a thread', async (t) => {
  writeFileSync(input, 'one\ntwo\n')
  const first = await startStandalone('in-process')
  t.after(() => first.kill())
  const listed = await first.rest('GET', '/connector-plugins?connectorsOnly=false')
  const classes = new Map(
    (listed.body as { class: string; version: string }[]).map((plugin) => [
      plugin.class,
      plugin.version,
    ]),
  )
  assert.equal(classes.get('com.example.LineSourceConnector'), '1.0.0')
  assert.equal(classes.get('com.example.UpperCase'), '1.0.0')
  const { commit } = (await first.rest('GET', '/')).body as { readonly commit: string }
  assert.equal(commit, command(root, 'git', 'rev-parse', 'HEAD').trim())
  await eventually('two lines', TIMEOUT_MS, () => readLines(output).length === 2)
  await eventually('their offset', TIMEOUT_MS, () =>
    readFileSync(join(folder.path, 'worker/connect.offsets'), 'latin1').includes('"position":8'),
  )
  assert.equal(await first.stop(), 143)

  appendFileSync(input, 'three\n')
  const second = await startStandalone('threads')
  t.after(() => second.stop())
  await eventually('the third line', TIMEOUT_MS, () => readLines(output).length >= 3)
  assert.deepEqual(readLines(output), ['{line=ONE}', '{line=TWO}', '{line=THREE}'])
})
