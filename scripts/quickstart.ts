import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort, startApacheKafka } from '../test/helpers/apache-kafka.ts'

/**
 * Shows Millrace at work: a line a second goes into a file, through a topic, and into another file.
 * `--lines COUNT` ends it after so many, else Ctrl-C does.
 */
const { values } = parseArgs({ options: { lines: { type: 'string', default: 'Infinity' } } })
const root = dirname(import.meta.dirname)
const folder = mkdtempSync(join(tmpdir(), 'millrace-quickstart-'))
const input = join(folder, 'in.txt')
const output = join(folder, 'out.txt')
const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())

const kafka = await findKafka()
const url = `http://localhost:${await freePort()}`
const worker = spawn(
  join(root, 'bin/millrace'),
  ['standalone', ...writeFiles(), '--log-level', 'WARN'],
  {
    stdio: ['ignore', 'inherit', 'inherit'],
  },
)
const ended = once(worker, 'exit').then(() => stopped.abort())
console.log(`A worker reads lines from  ${input}`)
console.log(`and writes them to         ${output}`)
console.log(`Its REST API               ${url}/connectors?expand=status`)
try {
  await run()
} finally {
  worker.kill()
  await ended
  await kafka.stop()
  rmSync(folder, { recursive: true })
}

async function run(): Promise<void> {
  let shown = 0
  for (let line = 1; shown < Number(values.lines) && !stopped.signal.aborted; line++) {
    appendFileSync(input, `line ${line}, written at ${new Date().toISOString()}\n`)
    await setTimeout(1000, undefined, { signal: stopped.signal }).catch(() => {})
    const lines = existsSync(output) ? readFileSync(output, 'utf8').split('\n').slice(0, -1) : []
    for (const arrived of lines.slice(shown)) console.log(`  ${arrived}`)
    shown = lines.length
  }
}

/** The Kafka on this machine, else one for the time being. */
async function findKafka(): Promise<{ readonly bootstrap: string; stop(): Promise<void> }> {
  if (await listens(9092)) return { bootstrap: 'localhost:9092', stop: () => Promise.resolve() }
  const missing = ['java', 'mvn'].filter((command) => spawnSync(command, ['-version']).status !== 0)
  if (missing.length > 0) {
    console.error(
      `No Kafka listens on localhost:9092, and to start one this machine lacks ${missing.join(' and ')}. ` +
        'Start a Kafka on that port, or install Java 17 and Maven.',
    )
    process.exit(1)
  }
  console.log(
    'No Kafka listens on localhost:9092: starting Apache Kafka, fetched by Maven the first time.',
  )
  return await startApacheKafka()
}

function listens(port: number): Promise<boolean> {
  const socket = connect(port, 'localhost')
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  }).finally(() => socket.destroy()) as Promise<boolean>
}

function writeFiles(): readonly string[] {
  const topic = `quickstart-${process.pid}`
  return [
    properties('worker', {
      'bootstrap.servers': kafka.bootstrap,
      listeners: url,
      'key.converter': 'StringConverter',
      'value.converter': 'StringConverter',
      'offset.storage.file.filename': join(folder, 'offsets'),
    }),
    properties('source', {
      name: 'lines',
      'connector.class': 'FileStreamSource',
      file: input,
      topic,
    }),
    properties('sink', {
      name: 'copy',
      'connector.class': 'FileStreamSink',
      file: output,
      topics: topic,
    }),
  ]
}

function properties(name: string, props: Readonly<Record<string, string>>): string {
  const file = join(folder, `${name}.properties`)
  writeFileSync(
    file,
    Object.entries(props)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
  return file
}
