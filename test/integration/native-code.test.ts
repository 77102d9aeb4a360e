import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { reaches } from '../helpers/cluster.ts'
import { eventually } from '../helpers/eventually.ts'
import { installPlugin } from '../helpers/plugin-folder.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

/** Native code that never returns holds its thread, and so `process.exit`. */
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
before(async () => {
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

/** A worker with a task that opens a pipe in its third poll, and one that goes on. */
async function startHeldWorker(
  t: TestContext,
  settings: Readonly<Record<string, string>>,
): Promise<Worker> {
  const folder = temporaryFolder()
  t.after(() => folder.remove())
  const connectorClass = 'org.acme.MisbehavingConnector'
  const path = installPlugin(folder.path, 'test/integration/plugins/misbehaving.ts', [
    { kind: 'source', class: connectorClass },
  ])
  const worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    cluster: `native-${randomUUID().slice(0, 8)}`,
    settings: { 'millrace.task.threads': '2', 'plugin.path': path, ...settings },
  })
  t.after(() => worker.kill())
  const log = join(folder.path, 'log')
  execFileSync('mkfifo', [`${log}.pipe`])
  const create = (name: string, does: string) => {
    const config = { 'connector.class': connectorClass, topic: randomUUID(), log, does }
    return worker.rest('PUT', `/connectors/${name}/config`, config)
  }
  await create('steady', 'ticks')
  // What starts after the pipe was opened may do so in the thread that it holds.
  await reaches(worker, 'steady', 'RUNNING,RUNNING')
  await create('held', 'opens a pipe in poll')
  await eventually('the pipe is opened', 60_000, () => {
    return existsSync(log) && readFileSync(log, 'utf8').includes('opens a pipe')
  })
  return worker
}

/** Ends as the service manager would, and asserts what is told at the end. */
async function stop(t: TestContext, worker: Worker): Promise<void> {
  const startMs = performance.now()
  assert.equal(await worker.stop(), 143)
  t.diagnostic(`ended ${((performance.now() - startMs) / 1000).toFixed(1)} s after SIGTERM`)
  const lines = worker.output().trim().split('\n')
  assert.match(lines.at(-2) ?? '', /"Stopped"/)
  assert.match(
    lines.at(-1) ?? '',
    /Native code of plug-ins does not return: thread tasks-\d+ by Task held-0\./,
  )
}

test('a worker whose task is in native code ends all the same', async (t) => {
  const worker = await startHeldWorker(t, { 'task.shutdown.graceful.timeout.ms': '500' })
  await reaches(worker, 'steady', 'RUNNING,RUNNING')
  await reaches(worker, 'held', 'RUNNING,RUNNING')
  await stop(t, worker)
})

test('so does one that has given up a thread in native code before', async (t) => {
  const worker = await startHeldWorker(t, { 'millrace.task.thread.timeout.ms': '2000' })
  await reaches(worker, 'held', 'RUNNING,FAILED')
  await reaches(worker, 'steady', 'RUNNING,RUNNING')
  await eventually('the thread is given up', 60_000, () => {
    return worker.output().includes('is in native code and ends when that returns')
  })
  await stop(t, worker)
})

test('a second SIGTERM ends one that waits for native code', { timeout: 180_000 }, async (t) => {
  const worker = await startHeldWorker(t, { 'task.shutdown.graceful.timeout.ms': '600000' })
  worker.process.kill('SIGTERM')
  await eventually('it stops', 60_000, () => worker.output().includes('"Stopping"'))
  assert.equal(await worker.stop(), 143)
  assert.doesNotMatch(worker.output(), /"Stopped"/)
})
