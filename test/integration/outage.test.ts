import assert from 'node:assert/strict'
import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { eventually } from '../helpers/eventually.ts'
import { isApacheKafka, startTestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const [records, outageMs] = isApacheKafka() ? [1_000_000, 30_000] : [300_000, 5000]
/** A number, a blank and 72 characters; a line that is cut is shorter. */
const LINE_BYTES_MIN = 74

test(`a broker that is away for ${outageMs / 1000} s in ${records} records: the job goes on, nothing is lost`, async (t) => {
  const kafka = await startTestBroker()
  t.after(() => kafka.stop())
  const folder = temporaryFolder()
  t.after(folder.remove)
  const input = join(folder.path, 'in.txt')
  const output = join(folder.path, 'out.txt')
  await pipeline(numberedLines(0, records / 2), createWriteStream(input))
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
  await eventually('the first records', 60_000, () => sizeOf(output) > 10_000 * LINE_BYTES_MIN)
  await kafka.kill()
  const before = await seen(output)
  // However fast the first half went, there is more to send while the broker is away.
  await pipeline(numberedLines(records / 2, records), createWriteStream(input, { flags: 'a' }))
  await systemClock.sleep(outageMs)
  assert.deepEqual(await states(worker), ['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING'])
  assert.match(worker.output(), new RegExp(`127\\.0\\.0\\.1:${kafka.port}`))

  await kafka.start()
  await eventually(
    'every line at the sink',
    240_000,
    async () => (await seen(output)).count === records,
  )
  const end = await seen(output)
  t.diagnostic(`${before.count} records before, ${end.repeated} repeated by the outage`)
  assert.deepEqual(await states(worker), ['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING'])
  assert.equal(await worker.stop(), 143)
})

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function* numberedLines(start: number, end: number): Generator<string> {
  for (let first = start; first < end; first += 1000) {
    yield Array.from({ length: 1000 }, (_, line) => `${first + line} ${'x'.repeat(72)}\n`).join('')
  }
}

/** Distinct numbers in the sink's file, and how many lines came twice. */
async function seen(file: string): Promise<{ count: number; repeated: number }> {
  const found = new Uint8Array(records)
  let [count, lines] = [0, 0]
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const number = Number.parseInt(line, 10)
    if (line.length < LINE_BYTES_MIN || Number.isNaN(number)) continue
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
