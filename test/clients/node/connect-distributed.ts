import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { freePort, kafkaHome } from '../../helpers/apache-kafka.ts'
import { eventually } from '../../helpers/eventually.ts'
import { readLines } from '../../helpers/lines.ts'
import { root } from '../../helpers/sources.ts'
import { temporaryFolder } from '../../helpers/worker.ts'
import { bootstrap, check, endWithProgram, unique } from './check.ts'

const NUMBERS = 6000
const TIMEOUT_MS = 120_000
const folder = temporaryFolder()
const numbers = unique('numbers')

interface ConnectWorker {
  readonly url: string
  readonly process: ChildProcess
}

async function startConnect(name: string): Promise<ConnectWorker> {
  const port = await freePort()
  const place = join(folder.path, name)
  mkdirSync(place)
  const properties = {
    'bootstrap.servers': bootstrap,
    'group.id': unique('connect'),
    listeners: `http://127.0.0.1:${port}`,
    'rest.advertised.host.name': '127.0.0.1',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'config.storage.topic': unique('connect-configs'),
    'config.storage.replication.factor': '1',
    'offset.storage.topic': unique('connect-offsets'),
    'offset.storage.replication.factor': '1',
    'offset.storage.partitions': '2',
    'status.storage.topic': unique('connect-status'),
    'status.storage.replication.factor': '1',
    'status.storage.partitions': '2',
    'exactly.once.source.support': 'enabled',
    // A worker that is killed is missed soon, and its work is given away at once.
    'session.timeout.ms': '6000',
    'heartbeat.interval.ms': '1000',
    'scheduled.rebalance.max.delay.ms': '0',
    'plugin.path': process.env['MILLRACE_TEST_PLUGINS'] ?? '',
    'plugin.discovery': 'service_load',
  }
  const file = join(place, 'worker.properties')
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(file, lines.join(''))
  const log = openSync(join(place, 'worker.log'), 'a')
  const worker = spawn(join(root, 'test/apache-kafka/connect'), [kafkaHome, 'distributed', file], {
    stdio: ['ignore', log, log],
    env: { ...process.env, CONNECT_HEAP: '-Xmx384m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC' },
  })
  endWithProgram(worker)
  return { url: `http://127.0.0.1:${port}`, process: worker }
}

