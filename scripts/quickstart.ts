import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'

/**
 * Shows Millrace at work: a line a second goes into a file, through a topic of a broker that is
 * there for the time being, and into another file. `--lines COUNT` ends it after so many, else
 * Ctrl-C does. Ends with 1 when broker or worker do.
 */
const { values } = parseArgs({ options: { lines: { type: 'string', default: 'Infinity' } } })
const root = dirname(import.meta.dirname)
const millrace = join(root, 'bin/millrace')
const folder = mkdtempSync(join(tmpdir(), 'millrace-quickstart-'))
const input = join(folder, 'in.txt')
const output = join(folder, 'out.txt')
const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => stopped.abort())
}

const broker = start(['broker', '--port', '0'])
try {
  const bootstrap = await addressOf(broker)
  const url = `http://localhost:${await freePort()}`
  const worker = start(['standalone', ...writeFiles(bootstrap, url), '--log-level', 'WARN'])
  worker.stdout.pipe(process.stderr)
  console.log(
    [
      `A worker reads   ${input}`,
      `and writes       ${output}`,
      'Try from another terminal:',
      `  curl '${url}/connectors?expand=status'`,
      `  bin/millrace consume lines --from-beginning --bootstrap-server ${bootstrap}`,
      `  echo hello >> ${input}`,
      '',
    ].join('\n'),
  )
  await copyLines()
  await end(worker)
} finally {
  await end(broker)
  rmSync(folder, { recursive: true })
}

function start(args: readonly string[]) {
  // In a group of its own, Ctrl-C does not reach it: the worker has to end before its broker.
  const child = spawn(millrace, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  child.once('exit', () => {
    if (!stopped.signal.aborted) process.exitCode = 1
    stopped.abort()
  })
  return child
}

async function end(child: ChildProcess): Promise<void> {
  stopped.abort()
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}

/** The broker's one line says where it is. */
async function addressOf({ stdout }: ReturnType<typeof start>): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const address = /ready at (\S+:\d+)/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('the broker did not start')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  return address.port
}

async function copyLines(): Promise<void> {
  let shown = 0
  for (let line = 1; shown < Number(values.lines) && !stopped.signal.aborted; line++) {
    appendFileSync(input, `line ${line}, written at ${new Date().toISOString()}\n`)
    await setTimeout(1000, undefined, { signal: stopped.signal }).catch(() => {})
    const lines = existsSync(output) ? readFileSync(output, 'utf8').split('\n').slice(0, -1) : []
    for (const arrived of lines.slice(shown)) console.log(`  ${arrived}`)
    shown = lines.length
  }
}

function writeFiles(bootstrap: string, url: string): readonly string[] {
  return [
    properties('worker', {
      'bootstrap.servers': bootstrap,
      listeners: url,
      'key.converter': 'JsonConverter',
      'value.converter': 'JsonConverter',
      'value.converter.schemas.enable': 'false',
      'offset.storage.file.filename': join(folder, 'offsets'),
    }),
    properties('source', {
      name: 'file-to-topic',
      'connector.class': 'FileStreamSource',
      file: input,
      topic: 'lines',
      transforms: 'MakeMap,InsertSource',
      'transforms.MakeMap.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
      'transforms.MakeMap.field': 'line',
      'transforms.InsertSource.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
      'transforms.InsertSource.static.field': 'data_source',
      'transforms.InsertSource.static.value': 'quickstart',
    }),
    properties('sink', {
      name: 'topic-to-file',
      'connector.class': 'FileStreamSink',
      file: output,
      topics: 'lines',
    }),
  ]
}

function properties(name: string, props: Readonly<Record<string, string>>): string {
  const file = join(folder, `${name}.properties`)
  const lines = Object.entries(props).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(file, lines.join(''))
  return file
}
