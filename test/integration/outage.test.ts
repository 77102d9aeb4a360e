import assert from 'node:assert/strict'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { eventually } from '../helpers/eventually.ts'
import { isApacheKafka, startTestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const [records, outageMs] = isApacheKafka() ? [1_000_000, 30_000] : [300_000, 5000]

test(`a broker that is away for ${outageMs / 1000} s in ${records} records: the job goes on, nothing is lost`, async (t) => {
  const kafka = await startTestBroker()
  t.after(() => kafka.stop())
  const folder = temporaryFolder()
  t.after(folder.remove)
  const input = join(folder.path, 'in.txt')
  const output = join(folder.path, 'out.txt')
  await pipeline(numberedLines, createWriteStream(input))
  const worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    connectors: [
      {
        name: 'outage-source',
        'connector.class': 'FileStreamSource',
        file: input,
        topic: 'outage',
        'batch.size': '500',
      },
      { name: 'outage-sink', 'connector.class': 'FileStreamSink', file: output, topics: 'outage' },
    ],
  })
  t.after(() => worker.kill())
  await eventually('the first records', 30_000, async () => (await seen(output)).count > 10_000)
  await kafka.kill()
  const before = await seen(output)
  assert.ok(
    before.count < records,
    `all ${before.count} records passed before the broker went away`,
  )

  await systemClock.sleep(outageMs)
  assert.deepEqual(await states(worker), ['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING'])
  assert.match(worker.output(), new RegExp(`127\\.0\\.0\\.1:${kafka.port}`))

  await kafka.start()
  await eventually(
    'every line at the sink',
    120_000,
    async () => (await seen(output)).count === records,
  )
  const end = await seen(output)
  t.diagnostic(`${before.count} records before, ${end.repeated} repeated by the outage`)
  assert.deepEqual(await states(worker), ['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING'])
  assert.equal(await worker.stop(), 143)
})

function* numberedLines(): Generator<string> {
  for (let first = 0; first < records; first += 1000) {
    yield Array.from({ length: 1000 }, (_, line) => `${first + line} ${'x'.repeat(72)}\n`).join('')
  }
}

/** Distinct numbers in the sink's file, and how many lines came twice. */
async function seen(file: string): Promise<{ count: number; repeated: number }> {
  const found = new Uint8Array(records)
  let [count, lines] = [0, 0]
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const number = Number.parseInt(line, 10)
    if (line.length < 73 || Number.isNaN(number)) continue
    lines++
    if (found[number] === 0) count++
    found[number] = 1
  }
  return { count, repeated: lines - count }
}

async function states(worker: Worker): Promise<string[]> {
  const found: string[] = []
  for (const name of ['outage-source', 'outage-sink']) {
    const { body } = await worker.rest('GET', `/connectors/${name}/status`)
    const status = body as { connector: { state: string }; tasks: { state: string }[] }
    found.push(status.connector.state, ...status.tasks.map((task) => task.state))
  }
  return found
}
