import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { appendFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  countingPlugin,
  expectStatus,
  idOf,
  type Part,
  partsOf,
  reaches,
} from '../helpers/cluster.ts'
import { consume } from '../helpers/consume.ts'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import {
  type Implementation,
  startWorker,
  temporaryFolder,
  type Worker,
} from '../helpers/worker.ts'

const TIMEOUT_MS = 120_000
/** A task that does not stop in time leaves its last offsets out, so that its records come twice. */
const patient = {
  'task.shutdown.graceful.timeout.ms': '60000',
  'offset.flush.timeout.ms': '60000',
}
const COUNTERS = ['a', 'b', 'c']

let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
before(async () => {
  // Six Java workers in turn on a small machine.
  process.env['CONNECT_HEAP'] = '-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1'
  kafka = await sharedTestBroker()
})
after(() => kafka.stop())

/** Appends lines to a file, faster than a thousand a second. */
function keepWriting(file: string): { readonly lines: readonly string[]; stop(): void } {
  const lines: string[] = []
  writeFileSync(file, '')
  const writing = setInterval(() => {
    const fresh = Array.from({ length: 15 }, (_, index) => `line ${lines.length + index}`)
    lines.push(...fresh)
    appendFileSync(file, fresh.map((line) => `${line}\n`).join(''))
  }, 10)
  return { lines, stop: () => clearInterval(writing) }
}

/** Waits until all that was in the one file at the call is in the other. */
function copied(input: string, output: string): Promise<void> {
  const { size } = statSync(input)
  return eventually(`${size} bytes in ${output}`, TIMEOUT_MS, () => statSync(output).size >= size)
}

/** Waits until these connectors and all their tasks run on these workers. */
async function settled(workers: readonly Worker[], names: readonly string[]): Promise<void> {
  const ids = workers.map(idOf)
  for (const worker of workers) {
    await eventually(`all runs on ${ids}, says ${idOf(worker)}`, TIMEOUT_MS, async () => {
      const all = await Promise.all(names.map((name) => partsOf(worker, name)))
      const parts = all.flat()
      const isGood = ({ state, worker_id: id }: Part) => state === 'RUNNING' && ids.includes(id)
      assert.deepEqual(
        parts.filter((part) => !isGood(part)),
        [],
      )
      return parts.length === names.length + 2 + COUNTERS.length
    })
  }
}

/** A connector's whole life, each call through another worker. */
async function exercise(workers: readonly Worker[], name: string, folder: string): Promise<void> {
  let calls = 0
  const next = () => workers[calls++ % workers.length] as Worker
  const expected = (status: number, method: string, path: string, body?: unknown) =>
    expectStatus(status, next(), method, path, body)
  const file = join(folder, `${name}.txt`)
  writeFileSync(file, 'one\ntwo\n')
  const config = { 'connector.class': 'FileStreamSource', file, topic: name }
  await expected(201, 'PUT', `/connectors/${name}/config`, config)
  await reaches(next(), name, 'RUNNING,RUNNING')
  const offsets = (position: number) => ({
    offsets: [{ partition: { filename: file }, offset: { position } }],
  })
  const checkAt = async (position: number) => {
    const told = await expected(200, 'GET', `/connectors/${name}/offsets`)
    assert.deepEqual(told, offsets(position))
    return true
  }
  await eventually(`${name} is at 8`, TIMEOUT_MS, () => checkAt(8))
  await expected(202, 'PUT', `/connectors/${name}/pause`)
  await reaches(next(), name, 'PAUSED,PAUSED')
  await expected(202, 'PUT', `/connectors/${name}/resume`)
  await reaches(next(), name, 'RUNNING,RUNNING')
  await expected(202, 'POST', `/connectors/${name}/restart?includeTasks=true`)
  await reaches(next(), name, 'RUNNING,RUNNING')
  await expected(204, 'PUT', `/connectors/${name}/stop`)
  await reaches(next(), name, 'STOPPED')
  await checkAt(8)
  await expected(200, 'PATCH', `/connectors/${name}/offsets`, offsets(4))
  await checkAt(4)
  await expected(202, 'PUT', `/connectors/${name}/resume`)
  assert.deepEqual(await consume(kafka.bootstrap, name, 3), ['"one"', '"two"', '"two"'])
  await expected(204, 'DELETE', `/connectors/${name}`)
  for (const worker of workers) await reaches(worker, name, '')
  const logger = `org.acme.${name}`
  await expected(204, 'PUT', `/admin/loggers/${logger}?scope=cluster`, { level: 'DEBUG' })
  for (const worker of workers) {
    await eventually(`level at ${worker.url}`, TIMEOUT_MS, async () => {
      const { body } = await worker.rest('GET', `/admin/loggers/${logger}`)
      return (body as { readonly level: string }).level === 'DEBUG'
    })
  }
}

