import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { consume } from '../helpers/consume.ts'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder } from '../helpers/worker.ts'

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

const transforms = {
  transforms: 'MakeMap,InsertSource',
  'transforms.MakeMap.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
  'transforms.MakeMap.field': 'line',
  'transforms.InsertSource.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
  'transforms.InsertSource.static.field': 'data_source',
  'transforms.InsertSource.static.value': 'test-file-source',
}

test("the guide's example: a file through Kafka to a file, with and without transforms", async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const input = join(folder.path, 'test.txt')
  const output = join(folder.path, 'test.sink.txt')
  writeFileSync(input, 'hello world\n')
  const topics = [`plain-${process.pid}`, `mapped-${process.pid}`] as const
  const source = (name: string, topic: string) => ({
    name,
    'connector.class': 'FileStreamSource',
    'tasks.max': '1',
    file: input,
    topic,
  })
  const worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    connectors: [
      source('plain-source', topics[0]),
      { ...source('mapped-source', topics[1]), ...transforms },
      {
        name: 'sink',
        'connector.class': 'FileStreamSink',
        'tasks.max': '1',
        file: output,
        topics: topics[0],
      },
    ],
  })
  t.after(() => worker.stop())

  assert.deepEqual(await consume(kafka.bootstrap, topics[0], 1), ['"hello world"'])
  assert.deepEqual(await consume(kafka.bootstrap, topics[1], 1), [
    '{"line":"hello world","data_source":"test-file-source"}',
  ])
  appendFileSync(input, 'second line\nno line end yet')
  await eventually(
    'both lines in the file of the sink',
    60_000,
    () => readLines(output).length === 2,
  )
  assert.deepEqual(readLines(output), ['hello world', 'second line'])

  appendFileSync(input, ', now there is\n')
  await eventually('third line', 60_000, () => readLines(output).length === 3)
  assert.equal(readLines(output)[2], 'no line end yet, now there is')
  assert.equal(await worker.stop(), 143)
})

test('a worker that was killed goes on where it stopped', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const input = join(folder.path, 'in.txt')
  const topic = `resumed-${process.pid}`
  writeFileSync(input, Array.from({ length: 1000 }, (_, line) => `line ${line}\n`).join(''))
  const options = {
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    connectors: [{ name: 'resumed', 'connector.class': 'FileStreamSource', file: input, topic }],
  }
  const first = await startWorker(options)
  t.after(() => first.kill())
  assert.equal((await consume(kafka.bootstrap, topic, 1000)).length, 1000)
  await eventually('offsets in the file', 60_000, () =>
    readFileSync(join(folder.path, 'connect.offsets'), 'latin1').includes('"position":8890'),
  )
  await first.kill()
  appendFileSync(input, 'one more\n')
  const second = await startWorker(options)
  t.after(() => second.stop())
  const lines = await consume(kafka.bootstrap, topic, 1001)
  assert.deepEqual(lines.slice(999), ['"line 999"', '"one more"'])
})
