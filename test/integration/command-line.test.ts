import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort } from '../helpers/apache-kafka.ts'
import { type Outcome, run } from '../helpers/command.ts'
import { eventually } from '../helpers/eventually.ts'
import { useSite } from '../helpers/site.ts'
import { root } from '../helpers/sources.ts'
import { startWorker } from '../helpers/worker.ts'

const site = useSite()
const topic = `command-line-${process.pid}`

function client(name: string, args: readonly string[], input?: string): Promise<Outcome> {
  const all = [name, topic, ...args, '--bootstrap-server', site.bootstrap]
  return run('millrace', all, input === undefined ? {} : { input })
}

test('what produce writes, consume prints: values, keys, headers, nulls', async () => {
  await client('produce', [], 'one\ntwo: 2\n')
  const options = ['--key-separator', '=', '--null', 'NULL', '--header', 'h:1', '--header', 'i:']
  await client('produce', options, 'k=v\nNULL=NULL\nlast=without a line break')
  const all = ['--from-beginning', '-n', '5']
  assert.deepEqual(await client('consume', all), {
    code: 0,
    stdout: 'one\ntwo: 2\nv\nnull\nwithout a line break\n',
    stderr: '',
  })
  assert.equal(
    (await client('consume', [...all, '--key', '--headers', '--partition', '0'])).stdout,
    'NO_HEADERS\tnull\tone\nNO_HEADERS\tnull\ttwo: 2\nh:1,i:\tk\tv\nh:1,i:\tnull\tnull\n' +
      'h:1,i:\tlast\twithout a line break\n',
  )
  const { stdout } = await client('consume', [...all, '--json'])
  const [, , third, fourth] = stdout.split('\n').map((line) => JSON.parse(line || '{}'))
  assert.deepEqual(
    { ...third, timestamp: null },
    {
      topic,
      partition: 0,
      offset: 2,
      timestamp: null,
      key: 'k',
      value: 'v',
      headers: [
        ['h', '1'],
        ['i', ''],
      ],
    },
  )
  assert.deepEqual([fourth.key, fourth.value], [null, null])
  assert.ok(Math.abs(third.timestamp - Date.now()) < 60_000)
})

test('consume prints all of a large topic, and ends quietly when its reader goes away', async () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index}`).join('\n')
  await client('produce', [], lines)
  const { stdout } = await client('consume', ['--from-beginning', '-n', '50005'])
  assert.equal(stdout.split('\n').length, 50_006)
  const command = `"$0" consume ${topic} --from-beginning --bootstrap-server ${site.bootstrap}`
  const millrace = join(root, 'bin/millrace')
  const shell = spawn('sh', ['-c', `${command} | head -n 1`, millrace])
  const errors: Buffer[] = []
  shell.stderr.on('data', (chunk) => errors.push(chunk))
  await once(shell, 'exit')
  assert.equal(Buffer.concat(errors).toString(), '')
})

test('a partition that is not there is refused with how many there are', async () => {
  const { code, stderr } = await client('consume', ['--partition', '7'])
  assert.equal(code, 2)
  assert.match(stderr, /has no partition 7: it has 1, numbered from 0/)
})

test('a line without the key separator is named', async () => {
  const { code, stderr } = await client('produce', ['--key-separator', '='], 'no key here\n')
  assert.equal(code, 1)
  assert.match(stderr, /there is no '=' in the line: no key here/)
})

interface Worker {
  readonly port?: number
  readonly connectors?: ReadonlyArray<readonly [file: string, content: string]>
}

async function standalone({ port, connectors = [] }: Worker): Promise<Outcome> {
  const file = join(site.folder, 'worker.properties')
  const props = {
    'bootstrap.servers': site.bootstrap,
    listeners: `http://127.0.0.1:${port ?? (await freePort())}`,
    'key.converter': 'StringConverter',
    'value.converter': 'StringConverter',
    'offset.storage.file.filename': join(site.folder, 'offsets'),
  }
  writeFileSync(
    file,
    Object.entries(props)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  const files = connectors.map(([name, content]) => {
    writeFileSync(join(site.folder, name), content)
    return join(site.folder, name)
  })
  return await run('connect-standalone', [file, ...files])
}

test('a port that is taken ends the worker with 2 and is named', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const { code, stdout } = await standalone({ port })
  assert.equal(code, 2)
  assert.match(stdout, new RegExp(`127\\.0\\.0\\.1:${port}: another program listens there`))
})

const source = 'connector.class=FileStreamSource\ntopic=unused\n'
const refused: ReadonlyArray<[what: string, content: string, message: RegExp]> = [
  ['without a name', source, /is missing the mandatory 'name' configuration/],
  [
    'with a class that nobody has',
    'name=x\nconnector.class=Nope\n',
    /Failed to find any class that implements Connector and which name matches Nope/,
  ],
  [
    'with a wrong setting',
    `name=x\n${source}batch.size=many`,
    /Invalid value many for configuration batch\.size: Not a number of type INT/,
  ],
]

for (const [what, content, message] of refused) {
  test(`a connector file ${what} ends the worker with 3`, async () => {
    const { code, stdout } = await standalone({ connectors: [['connector.properties', content]] })
    assert.equal(code, 3)
    assert.match(stdout, message)
    assert.match(stdout, /"Stopping after connector error"/)
  })
}

test('two connectors of one name end the worker with 3', async () => {
  const content = `name=same\nfile=/dev/null\n${source}`
  const { code, stdout } = await standalone({
    connectors: [
      ['a.properties', content],
      ['b.properties', content],
    ],
  })
  assert.equal(code, 3)
  assert.match(stdout, /Connector same already exists/)
})

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} stops tasks and worker, with exit code ${expected}`, async () => {
    const worker = await startWorker({
      bootstrap: site.bootstrap,
      folder: join(site.folder, signal),
    })
    const exit = once(worker.process, 'exit')
    worker.process.kill(signal)
    assert.deepEqual(await exit, [expected, null])
    await assert.rejects(fetch(worker.url))
  })
}

test('log lines are JSON, one for each event, with connector and task', async (t) => {
  const worker = await startWorker({
    bootstrap: site.bootstrap,
    folder: join(site.folder, 'logs'),
    connectors: [
      {
        name: 'lines',
        'connector.class': 'FileStreamSource',
        file: join(site.folder, 'nope.txt'),
        topic: 'unused',
      },
    ],
  })
  t.after(() => worker.kill())
  const events = () =>
    worker
      .output()
      .split('\n')
      .slice(0, -1)
      .map((line): { context?: string } => JSON.parse(line))
  await eventually('a line of the task', 60_000, () =>
    events().some(({ context }) => context === 'lines|task-0'),
  )
})