async function rest(worker: ConnectWorker, method: string, path: string, body?: unknown) {
  const answer = await fetch(worker.url + path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}

interface Status {
  readonly connector: { readonly state: string }
  readonly tasks: ReadonlyArray<{ readonly state: string; readonly worker_id: string }>
}

async function tasksOf(worker: ConnectWorker, name: string): Promise<Status['tasks']> {
  const { body } = await rest(worker, 'GET', `/connectors/${name}/status`)
  return (body as Status).tasks
}

/** Tasks are in this state, on so many workers. */
function tasksAre(worker: ConnectWorker, state: string, workers: number): Promise<void> {
  return eventually(`tasks ${state} on ${workers} workers`, TIMEOUT_MS, async () => {
    const tasks = await tasksOf(worker, numbers)
    const on = new Set(tasks.map((task) => task.worker_id))
    return tasks.length === 2 && tasks.every((task) => task.state === state) && on.size === workers
  })
}

const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
const reader = kafka.consumer({ groupId: unique('reader'), maxWaitTimeInMs: 200 })
const committed: string[] = []

async function readCommitted(): Promise<void> {
  await reader.connect()
  await eventually('the topic', TIMEOUT_MS, async () => {
    await reader.subscribe({ topics: [numbers], fromBeginning: true })
    return true
  })
  await reader.run({
    async eachMessage({ message }) {
      committed.push(String(message.value))
    },
  })
}

const all = [0, 1].flatMap((task) =>
  Array.from({ length: NUMBERS }, (_, index) => `${task}:${index}`),
)

function onceEach(found: readonly string[]): void {
  assert.equal(found.length, all.length)
  assert.deepEqual(new Set(found), new Set(all))
}

const [stays, dies] = await Promise.all([startConnect('stays'), startConnect('dies')])

await check('form a cluster of two workers, exactly-once source enabled', async () => {
  for (const worker of [stays, dies]) {
    await eventually(`${worker.url} to answer`, 300_000, async () => {
      return (await fetch(`${worker.url}/health`)).ok
    })
  }
})
await check('run tasks of a source on both workers', async () => {
  await kafka.admin().createTopics({ topics: [{ topic: numbers }], waitForLeaders: false })
  const config = {
    'connector.class': 'NumberSource',
    'tasks.max': '2',
    topic: numbers,
    count: String(NUMBERS),
    'exactly.once.support': 'required',
  }
  await readCommitted()
  const { status, body } = await rest(stays, 'POST', '/connectors', { name: numbers, config })
  assert.equal(status, 201, JSON.stringify(body))
  await tasksAre(stays, 'RUNNING', 2)
  await eventually('the first records', TIMEOUT_MS, () => committed.length > 200)
})
await check('pause and resume', async () => {
  await rest(dies, 'PUT', `/connectors/${numbers}/pause`)
  await tasksAre(stays, 'PAUSED', 2)
  await rest(dies, 'PUT', `/connectors/${numbers}/resume`)
  await tasksAre(stays, 'RUNNING', 2)
  assert.ok(committed.length < all.length, 'too fast for the checks that follow')
})
await check('take over the tasks of a worker that is killed', async () => {
  const ended = once(dies.process, 'exit')
  dies.process.kill('SIGKILL')
  await ended
  await tasksAre(stays, 'RUNNING', 1)
})
await check('write every record exactly once at read_committed', async () => {
  await eventually('all records', TIMEOUT_MS, () => committed.length >= all.length)
  onceEach(committed)
})
await check('store the offsets of a source', async () => {
  // Those of the last transaction are there when its end is written.
  await eventually('all offsets', TIMEOUT_MS, async () => {
    const { body } = await rest(stays, 'GET', `/connectors/${numbers}/offsets`)
    const { offsets } = body as { readonly offsets: ReadonlyArray<{ readonly offset: object }> }
    assert.deepEqual(
      offsets.map(({ offset }) => offset),
      [{ next: NUMBERS }, { next: NUMBERS }],
    )
    return true
  })
})
await check('run a sink', async () => {
  const file = join(folder.path, 'sink.txt')
  const config = {
    'connector.class': 'FileStreamSink',
    topics: numbers,
    file,
    'consumer.override.isolation.level': 'read_committed',
  }
  await rest(stays, 'POST', '/connectors', { name: unique('sink'), config })
  await eventually('all lines', TIMEOUT_MS, () => readLines(file).length >= all.length)
  onceEach(readLines(file))
})
await check('stop, reset the offsets and delete a connector', async () => {
  await rest(stays, 'PUT', `/connectors/${numbers}/stop`)
  await eventually('no tasks', TIMEOUT_MS, async () => (await tasksOf(stays, numbers)).length === 0)
  const reset = await rest(stays, 'DELETE', `/connectors/${numbers}/offsets`)
  assert.equal(reset.status, 200, JSON.stringify(reset.body))
  await eventually('no offsets', TIMEOUT_MS, async () => {
    const { body } = await rest(stays, 'GET', `/connectors/${numbers}/offsets`)
    assert.deepEqual(body, { offsets: [] })
    return true
  })
  await rest(stays, 'DELETE', `/connectors/${numbers}`)
  await eventually('its end', TIMEOUT_MS, async () => {
    return (await rest(stays, 'GET', `/connectors/${numbers}`)).status === 404
  })
})
await check('end by a signal', async () => {
  const ended = once(stays.process, 'exit')
  stays.process.kill('SIGTERM')
  assert.deepEqual(await ended, [143, null])
})
folder.remove()
process.exit()
