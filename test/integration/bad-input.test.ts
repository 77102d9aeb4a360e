import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { consume } from '../helpers/consume.ts'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { startTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

let kafka: TestBroker
let worker: Worker
const folder = temporaryFolder()
const file = (name: string) => join(folder.path, name)
const unique = (name: string) => `${name}-${process.pid}`

before(async () => {
  // 11 MB records need the broker's and the topic's limit; auto-creation stays on by default.
  kafka = await startTestBroker({ settings: ['message.max.bytes=12000000'] })
  worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    settings: { 'producer.max.request.size': '12000000' },
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

interface Status {
  readonly connector: { readonly state: string; readonly trace?: string }
  readonly tasks: ReadonlyArray<{ readonly state: string; readonly trace?: string }>
}

async function create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
  const { status, body } = await worker.rest('POST', '/connectors', { name, config })
  assert.equal(status, 201, JSON.stringify(body))
}

async function statusOf(name: string): Promise<Status> {
  return (await worker.rest('GET', `/connectors/${name}/status`)).body
}

async function failedTrace(name: string): Promise<string> {
  await eventually(`${name} to fail`, 60_000, async () => {
    return (await statusOf(name)).tasks[0]?.state === 'FAILED'
  })
  return (await statusOf(name)).tasks[0]?.trace ?? ''
}

const source = (path: string, topic: string) => ({
  'connector.class': 'FileStreamSource',
  file: path,
  topic,
})

test('a file that does not exist yet is waited for, and said so', async () => {
  const topic = unique('missing')
  await create('missing', source(file('missing.txt'), topic))
  await eventually('a warning', 60_000, () => worker.output().includes('missing.txt'))
  await eventually('the task to run', 60_000, async () => {
    return (await statusOf('missing')).tasks[0]?.state === 'RUNNING'
  })
  writeFileSync(file('missing.txt'), 'here\n')
  assert.deepEqual(await consume(kafka.bootstrap, topic, 1), ['"here"'])
})

test('a folder in place of a file fails the task with its path', async () => {
  mkdirSync(file('folder'))
  await create('folder', source(file('folder'), unique('folder')))
  assert.match(await failedTrace('folder'), /folder/)
})

test('a file without read permission fails the task with its path', {
  skip: process.getuid?.() === 0 && 'root reads every file; the unit test of the task covers it',
}, async () => {
  writeFileSync(file('secret.txt'), 'x\n')
  chmodSync(file('secret.txt'), 0)
  await create('secret', source(file('secret.txt'), unique('secret')))
  assert.match(await failedTrace('secret'), /secret\.txt/)
})

test('a truncated file is read from its start again, and the log says so', async () => {
  const topic = unique('truncated')
  const path = file('truncated.txt')
  writeFileSync(path, 'one\ntwo\nthree\n')
  await create('truncated', source(path, topic))
  assert.equal((await consume(kafka.bootstrap, topic, 3)).length, 3)
  truncateSync(path)
  await eventually('the log to name it', 60_000, () =>
    /truncated\.txt.*truncated/.test(worker.output()),
  )
  appendFileSync(path, 'four\n')
  assert.deepEqual(await consume(kafka.bootstrap, topic, 4), [
    '"one"',
    '"two"',
    '"three"',
    '"four"',
  ])
})

test('a replaced file is read from its start, after the rest of the old one', async () => {
  const topic = unique('replaced')
  const path = file('replaced.txt')
  writeFileSync(path, 'old\n')
  await create('replaced', source(path, topic))
  assert.deepEqual(await consume(kafka.bootstrap, topic, 1), ['"old"'])
  writeFileSync(file('next.txt'), 'new and longer than before\n')
  renameSync(file('next.txt'), path)
  assert.deepEqual(await consume(kafka.bootstrap, topic, 2), [
    '"old"',
    '"new and longer than before"',
  ])
  assert.match(worker.output(), /replaced\.txt.*replaced/)
})

test('bytes that are no UTF-8 become replacement characters and shift no offset', async () => {
  const topic = unique('binary')
  writeFileSync(file('binary.bin'), Buffer.from([0xff, 0xfe, 0x00, 0x41, 0x0a, 0x42, 0x0a]))
  await create('binary', source(file('binary.bin'), topic))
  const lines = await consume(kafka.bootstrap, topic, 2)
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    ['\ufffd\ufffd\u0000A', 'B'],
  )
})

test('a line of 10 MB goes through, source and sink', async () => {
  const topic = unique('long')
  const line = 'abcdefghij'.repeat(1_000_000)
  writeFileSync(file('long.txt'), `short\n${line}\nshort again\n`)
  await create('long', source(file('long.txt'), topic))
  await create('long-sink', {
    'connector.class': 'FileStreamSink',
    topics: topic,
    file: file('long.out'),
  })
  await eventually('three lines', 60_000, () => readLines(file('long.out')).length === 3)
  assert.equal(readLines(file('long.out'))[1], line)
})

test('a record over the limit of the producer fails the task and names the remedy', async () => {
  writeFileSync(file('huge.txt'), `${'x'.repeat(13_000_000)}\n`)
  await create('huge', source(file('huge.txt'), unique('huge')))
  assert.match(await failedTrace('huge'), /max\.request\.size/)
})

test('a sink path that cannot be written fails the task with the path', async () => {
  const topic = unique('unwritable')
  writeFileSync(file('some.txt'), 'x\n')
  await create('unwritable-source', source(file('some.txt'), topic))
  await create('unwritable', {
    'connector.class': 'FileStreamSink',
    topics: topic,
    file: file('no/such/folder/out.txt'),
  })
  assert.match(await failedTrace('unwritable'), /no\/such\/folder\/out\.txt/)
})

test('a sink on a full disk fails the task and commits nothing that was not written', async () => {
  const topic = unique('full')
  writeFileSync(file('full.txt'), 'x\n')
  await create('full-source', source(file('full.txt'), topic))
  await create('full', { 'connector.class': 'FileStreamSink', topics: topic, file: '/dev/full' })
  assert.match(await failedTrace('full'), /\/dev\/full/)
})