/** Files, topics and connectors of one run. */
function loadOf(folder: string, cluster: string) {
  const input = join(folder, 'in.txt')
  const output = join(folder, 'out.txt')
  const counters = join(folder, 'counters.txt')
  writeFileSync(counters, COUNTERS.join('\n'))
  const names = {
    source: `${cluster}-source`,
    sink: `${cluster}-sink`,
    counting: `${cluster}-counting`,
  }
  const counts = `${cluster}-counts`
  const configs = {
    [names.source]: { 'connector.class': 'FileStreamSource', file: input, topic: cluster },
    [names.sink]: { 'connector.class': 'FileStreamSink', file: output, topics: cluster },
    [names.counting]: {
      'connector.class': 'org.acme.CountingConnector',
      topic: counts,
      'counters.file': counters,
      journal: join(folder, 'journal.txt'),
      'tasks.max': String(COUNTERS.length),
    },
  }
  return { input, output, lines: cluster, counts, names, configs }
}

async function offsetsOf({ rest }: Worker, name: string): Promise<readonly Offset[]> {
  const { body } = await rest('GET', `/connectors/${name}/offsets`)
  return (body as { readonly offsets: readonly Offset[] }).offsets
}

interface Offset {
  readonly partition: Readonly<Record<string, unknown>>
  readonly offset: Readonly<Record<string, unknown>>
}

/**
 * Each line is in the topic and in the output once, and offsets are those behind the last, soon:
 * the leader says that a connector has stopped while others still stop its tasks.
 */
async function checkLines(
  asked: Worker,
  { input, output, lines: topic, names }: ReturnType<typeof loadOf>,
  lines: readonly string[],
): Promise<void> {
  await eventually('offsets are those behind the last line', TIMEOUT_MS, async () => {
    assert.deepEqual(await offsetsOf(asked, names.source), [
      { partition: { filename: input }, offset: { position: statSync(input).size } },
    ])
    const end = { kafka_offset: lines.length }
    assert.deepEqual(await offsetsOf(asked, names.sink), [
      { partition: { kafka_topic: topic, kafka_partition: 0 }, offset: end },
    ])
    return true
  })
  assert.deepEqual(readLines(output), lines)
  assert.deepEqual(
    await consume(kafka.bootstrap, topic, lines.length),
    lines.map((line) => JSON.stringify(line)),
  )
}

/** Each counter counted up to its offset, and left no number out. */
async function checkCounts(
  asked: Worker,
  { counts, names }: ReturnType<typeof loadOf>,
): Promise<void> {
  const offsets = await offsetsOf(asked, names.counting)
  const ends = new Map(
    offsets.map(({ partition, offset }) => [partition['counter'], Number(offset['next'])]),
  )
  assert.deepEqual(new Set(ends.keys()), new Set(COUNTERS))
  const total = [...ends.values()].reduce((sum, end) => sum + end, 0)
  const values = await consume(kafka.bootstrap, counts, total)
  for (const [counter, end] of ends) {
    assert.deepEqual(
      values.filter((value) => value.startsWith(`"${counter} `)),
      Array.from({ length: end }, (_, number) => `"${counter} ${number}"`),
    )
  }
}

test('three workers of Apache become Millrace and Apache again under load: nothing lost, nothing twice', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const cluster = `migration-${randomUUID().slice(0, 8)}`
  const load = loadOf(folder.path, cluster)
  const names = Object.values(load.names)
  const paths = {
    apache: countingPlugin('apache', folder.path),
    millrace: countingPlugin('millrace', folder.path),
  }
  let starts = 0
  const start = async (implementation: Implementation) => {
    const worker = await startWorker({
      bootstrap: kafka.bootstrap,
      folder: join(folder.path, `${starts++}-${implementation}`),
      cluster,
      implementation,
      settings: {
        'plugin.path': paths[implementation],
        'heartbeat.interval.ms': '500',
        ...patient,
      },
    })
    t.after(() => worker.kill())
    return worker
  }
  let workers = await Promise.all(Array.from({ length: 3 }, () => start('apache')))
  const writing = keepWriting(load.input)
  t.after(() => writing.stop())
  for (const [index, [name, config]] of Object.entries(load.configs).entries()) {
    await expectStatus(201, workers[index] as Worker, 'PUT', `/connectors/${name}/config`, config)
  }
  await settled(workers, names)
  await copied(load.input, load.output)
  for (const implementation of ['millrace', 'apache'] as const) {
    for (let turn = 0; turn < 3; turn++) {
      const fresh = await start(implementation)
      const [oldest, ...others] = workers
      assert.equal(await oldest?.stop(), 143)
      workers = [...others, fresh]
      await settled(workers, names)
      await exercise(workers, `${cluster}-${implementation}-${turn}`, folder.path)
      await settled(workers, names)
      await copied(load.input, load.output)
    }
  }
  writing.stop()
  await copied(load.input, load.output)
  const asked = workers[0] as Worker
  for (const name of names) {
    await expectStatus(204, asked, 'PUT', `/connectors/${name}/stop`)
    await reaches(asked, name, 'STOPPED')
  }
  await checkLines(asked, load, writing.lines)
  await eventually('counters are at their offsets', TIMEOUT_MS, async () => {
    await checkCounts(asked, load)
    return true
  })
})
