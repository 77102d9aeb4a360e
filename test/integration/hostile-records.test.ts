import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { installPlugin } from '../helpers/plugin-folder.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const folder = temporaryFolder()
const unique = (name: string) => `${name}-${process.pid}`
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let worker: Worker

before(async () => {
  kafka = await sharedTestBroker()
  const samples = { kind: 'source', class: 'org.acme.SamplesConnector' }
  worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    settings: {
      'plugin.path': installPlugin(folder.path, 'test/integration/plugins/samples.ts', [samples]),
    },
  })
})
after(async () => {
  try {
    await worker.kill()
  } finally {
    await kafka.stop()
    folder.remove()
  }
})

/** What no reader of JSON can take, and what it has to take. */
const samples: ReadonlyArray<readonly [text: string | Buffer, line: string | null]> = [
  ['{"before":1}', '{before=1}'],
  ['[1,2', null],
  ['['.repeat(3000), null],
  ['{"a":1,"a":2}', '{a=2}'],
  ['1e999999', 'Infinity'],
  ['1'.repeat(10_000), null],
  ['1e99999999999', null],
  ['"\\ud800"', '?'],
  ['{"__proto__":{"x":1}}', '{__proto__={x=1}}'],
  [Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), '{}'],
  [Buffer.from([0x22, 0xff, 0x22]), null],
  ['\u0000', null],
  [`"${'x'.repeat(500_000)}"`, 'x'.repeat(500_000)],
  ['{"after":1}', '{after=1}'],
]

async function create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
  const { status, body } = await worker.rest('POST', '/connectors', { name, config })
  assert.equal(status, 201, JSON.stringify(body))
}

interface TaskStatus {
  readonly state: string
  readonly trace?: string
}

async function taskOf(name: string): Promise<TaskStatus | undefined> {
  const { body } = await worker.rest('GET', `/connectors/${name}/status`)
  return (body as { tasks: readonly TaskStatus[] }).tasks[0]
}

const topic = unique('hostile')

test('hostile JSON gets into a topic as bytes', async () => {
  const encoded = samples.map(([text]) => Buffer.from(text).toString('base64'))
  await create('samples', {
    'connector.class': 'SamplesConnector',
    topic,
    samples: encoded.join(','),
    'most.bytes': '1000000',
    'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
  })
  await eventually('the task to run', 60_000, async () => {
    return (await taskOf('samples'))?.state === 'RUNNING'
  })
})

test('a sink fails at the first record that is no JSON, and says which', async () => {
  await create('strict', {
    'connector.class': 'FileStreamSink',
    topics: topic,
    file: join(folder.path, 'strict.txt'),
  })
  await eventually('the task to fail', 60_000, async () => {
    return (await taskOf('strict'))?.state === 'FAILED'
  })
  const trace = (await taskOf('strict'))?.trace ?? ''
  assert.match(trace, /Converting byte\[\] to Kafka Connect data failed/)
  assert.match(trace, /it ends early at character 4/)
  assert.ok(trace.includes(`the record ${topic}-0 at offset 1\n`), trace)
})

test('with errors.tolerance=all the others go on, and these to the dead letter queue', async () => {
  const file = join(folder.path, 'tolerant.txt')
  const queue = unique('dead-letters')
  await create('tolerant', {
    'connector.class': 'FileStreamSink',
    topics: topic,
    file,
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': queue,
    'errors.deadletterqueue.topic.replication.factor': '1',
    'errors.deadletterqueue.context.headers.enable': 'true',
  })
  const lines = samples.flatMap(([, line]) => line ?? [])
  await eventually('the lines', 60_000, () => readLines(file).length === lines.length)
  assert.deepEqual(readLines(file), lines)
  assert.equal((await taskOf('tolerant'))?.state, 'RUNNING')

  const letters = join(folder.path, 'letters.txt')
  await create('letters', {
    'connector.class': 'FileStreamSink',
    topics: queue,
    file: letters,
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  })
  const refused = samples.filter(([, line]) => line === null)
  await eventually('the letters', 60_000, () => readLines(letters).length === refused.length)
  assert.deepEqual(
    readLines(letters),
    refused.map(([text]) => Buffer.from(text).toString()),
  )
  assert.equal((await worker.rest('GET', '/')).status, 200)
})
