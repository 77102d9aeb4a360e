import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { idOf, partsOf, reaches } from '../helpers/cluster.ts'
import { eventually } from '../helpers/eventually.ts'
import { installPlugin } from '../helpers/plugin-folder.ts'
import { useSite } from '../helpers/site.ts'
import { startWorker, type Worker } from '../helpers/worker.ts'
import { clientsOf, readable } from '../kafka/conformance/support.ts'

const TIMEOUT_MS = 120_000

const clients = clientsOf()
const site = useSite()

/** Workers of one cluster that deliver exactly once. */
function clusterOf(t: TestContext) {
  const cluster = `eos-${randomUUID().slice(0, 8)}`
  const settings = {
    'exactly.once.source.support': 'enabled',
    'heartbeat.interval.ms': '300',
    'session.timeout.ms': '6000',
  }
  return async (name: string, more: Readonly<Record<string, string>> = {}): Promise<Worker> => {
    const worker = await startWorker({
      bootstrap: site.bootstrap,
      folder: join(site.folder, cluster, name),
      cluster,
      settings: { ...settings, ...more },
    })
    t.after(() => worker.kill())
    return worker
  }
}

/** Appends numbered lines until it is stopped. @returns Their number so far, and how to stop. */
function growingFile(t: TestContext, name: string) {
  const path = join(site.folder, `${name}.txt`)
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
async function committedReader(t: TestContext, topic: string) {
  const consumer = clients.consumer({
    'bootstrap.servers': site.bootstrap,
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

/** Whether task 0 runs there, as that worker sees it. */
async function runsTask(worker: Worker, name: string): Promise<boolean> {
  const task = (await partsOf(worker, name))[1]
  return task?.state === 'RUNNING' && task.worker_id === idOf(worker)
}

for (const [what, settings, harm] of [
  [
    'transactions of 700 ms, a worker that is killed',
    { 'transaction.boundary': 'interval', 'transaction.boundary.interval.ms': '700' },
    'SIGKILL',
  ],
  ['a transaction for each poll, a worker that is frozen and wakes up as a zombie', {}, 'SIGSTOP'],
] as const) {
  test(`${what}: another goes on, and every line comes once`, async (t) => {
    const startIn = clusterOf(t)
    const first = await startIn('first')
    const topic = `eos-lines-${randomUUID().slice(0, 8)}`
    const file = growingFile(t, topic)
    const { status } = await first.rest('PUT', '/connectors/lines/config', {
      ...{ 'connector.class': 'FileStreamSource', file: file.path, topic },
      'exactly.once.support': 'required',
      ...settings,
    })
    assert.equal(status, 201)
    await reaches(first, 'lines', 'RUNNING,RUNNING')
    const reader = await committedReader(t, topic)
    await reader.until(3000)
    const second = await startIn('second')
    await reader.until(reader.values.length + 2000)
    let isFirst = false
    await eventually('one of them runs the task', TIMEOUT_MS, async () => {
      isFirst = await runsTask(first, 'lines')
      return isFirst || (await runsTask(second, 'lines'))
    })
    const [harmed, heir] = isFirst ? [first, second] : [second, first]
    harmed.process.kill(harm)
    await eventually('the other worker runs the task', TIMEOUT_MS, () => runsTask(heir, 'lines'))
    await reader.until(reader.values.length + 3000)
    if (harm === 'SIGSTOP') {
      harmed.process.kill('SIGCONT')
      // By its producer, or by the group where that tells it sooner.
      await eventually('the zombie has noticed', TIMEOUT_MS, () =>
        /FENCED|The group went on without this worker/.test(harmed.output()),
      )
    }
    await reader.until(reader.values.length + 3000)
    assert.ok(await runsTask(heir, 'lines'), 'the status tells of the task that runs')
    file.stop()
    await reader.until(file.count)
    assert.deepEqual(
      reader.values,
      Array.from({ length: file.count }, (_, index) => `${index}`),
    )
  })
}

test('a task sets the boundaries itself: what it gives up is never seen, nothing else is lost', async (t) => {
  const plugin = { kind: 'source', class: 'org.acme.RoundsConnector' }
  const path = installPlugin(join(site.folder, 'rounds'), 'test/integration/plugins/rounds.ts', [
    plugin,
  ])
  const worker = await clusterOf(t)('alone', {
    'plugin.path': path,
    'millrace.task.host': 'in-process',
  })
  const topic = `eos-rounds-${randomUUID().slice(0, 8)}`
  const config = {
    'connector.class': 'org.acme.RoundsConnector',
    topic,
    'exactly.once.support': 'required',
    'transaction.boundary': 'connector',
  }
  const refused = async (more: Readonly<Record<string, string>>) => {
    const { status, body } = await worker.rest('PUT', '/connectors/no/config', {
      ...config,
      ...more,
    })
    assert.equal(status, 400)
    return (body as { readonly message: string }).message
  }
  assert.match(
    await refused({ answer: 'unsupported' }),
    /The connector does not support exactly-once semantics with the provided configuration\./,
  )
  assert.match(await refused({ answer: 'none' }), /does not implement the API required/)
  assert.match(
    await refused({ 'connector.class': 'FileStreamSource', file: '/dev/null' }),
    /The connector does not support connector-defined transaction boundaries/,
  )
  assert.equal((await worker.rest('PUT', '/connectors/rounds/config', config)).status, 201)
  await reaches(worker, 'rounds', 'RUNNING,RUNNING')
  const reader = await committedReader(t, topic)
  for (let restart = 0; restart < 3; restart++) {
    await reader.until(reader.values.length + 20)
    await worker.rest('POST', '/connectors/rounds/tasks/0/restart')
    await reaches(worker, 'rounds', 'RUNNING,RUNNING')
  }
  await reader.until(reader.values.length + 20)
  const rounds = Array.from({ length: reader.values.length }, (_, round) => round)
  const expected = rounds
    .filter((round) => round % 3 !== 1)
    .flatMap((round) => [`${round}a`, `${round}b`, `${round}c`])
  assert.deepEqual(reader.values, expected.slice(0, reader.values.length))
})
