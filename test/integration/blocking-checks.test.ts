import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { settlesWithin } from '../../src/runtime/time-limit.ts'
import { reaches } from '../helpers/cluster.ts'
import { eventually } from '../helpers/eventually.ts'
import { installPlugin } from '../helpers/plugin-folder.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

/** Code of plug-ins that REST requests call, and that blocks: it has a thread, too. */
const BLOCKED_MS = 2000
const REST_MS = 500
/** A worker that answers nothing for so long has a blocked main thread. */
const ANSWER_LIMIT_MS = 30_000

const connectorClass = 'org.acme.MisbehavingConnector'
const folder = temporaryFolder()
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let worker: Worker
before(async () => {
  kafka = await sharedTestBroker()
  worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    cluster: `checks-${randomUUID().slice(0, 8)}`,
    settings: {
      'millrace.task.threads': '2',
      'millrace.task.thread.timeout.ms': String(BLOCKED_MS),
      'plugin.path': installPlugin(folder.path, 'test/integration/plugins/misbehaving.ts', [
        { kind: 'source', class: connectorClass },
      ]),
    },
  })
})
after(async () => {
  await worker.kill()
  await kafka.stop()
  folder.remove()
})

function propsOf(name: string, does: string): Readonly<Record<string, string>> {
  const log = join(folder.path, name)
  return { name, 'connector.class': connectorClass, topic: name, log, 'tasks.max': '2', does }
}

function validate(name: string, does: string) {
  return worker.rest(
    'PUT',
    '/connector-plugins/MisbehavingConnector/config/validate',
    propsOf(name, does),
  )
}

/** A connector with a task in each thread, deleted after the test. @returns Its name. */
async function createSteady(t: TestContext): Promise<string> {
  const name = `steady-${randomUUID().slice(0, 8)}`
  const { status } = await worker.rest('PUT', `/connectors/${name}/config`, propsOf(name, 'ticks'))
  assert.equal(status, 201)
  t.after(() => worker.rest('DELETE', `/connectors/${name}`))
  await reaches(worker, name, 'RUNNING,RUNNING,RUNNING')
  return name
}

/** Starts that the tasks of a connector have noted. */
function startsOf(name: string): number {
  return readFileSync(join(folder.path, name), 'utf8').split('\n').length - 1
}

/** Rebalances until now, once no more of them come: a stop shows before the one that follows it. */
async function rebalancesAtRest(): Promise<string | undefined> {
  let count: string | undefined
  await eventually('no more rebalances', 30_000, async () => {
    count = await rebalances()
    await systemClock.sleep(REST_MS)
    return count === (await rebalances())
  })
  return count
}

async function rebalances(): Promise<string | undefined> {
  const text = await (await fetch(`${worker.url}/metrics`)).text()
  return /completed_rebalances_total (\d+)/.exec(text)?.[1]
}

/** Asks for the status of a connector again and again until `answer` is there. */
async function whileAsked<T>(t: TestContext, name: string, answer: Promise<T>): Promise<T> {
  const waits: number[] = []
  let isOpen = true
  const close = () => {
    isOpen = false
  }
  answer.then(close, close)
  while (isOpen) {
    const startMs = performance.now()
    await answered(worker.rest('GET', `/connectors/${name}/status`))
    waits.push(performance.now() - startMs)
  }
  waits.sort((a, b) => a - b)
  const quantile = (share: number) => waits[Math.floor(waits.length * share)] ?? 0
  t.diagnostic(`status: ${waits.length} answers, p99 ${quantile(0.99).toFixed(1)} ms`)
  // A blocked main thread would answer none of them before the thread is ended.
  assert.ok(quantile(0.5) < BLOCKED_MS / 4, `half of the statuses take ${quantile(0.5)} ms or more`)
  return answer
}

/** Ends a worker that does not answer, so that the tests after this one don't wait for it either. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  if (await settlesWithin(answer, ANSWER_LIMIT_MS, systemClock)) return answer
  await worker.kill()
  assert.fail(`no answer within ${ANSWER_LIMIT_MS} ms: code of a plug-in blocks the worker`)
}

const held = `held up its thread tasks-\\d+ for [\\d.]+ s, so the thread was ended`

for (const does of ['loops in validate', 'waits in validate']) {
  test(`a connector that ${does} costs one of its neighbours a new start, and nothing else`, async (t) => {
    const steady = await createSteady(t)
    const before = await rebalancesAtRest()
    const { status, body } = await whileAsked(t, steady, validate('checked', does))
    assert.equal(status, 500)
    assert.match(
      (body as { message: string }).message,
      new RegExp(
        `^Request timed out\\. The worker is currently performing multi-property validation for the connector, which began at \\d{4}-.*Z\\. The check of connector checked ${held}`,
      ),
    )
    await eventually('one task has started again', 30_000, () => startsOf(steady) === 3)
    await reaches(worker, steady, 'RUNNING,RUNNING,RUNNING')
    assert.equal(startsOf(steady), 3)
    assert.ok(before !== undefined)
    assert.equal(await rebalances(), before)
  })
}

test('a connector whose check blocks is not created', async () => {
  const creation = worker.rest('POST', '/connectors', {
    name: 'refused',
    config: propsOf('refused', 'loops in validate'),
  })
  const { status, body } = await answered(creation)
  assert.equal(status, 500)
  assert.match((body as { message: string }).message, /^Request timed out\. .*multi-property/)
  assert.deepEqual((await worker.rest('GET', '/connectors')).body, [])
})

for (const does of ['loops in alterOffsets', 'waits in alterOffsets']) {
  test(`a connector that ${does} is answered for, and its neighbours run on`, async (t) => {
    const steady = await createSteady(t)
    const name = `offsets-${randomUUID().slice(0, 8)}`
    const config = { ...propsOf(name, does), 'tasks.max': '1' }
    assert.equal((await worker.rest('PUT', `/connectors/${name}/config`, config)).status, 201)
    t.after(() => worker.rest('DELETE', `/connectors/${name}`))
    await reaches(worker, name, 'RUNNING,RUNNING')
    assert.equal((await worker.rest('PUT', `/connectors/${name}/stop`)).status, 204)
    await reaches(worker, name, 'STOPPED')
    const before = await rebalancesAtRest()
    const change = worker.rest('PATCH', `/connectors/${name}/offsets`, {
      offsets: [{ partition: { file: 'a' }, offset: { position: 1 } }],
    })
    const { status, body } = await whileAsked(t, steady, change)
    assert.equal(status, 500)
    assert.match(
      (body as { message: string }).message,
      new RegExp(
        `^Request timed out\\. The worker is currently modifying offsets for connector ${name}, which began at .*Z\\. alterOffsets of connector ${name} ${held}`,
      ),
    )
    await reaches(worker, steady, 'RUNNING,RUNNING,RUNNING')
    assert.equal(await rebalances(), before)
  })
}
