import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { eventually } from '../helpers/eventually.ts'
import { installPlugin } from '../helpers/plugin-folder.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

interface Status {
  readonly connector: { readonly state: string }
  readonly tasks: ReadonlyArray<{ readonly state: string; readonly trace?: string }>
}

const BLOCKED_MS = 2000
const TIMEOUT_MS = 60_000

const folder = temporaryFolder()
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let worker: Worker
before(async () => {
  kafka = await sharedTestBroker()
  const plugin = { kind: 'source', class: 'org.acme.MisbehavingConnector' }
  worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    cluster: `threads-${randomUUID().slice(0, 8)}`,
    settings: {
      'millrace.task.host': 'threads',
      'millrace.task.threads': '2',
      'millrace.task.thread.timeout.ms': String(BLOCKED_MS),
      'task.shutdown.graceful.timeout.ms': '500',
      'plugin.path': installPlugin(folder.path, 'test/integration/plugins/misbehaving.ts', [
        plugin,
      ]),
    },
  })
})
after(async () => {
  await worker.kill()
  await kafka.stop()
  folder.remove()
})

/** A connector that is deleted after the test. @returns Its name. */
async function create(
  t: TestContext,
  kind: string,
  props: Readonly<Record<string, string>> = {},
): Promise<string> {
  const name = `${kind}-${randomUUID().slice(0, 8)}`
  const { status } = await worker.rest('PUT', `/connectors/${name}/config`, {
    'connector.class': 'org.acme.MisbehavingConnector',
    topic: name,
    log: join(folder.path, name),
    ...props,
  })
  assert.equal(status, 201)
  t.after(() => remove(name))
  await eventually(`${name} has tasks`, TIMEOUT_MS, async () => {
    return (await statusOf(name)).tasks.length > 0
  })
  return name
}

async function remove(name: string): Promise<void> {
  if (worker.process.exitCode === null) await worker.rest('DELETE', `/connectors/${name}`)
}

async function statusOf(name: string): Promise<Status> {
  return (await worker.rest('GET', `/connectors/${name}/status`)).body
}

function reaches(name: string, ...states: readonly string[]): Promise<void> {
  return eventually(`${name} is ${states}`, TIMEOUT_MS, async () => {
    const { tasks } = await statusOf(name)
    return tasks.map(({ state }) => state).join() === states.join()
  })
}

/** Starts that the tasks of a connector have noted. */
function startsOf(name: string): number {
  return readFileSync(join(folder.path, name), 'utf8').split('\n').length - 1
}

function linesOf(text: string): number {
  return worker.output().split(text).length - 1
}

interface Blocked {
  readonly trace: string
  /** Starts of tasks of its neighbour, which has two. */
  readonly starts: number
}

/** Blocks a thread beside a neighbour's task, until the worker has ended it and the neighbour runs again. */
async function block(t: TestContext, does: string): Promise<Blocked> {
  const steady = await create(t, 'steady', { 'tasks.max': '2' })
  await reaches(steady, 'RUNNING', 'RUNNING')
  const blocking = await create(t, 'blocking', { does })
  const waits: number[] = []
  let state = ''
  while (state !== 'FAILED') {
    const startMs = performance.now()
    state = (await statusOf(blocking)).tasks.at(0)?.state ?? ''
    waits.push(performance.now() - startMs)
    assert.ok(waits.length < 100_000, 'the blocked task never fails')
  }
  waits.sort((a, b) => a - b)
  const quantile = (share: number) => waits[Math.floor(waits.length * share)] ?? 0
  t.diagnostic(`status: ${waits.length} answers, p99 ${quantile(0.99).toFixed(1)} ms`)
  // A blocked main thread would answer none of them before the task is ended.
  assert.ok(quantile(0.5) < BLOCKED_MS / 4, `half of the statuses take ${quantile(0.5)} ms or more`)
  const { tasks } = await statusOf(blocking)
  await eventually('the neighbour has started again', TIMEOUT_MS, () => startsOf(steady) > 2)
  await reaches(steady, 'RUNNING', 'RUNNING')
  return { trace: tasks[0]?.trace ?? '', starts: startsOf(steady) }
}

