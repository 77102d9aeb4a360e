import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../helpers/eventually.ts'
import { readLines } from '../../helpers/lines.ts'
import { startWorker, temporaryFolder } from '../../helpers/worker.ts'
import { bootstrap, check, endWithProgram, unique } from './check.ts'

const folder = temporaryFolder()
const input = join(folder.path, 'test.txt')
const output = join(folder.path, 'test.sink.txt')
writeFileSync(input, 'hello world\n')

const options = {
  bootstrap,
  folder: folder.path,
  implementation: 'apache',
  settings: { 'plugin.discovery': 'service_load' },
  connectors: [
    {
      name: unique('source'),
      'connector.class': 'FileStreamSource',
      file: input,
      topic: unique('lines'),
      transforms: 'MakeMap,InsertSource',
      'transforms.MakeMap.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
      'transforms.MakeMap.field': 'line',
      'transforms.InsertSource.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
      'transforms.InsertSource.static.field': 'data_source',
      'transforms.InsertSource.static.value': 'test-file-source',
    },
    {
      name: unique('sink'),
      'connector.class': 'FileStreamSink',
      file: output,
      topics: unique('lines'),
      'consumer.override.auto.offset.reset': 'earliest',
    },
  ],
} as const

const mapped = (line: string) => `{data_source=test-file-source, line=${line}}`
const written = () =>
  readLines(output).map((line) => line.replace(/\{line=(.*), (.*)\}/, '{$2, line=$1}'))

let worker = await start()
async function start() {
  const started = await startWorker(options)
  endWithProgram(started.process)
  return started
}

await check("run the guide's example: file source, transforms, file sink", async () => {
  appendFileSync(input, 'second line\n')
  await eventually('both lines', 60_000, () => written().length === 2)
  assert.deepEqual(written(), [mapped('hello world'), mapped('second line')])
})
await check('go on where it stopped', async () => {
  await eventually('stored offsets', 60_000, () =>
    readFileSync(join(folder.path, 'connect.offsets'), 'latin1').includes('"position":24'),
  )
  assert.equal(await worker.stop(), 143)
  appendFileSync(input, 'third line\n')
  worker = await start()
  await eventually('the third line', 60_000, () => written().length === 3)
  assert.equal(written()[2], mapped('third line'))
})
folder.remove()
process.exit()
