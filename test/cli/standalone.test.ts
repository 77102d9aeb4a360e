import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { freePort } from '../helpers/apache-kafka.ts'
import { run } from '../helpers/command.ts'
import { root } from '../helpers/sources.ts'
import { temporaryFolder } from '../helpers/worker.ts'

const folder = temporaryFolder()
after(folder.remove)

function workerFile(...lines: readonly string[]): string {
  const file = join(folder.path, 'worker.properties')
  writeFileSync(file, lines.join('\n'))
  return file
}

const converters = ['key.converter=StringConverter', 'value.converter=StringConverter']

const complete = [...converters, 'bootstrap.servers=localhost:1', 'offset.storage.file.filename=x']

const failures: ReadonlyArray<[what: string, file: () => string, message: RegExp]> = [
  [
    'a worker file that is not there',
    () => join(folder.path, 'nope'),
    /nope: there is no such file/,
  ],
  ['a worker file that is a folder', () => folder.path, /this is a folder, and a file is needed/],
  [
    'a required setting that is missing',
    () => workerFile('bootstrap.servers=localhost:1'),
    /Missing required configuration .*key\.converter.* which has no default value/,
  ],
  [
    'a value of the wrong type',
    () => workerFile(...complete, 'offset.flush.interval.ms=soon'),
    /Invalid value soon for configuration offset\.flush\.interval\.ms: Not a number of type LONG/,
  ],
  [
    'an unknown override policy',
    () => workerFile(...complete, 'connector.client.config.override.policy=Some'),
    /Invalid value Some for configuration connector\.client\.config\.override\.policy: must be All, None, /,
  ],
  [
    'a setting of clients that can not be had',
    () => workerFile(...complete, 'producer.interceptor.classes=org.acme.Interceptor'),
    /Invalid value org\.acme\.Interceptor for configuration producer\.interceptor\.classes: not available here/,
  ],
  [
    'plug-ins that can not be used, where that is asked for',
    () => workerFile(...complete, 'plugin.path=/no/plugins', 'plugin.discovery=HYBRID_FAIL'),
    /plugin\.path: \/no\/plugins can't be read.* set plugin\.discovery=hybrid_warn in the worker config\./,
  ],
]

for (const [what, file, message] of failures) {
  test(`the worker ends with 2 and says why: ${what}`, async () => {
    const { code, stdout } = await run('connect-standalone', [file()])
    assert.equal(code, 2)
    const [event] = stdout
      .split('\n')
      .map(parse)
      .filter(({ level }) => level === 'error')
    assert.equal(event?.msg, 'Stopping due to error')
    assert.match(event?.err.message ?? '', message)
  })
}

test('Kafka that is not there is named by its address after the time-out, with exit code 2', async () => {
  const port = await freePort()
  const file = workerFile(
    ...converters,
    `bootstrap.servers=localhost:${port}`,
    'offset.storage.file.filename=x',
    'default.api.timeout.ms=1500',
    'request.timeout.ms=1000',
  )
  const start = performance.now()
  const { code, stdout } = await run('connect-standalone', [file])
  assert.equal(code, 2)
  assert.ok(performance.now() - start > 1500)
  const [event] = stdout
    .split('\n')
    .map(parse)
    .filter(({ level }) => level === 'error')
  assert.match(JSON.stringify(event?.err), new RegExp(`localhost:${port}`))
})

test('a signal while Kafka is waited for ends the worker at once', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1')
  const sockets: Socket[] = []
  silent.on('connection', (socket) => sockets.push(socket))
  t.after(() => {
    silent.close()
    for (const socket of sockets) socket.destroy()
  })
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const file = workerFile(
    ...converters,
    `bootstrap.servers=127.0.0.1:${port}`,
    'offset.storage.file.filename=x',
  )
  const worker = spawn(join(root, 'bin/connect-standalone'), [file], { stdio: 'ignore' })
  const exit = once(worker, 'exit')
  const tooEarly = exit.then(([code]) => {
    throw new Error(`the worker ended with ${code} before it called`)
  })
  await Promise.race([once(silent, 'connection'), tooEarly])
  worker.kill('SIGTERM')
  const start = performance.now()
  assert.deepEqual(await exit, [143, null])
  // Not after the minute for which Kafka is waited for.
  assert.ok(performance.now() - start < 30_000)
})

test('an unknown property is a warning that names the nearest known one', async () => {
  const { stdout } = await run('connect-standalone', [workerFile('offset.flush.intervall.ms=1')])
  const warnings = stdout
    .split('\n')
    .map(parse)
    .filter(({ level }) => level === 'warn')
  assert.match(
    warnings[0]?.msg ?? '',
    /'offset\.flush\.intervall\.ms'.*'offset\.flush\.interval\.ms'/,
  )
})

interface Event {
  readonly level: string
  readonly msg: string
  readonly err: { readonly message: string }
}

function parse(line: string): Event {
  return line === '' ? { level: '', msg: '', err: { message: '' } } : JSON.parse(line)
}
