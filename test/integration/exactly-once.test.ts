import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { idOf, partsOf, reaches } from '../helpers/cluster.ts'
import { eventually } from '../helpers/eventually.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'
import { clientsOf, readable } from '../kafka/conformance/support.ts'

const TIMEOUT_MS = 60_000

const clients = clientsOf()
const folder = temporaryFolder()
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
before(async () => {
  kafka = await sharedTestBroker()
})
after(async () => {
  await kafka.stop()
  folder.remove()
})

type After = { after(end: () => Promise<void> | void): void }

/** Workers of one cluster that deliver exactly once. */
function clusterOf(t: After) {
  const cluster = `eos-${randomUUID().slice(0, 8)}`
  const settings = {
    'exactly.once.source.support': 'enabled',
    'heartbeat.interval.ms': '300',
    'session.timeout.ms': '6000',
  }
  return async (name: string, more: Readonly<Record<string, string>> = {}): Promise<Worker> => {
    const worker = await startWorker({
      bootstrap: kafka.bootstrap,
      folder: join(folder.path, cluster, name),
      cluster,
      settings: { ...settings, ...more },
    })
    t.after(() => worker.kill())
    return worker
  }
}

/** Appends numbered lines until it is stopped. @returns Their number so far, and how to stop. */
function growingFile(t: After, name: string) {
  const path = join(folder.path, `${name}.txt`)
  writeFileSync(path, '')
  const stop = new AbortController()
  t.after(() => stop.abort())
  const file = { path, count: 0, stop: () => stop.abort() }
  const write = async () => {
    while (!stop.signal.aborted) {
      const lines = Array.from({ length: 300 }, () => `${file.count++}\n`)
      appendFileSync(path, lines.join(''))
      await systemClock.sleep(20, stop.signal)
    }
  }
  void write()
  return file
}

/** Reads what is committed, from the first record on. */
async function committedReader(t: After, topic: string) {
  const consumer = clients.consumer({
    'bootstrap.servers': kafka.bootstrap,
    'auto.offset.reset': 'earliest',
    'isolation.level': 'read_committed',
    'max.poll.records': '100000',
  })
  t.after(() => consumer.close())
  await consumer.assign([{ topic, partition: 0 }])
  const values: string[] = []
  const until = (count: number) =>
    eventually(`${count} records of ${topic}`, TIMEOUT_MS, async () => {
      for (const fetched of await consumer.poll(200)) {
        for (const { value } of readable(fetched)) values.push(JSON.parse(value ?? 'null'))
      }
      return values.length >= count
    })
  return { values, until }
}

function fileSource(file: string, topic: string, more: Readonly<Record<string, string>> = {}) {
  return {
    'connector.class': 'FileStreamSource',
    file,
    topic,
    'exactly.once.support': 'required',
    ...more,
  }
}

/** Whether task 0 runs there, as that worker sees it. */
async function runsTask(worker: Worker, name: string): Promise<boolean> {
  const task = (await partsOf(worker, name))[1]
  return task?.state === 'RUNNING' && task.worker_id === idOf(worker)
}

for (const [what, settings] of Object.entries({
  'a transaction for each poll': {},
  'transactions of 700 ms': {
    'transaction.boundary': 'interval',
    'transaction.boundary.interval.ms': '700',
  },
})) {
  test(`${what}: a worker is killed in mid-flow, another goes on, every line comes once`, async (t) => {
    const startIn = clusterOf(t)
    const first = await startIn('first')
    const topic = `eos-lines-${randomUUID().slice(0, 8)}`
    const file = growingFile(t, topic)
    const { status } = await first.rest(
      'PUT',
      '/connectors/lines/config',
      fileSource(file.path, topic, settings),
    )
    assert.equal(status, 201)
    await reaches(first, 'lines', 'RUNNING,RUNNING')
    const reader = await committedReader(t, topic)
    await reader.until(3000)
    const second = await startIn('second')
    await reader.until(reader.values.length + 2000)
    const [doomed, heir] = (await runsTask(first, 'lines')) ? [first, second] : [second, first]
    await doomed.kill()
    await eventually('the other worker runs the task', TIMEOUT_MS, () => runsTask(heir, 'lines'))
    await reader.until(reader.values.length + 5000)
    file.stop()
    await reader.until(file.count)
    assert.deepEqual(
      reader.values,
      Array.from({ length: file.count }, (_, index) => `${index}`),
    )
  })
}