const LINE = /at .*misbehave.*index\.ts/

for (const does of ['loops in poll', 'loops after an await', 'waits in poll']) {
  test(`a task that ${does} fails alone; REST goes on, and its neighbours start again`, async (t) => {
    let blocked = await block(t, does)
    // Nobody waits long for what a thread runs: a machine with much else to do may not have told.
    for (
      let tries = 9;
      tries > 0 && does.startsWith('loops') && !LINE.test(blocked.trace);
      tries--
    ) {
      blocked = await block(t, does)
    }
    const { trace, starts } = blocked
    assert.match(trace, /Task blocking-\w+-0 held up its thread tasks-\d+ for [\d.]+ s/)
    if (does.startsWith('loops')) assert.match(trace, LINE)
    assert.equal(starts, 3, 'the neighbour has started again, the other task has not')
  })
}

test('a task with a heap limit of its own fails alone when it reaches it', async (t) => {
  const steady = await create(t, 'steady')
  await reaches(steady, 'RUNNING')
  const filling = await create(t, 'filling', {
    does: 'fills its memory',
    'millrace.heap.limit.mb': '64',
  })
  await reaches(filling, 'FAILED')
  const { connector, tasks } = await statusOf(filling)
  assert.match(
    tasks[0]?.trace ?? '',
    /Task filling-\w+-0 ran out of memory.*millrace.heap.limit.mb=64/,
  )
  assert.equal(connector.state, 'RUNNING')
  await reaches(steady, 'RUNNING')
})

test('a task that ends its thread fails alone', async (t) => {
  const steady = await create(t, 'steady', { 'tasks.max': '2' })
  await reaches(steady, 'RUNNING', 'RUNNING')
  const exiting = await create(t, 'exiting', { does: 'exits' })
  await reaches(exiting, 'FAILED')
  assert.match((await statusOf(exiting)).tasks[0]?.trace ?? '', /ended its thread/)
  await reaches(steady, 'RUNNING', 'RUNNING')
})

test('a thread whose task ignores its stop is ended; the others start again', async (t) => {
  const steady = await create(t, 'steady', { 'tasks.max': '2' })
  await reaches(steady, 'RUNNING', 'RUNNING')
  const deaf = await create(t, 'deaf', { does: 'ignores its stop' })
  await reaches(deaf, 'RUNNING')
  await remove(deaf)
  await eventually('the neighbour starts again', TIMEOUT_MS, () => startsOf(steady) > 2)
  await reaches(steady, 'RUNNING', 'RUNNING')
})

test('a level that is set at run time reaches the threads', async (t) => {
  const talking = await create(t, 'talking')
  await reaches(talking, 'RUNNING')
  assert.equal(linesOf('polled at level DEBUG'), 0)
  const { body } = await worker.rest('GET', '/admin/loggers')
  assert.ok('org.acme.MisbehavingTask' in (body as object), 'its logger is listed')
  await worker.rest('PUT', '/admin/loggers/org.acme', { level: 'DEBUG' })
  await eventually('DEBUG lines', TIMEOUT_MS, () => linesOf('polled at level DEBUG') > 0)
  await worker.rest('PUT', '/admin/loggers/org.acme', { level: 'INFO' })
})

test('a connector that is paused and resumed does so in its thread', async (t) => {
  const pausing = await create(t, 'pausing')
  await reaches(pausing, 'RUNNING')
  await worker.rest('PUT', `/connectors/${pausing}/pause`)
  await reaches(pausing, 'PAUSED')
  await worker.rest('PUT', `/connectors/${pausing}/resume`)
  await reaches(pausing, 'RUNNING')
  await worker.rest('PUT', `/connectors/${pausing}/stop`)
  await eventually('the tasks are gone', TIMEOUT_MS, async () => {
    return (await statusOf(pausing)).connector.state === 'STOPPED'
  })
})

test('a clean stop ends every thread', async (t) => {
  const threads = () => readdirSync(`/proc/${worker.process.pid}/task`).length
  const last = await create(t, 'last', { 'tasks.max': '2' })
  await reaches(last, 'RUNNING', 'RUNNING')
  assert.ok(threads() > 0)
  assert.equal(await worker.stop(), 143)
})
