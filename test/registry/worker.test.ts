import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Apicurio, sharedApicurio } from '../helpers/apicurio.ts'
import { consume } from '../helpers/consume.ts'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { sharedTestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const TIMEOUT_MS = 90_000

let registry: Apicurio
let broker: Awaited<ReturnType<typeof sharedTestBroker>>
let worker: Worker
const folder = temporaryFolder()
const file = (name: string) => join(folder.path, name)
const unique = (name: string) => `${name}-${process.pid}-${Date.now()}`

before(async () => {
  registry = await sharedApicurio()
  broker = await sharedTestBroker()
  worker = await startWorker({ bootstrap: broker.bootstrap, folder: folder.path })
})
after(async () => {
  try {
    await worker.kill()
  } finally {
    await broker.stop()
    await registry.stop()
    folder.remove()
  }
})

const avro = () => ({
  'value.converter': 'io.confluent.connect.avro.AvroConverter',
  'value.converter.schema.registry.url': registry.url,
})

async function create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
  const { status, body } = await worker.rest('POST', '/connectors', { name, config })
  assert.equal(status, 201, JSON.stringify(body))
}

function linesOf(name: string): string[] {
  return readLines(file(name))
}

async function failedTrace(name: string): Promise<string> {
  let trace = ''
  await eventually(`${name} to fail`, TIMEOUT_MS, async () => {
    const { body } = await worker.rest('GET', `/connectors/${name}/status`)
    const { tasks } = body as { tasks: { state: string; trace?: string }[] }
    trace = tasks[0]?.trace ?? ''
    return tasks[0]?.state === 'FAILED'
  })
  return trace
}

test('lines of a file go through a topic as Avro into another file', async () => {
  const topic = unique('avro-lines')
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index} of Zoë`)
  appendFileSync(file('in.txt'), `${lines.join('\n')}\n`)
  await create(unique('source'), {
    'connector.class': 'FileStreamSource',
    topic,
    file: file('in.txt'),
    ...avro(),
  })
  await create(unique('sink'), {
    'connector.class': 'FileStreamSink',
    topics: topic,
    file: file('out.txt'),
    ...avro(),
  })
  await eventually(
    'all lines to arrive',
    TIMEOUT_MS,
    () => linesOf('out.txt').length === lines.length,
  )
  assert.deepEqual(linesOf('out.txt'), lines)
  const answer = await fetch(`${registry.url}/subjects/${topic}-value/versions/latest`)
  assert.equal(((await answer.json()) as { schema: string }).schema, '"string"')
})

test('records with fields go through a topic as Avro', async () => {
  const topic = unique('avro-records')
  await create(unique('datagen'), {
    'connector.class': 'io.confluent.kafka.connect.datagen.DatagenConnector',
    'kafka.topic': topic,
    quickstart: 'users',
    'max.interval': '1',
    iterations: '50',
    'key.converter': 'io.confluent.connect.avro.AvroConverter',
    'key.converter.schema.registry.url': registry.url,
    ...avro(),
  })
  await create(unique('sink'), {
    'connector.class': 'FileStreamSink',
    topics: topic,
    file: file('records.txt'),
    'key.converter': 'io.confluent.connect.avro.AvroConverter',
    'key.converter.schema.registry.url': registry.url,
    ...avro(),
  })
  await eventually('all records to arrive', TIMEOUT_MS, () => linesOf('records.txt').length === 50)
  assert.match(linesOf('records.txt')[0] ?? '', /^Struct\{.*userid=User_\d/)
})

test('a sink of data that is no Avro says what it is and what to do', async () => {
  const topic = unique('avro-json')
  appendFileSync(file('json.txt'), '{"a":1}\n')
  await create(unique('json-source'), {
    'connector.class': 'FileStreamSource',
    topic,
    file: file('json.txt'),
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  })
  const name = unique('avro-sink')
  await create(name, {
    'connector.class': 'FileStreamSink',
    topics: topic,
    file: file('none.txt'),
    ...avro(),
  })
  assert.match(
    await failedTrace(name),
    /DataException: Failed to deserialize data for topic avro-json.* to Avro: Unknown magic byte!.*It looks like JSON: set value.converter=org.apache.kafka.connect.json.JsonConverter/,
  )
})

test('a dead letter queue takes what the registry does not know, and the rest goes on', async () => {
  const topic = unique('avro-dead')
  const letters = unique('letters')
  appendFileSync(file('mixed.txt'), 'text\n')
  await create(unique('text-source'), {
    'connector.class': 'FileStreamSource',
    topic,
    file: file('mixed.txt'),
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  })
  await create(unique('avro-source'), {
    'connector.class': 'FileStreamSource',
    topic,
    file: file('in.txt'),
    ...avro(),
  })
  await create(unique('tolerant'), {
    'connector.class': 'FileStreamSink',
    topics: topic,
    file: file('tolerated.txt'),
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': letters,
    'errors.deadletterqueue.topic.replication.factor': '1',
    ...avro(),
  })
  await eventually('the rest to arrive', TIMEOUT_MS, () => linesOf('tolerated.txt').length === 500)
  const [letter] = await consume(broker.bootstrap, letters, 1)
  assert.equal(letter, 'text')
})

test('a registry that is away makes the task wait, as long as errors.retry.timeout says', async () => {
  const name = unique('away')
  appendFileSync(file('away.txt'), 'a\n')
  await create(name, {
    'connector.class': 'FileStreamSource',
    topic: unique('away-topic'),
    file: file('away.txt'),
    ...avro(),
    'value.converter.schema.registry.url': 'http://127.0.0.1:1',
    'value.converter.max.retries': '0',
    'errors.retry.timeout': '1000',
    'errors.retry.delay.max.ms': '100',
  })
  assert.match(
    await failedTrace(name),
    /RetriableException: Failed to serialize Avro data from topic away-topic.*ECONNREFUSED 127.0.0.1:1\. Check that it runs/,
  )
})
