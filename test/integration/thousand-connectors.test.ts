import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { createKafkaClients } from '../../src/kafka/clients.ts'
import type { Part } from '../helpers/cluster.ts'
import { eventually } from '../helpers/eventually.ts'
import { silentLogger } from '../helpers/silent-logger.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { readTopic } from '../helpers/topic-records.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

type Statuses = Readonly<
  Record<string, { readonly status: { readonly connector: Part; readonly tasks: readonly Part[] } }>
>

/** A thousand in `npm run test:all`. */
const COUNT = Number(process.env['MILLRACE_TEST_CONNECTORS'] ?? '120')
const TIMEOUT_MS = 60_000 + COUNT * 300
const CLIENTS = 8

const cluster = `thousand-${randomUUID().slice(0, 8)}`
const names = Array.from({ length: COUNT }, (_, n) => `c-${n}`)
const folder = temporaryFolder()
const clients = createKafkaClients({ clock: systemClock, logger: silentLogger })
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let workers: readonly Worker[] = []

before(async () => {
  kafka = await sharedTestBroker()
  workers = await Promise.all(
    ['first', 'second', 'third'].map((name) =>
      startWorker({
        bootstrap: kafka.bootstrap,
        folder: join(folder.path, name),
        cluster,
        settings: { 'heartbeat.interval.ms': '500' },
      }),
    ),
  )
})
after(async () => {
  await Promise.all(workers.map((worker) => worker.kill()))
  await kafka.stop()
  folder.remove()
})

/** Asks one of the workers, each time another. */
let asked = 0
function rest(method: string, path: string, body?: unknown) {
  const worker = workers[asked++ % workers.length]
  assert.ok(worker)
  return worker.rest(method, path, body)
}

/** Again where a rebalance takes long on a slow machine: clients are told so with 409. */
async function put(name: string, intervalMs: number): Promise<void> {
  const config = {
    'connector.class': 'DatagenConnector',
    'kafka.topic': topicOf(name),
    quickstart: 'users',
    'max.interval': String(intervalMs),
  }
  await eventually(`${name} is created or changed`, TIMEOUT_MS, async () => {
    const { status, body } = await rest('PUT', `/connectors/${name}/config`, config)
    assert.ok([200, 201, 409].includes(status), JSON.stringify(body))
    return status !== 409
  })
}

function topicOf(name: string): string {
  return `${cluster}-${name}`
}

/** Waits until connectors and their task run. */
function run(wanted: readonly string[]): Promise<void> {
  return eventually(`all of ${wanted.length} connectors run`, TIMEOUT_MS, async () => {
    const { body } = await rest('GET', '/connectors?expand=status')
    const statuses: Statuses = body
    return wanted.every((name) => {
      const { connector, tasks = [] } = statuses[name]?.status ?? {}
      return [connector, tasks[0]].every((part) => part?.state === 'RUNNING')
    })
  })
}

/** For each connector and task all that was ever said of its state: a start shows, and so does a move. */
async function history(): Promise<ReadonlyMap<string, string>> {
  const said = new Map<string, string>()
  for (const { key, value } of await readTopic(kafka.bootstrap, `${cluster}-status`)) {
    const part = key?.toString() ?? ''
    if (!/^status-(connector|task)-/.test(part)) continue
    const { state, worker_id: worker, generation } = JSON.parse(value?.toString() ?? '{}')
    said.set(part, `${said.get(part) ?? ''}${state} at ${worker} in ${generation}; `)
  }
  return said
}

/** 0 for those whose topic is not there yet. */
async function recordCounts(): Promise<readonly number[]> {
  const admin = clients.admin({ 'bootstrap.servers': kafka.bootstrap })
  try {
    const found = await admin.describeTopics(names.map(topicOf))
    const ends = await admin.endOffsets(found.map(({ name }) => ({ topic: name, partition: 0 })))
    const byTopic = new Map(ends.map(({ topic, offset }) => [topic, offset]))
    return names.map((name) => byTopic.get(topicOf(name)) ?? 0)
  } finally {
    await admin.close()
  }
}

test(`creating, changing and deleting one of ${COUNT} connectors stops no task of another`, async (t) => {
  const startedMs = performance.now()
  let next = 0
  const create = async () => {
    for (let name = names[next++]; name !== undefined; name = names[next++]) await put(name, 2000)
  }
  await Promise.all(Array.from({ length: CLIENTS }, create))
  await run(names)
  t.diagnostic(`${COUNT} connectors run after ${Math.round(performance.now() - startedMs)} ms`)
  const before = await history()
  const [changed = '', deleted = ''] = [names[1], names[2]]

  await put('one-more', 2000)
  await run([...names, 'one-more'])
  await put(changed, 1000)
  await eventually(`${changed} starts again`, TIMEOUT_MS, async () => {
    const key = `status-task-${changed}-0`
    return (await history()).get(key) !== before.get(key)
  })
  await run([...names, 'one-more'])
  await eventually(`${deleted} is deleted`, TIMEOUT_MS, async () => {
    const { status, body } = await rest('DELETE', `/connectors/${deleted}`)
    assert.ok([204, 409].includes(status), JSON.stringify(body))
    return status !== 409
  })
  await eventually(`${deleted} is gone`, TIMEOUT_MS, async () => {
    const answers = await Promise.all(
      workers.map((worker) => worker.rest('GET', `/connectors/${deleted}/status`)),
    )
    return answers.every(({ status }) => status === 404)
  })

  const counts = await recordCounts()
  const left = names.filter((name) => name !== deleted)
  await eventually('records flow in all of them', TIMEOUT_MS, async () => {
    const later = await recordCounts()
    return left.every((name) => {
      const at = names.indexOf(name)
      return (later[at] ?? 0) > (counts[at] ?? 0)
    })
  })
  const afterwards = await history()
  for (const name of left.filter((each) => each !== changed)) {
    for (const key of [`status-connector-${name}`, `status-task-${name}-0`]) {
      assert.equal(afterwards.get(key), before.get(key))
      assert.match(before.get(key) ?? '', /RUNNING/)
    }
  }
})
