import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { catalogue } from '../../src/metrics/catalogue.ts'
import { labelName } from '../../src/metrics/names.ts'
import { eventually } from '../helpers/eventually.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'
import { sampleNamesOf } from '../metrics/reference-sections.ts'
import { parseStrictly, type Sample } from '../metrics/strict-parser.ts'

const LINES = 1000
const TIMEOUT_MS = 60_000

const folder = temporaryFolder()
const suffix = randomUUID().slice(0, 8)
const source = `metrics-source-${suffix}`
const sink = `metrics-sink-${suffix}`
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let worker: Worker
/** Of the source, when it had polled all of its file. */
let pollRate: number
before(async () => {
  kafka = await sharedTestBroker()
  worker = await startWorker({
    bootstrap: kafka.bootstrap,
    folder: folder.path,
    cluster: `metrics-${suffix}`,
    settings: { 'offset.flush.interval.ms': '500' },
  })
  writeFileSync(join(folder.path, 'in.txt'), 'a line\n'.repeat(LINES))
  await create(source, {
    'connector.class': 'FileStreamSource',
    file: join(folder.path, 'in.txt'),
    topic: source,
    transforms: 'hoist,drop',
    'transforms.hoist.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
    'transforms.hoist.field': 'line',
    'transforms.drop.type': 'org.apache.kafka.connect.transforms.Filter',
    'transforms.drop.predicate': 'empty',
    predicates: 'empty',
    'predicates.empty.type': 'org.apache.kafka.connect.transforms.predicates.RecordIsTombstone',
  })
  await eventually('all lines are polled', TIMEOUT_MS, async () => {
    const samples = await scrape()
    pollRate =
      numberOf(samples, 'kafka_connect_source_task_source_record_poll_rate', source) ?? Number.NaN
    return numberOf(samples, 'kafka_connect_source_task_source_record_poll_total', source) === LINES
  })
  await create(sink, {
    'connector.class': 'FileStreamSink',
    file: join(folder.path, 'out.txt'),
    topics: source,
  })
  await eventually('all records are put and committed', TIMEOUT_MS, async () => {
    const samples = await scrape()
    return (
      numberOf(samples, 'kafka_connect_sink_task_sink_record_send_total', sink) === LINES &&
      numberOf(samples, 'kafka_connect_sink_task_sink_record_active_count', sink) === 0 &&
      numberOf(samples, 'kafka_connect_source_task_source_record_active_count', source) === 0
    )
  })
})
after(async () => {
  await worker.kill()
  await kafka.stop()
  folder.remove()
})

async function create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
  const { status } = await worker.rest('PUT', `/connectors/${name}/config`, {
    'tasks.max': '1',
    ...config,
  })
  assert.equal(status, 201)
}

async function scrape(path = '/metrics'): Promise<readonly Sample[]> {
  const headers = { accept: 'application/openmetrics-text' }
  const answer = await fetch(worker.url + path, { headers })
  return parseStrictly(await answer.text(), 'openmetrics')
}

function numberOf(samples: readonly Sample[], name: string, connector: string): number | undefined {
  return samples.find((sample) => sample.name === name && sample.labels['connector'] === connector)
    ?.value
}

test('counts of a source and a sink task that run in threads', async () => {
  const counts: ReadonlyArray<readonly [name: string, connector: string, value: number]> = [
    ['kafka_connect_source_task_source_record_poll_total', source, LINES],
    ['kafka_connect_source_task_source_record_write_total', source, LINES],
    ['kafka_connect_sink_task_sink_record_read_total', sink, LINES],
    ['kafka_connect_sink_task_sink_record_lag_max', sink, 0],
    ['kafka_connect_sink_task_partition_count', sink, 1],
    ['kafka_connect_connector_task_offset_commit_success_percentage', source, 1],
    ['kafka_connect_connector_task_offset_commit_success_percentage', sink, 1],
    ['kafka_connect_worker_connector_running_task_count', sink, 1],
  ]
  await eventually('all is moved and committed', TIMEOUT_MS, async () => {
    const samples = await scrape()
    for (const [name, connector, value] of counts) {
      assert.equal(numberOf(samples, name, connector), value, name)
    }
    return true
  })
  assert.ok(pollRate > LINES / 60 && pollRate < LINES / 29, String(pollRate))
})

test('all names are in the reference page, and all names there are exposed', async () => {
  const exposed = new Set((await scrape()).map(({ name }) => name))
  const listed = new Set(sampleNamesOf(catalogue))
  const isKafka = (name: string) => name.startsWith('kafka_')
  assert.deepEqual(
    [...exposed].filter((name) => isKafka(name) && !listed.has(name)),
    [],
  )
  const absent = [...listed].filter((name) => !exposed.has(name))
  assert.deepEqual(
    absent.filter((name) => !name.startsWith('kafka_connect_source_task_transaction_size_')),
    [],
  )
})

test('labels are the tags of the MBeans', async () => {
  const tags = new Map<string, ReadonlyArray<readonly string[]>>()
  for (const table of catalogue) {
    const labels = table.tags.map((tag) => labelName(tag, 'short'))
    for (const name of sampleNamesOf([table])) tags.set(name, [...(tags.get(name) ?? []), labels])
  }
  for (const { name, labels } of await scrape()) {
    const isText = (label: string) => name.replace(/_info$/, '').endsWith(`_${label}`)
    const found = Object.keys(labels).filter((label) => !isText(label))
    const expected = tags.get(name) ?? [found]
    assert.ok(
      expected.some((each) => isDeepStrictEqual(new Set(each), new Set(found))),
      `${name} ${found}`,
    )
  }
})

test('the process: threads, memory and the delay of the main thread', async () => {
  const samples = await scrape()
  const value = (name: string) =>
    samples.find((sample) => sample.name === name)?.value ?? Number.NaN
  assert.ok(value('millrace_task_threads') >= 1)
  assert.ok(value('process_resident_memory_bytes') > 10_000_000)
  assert.ok(value('process_cpu_seconds_total') > 0)
  assert.ok(value('nodejs_eventloop_lag_p99_seconds') >= 0)
})

test("names of the MBeans, and Prometheus' own format", async () => {
  const samples = await scrape('/metrics?names=mbean')
  const name = 'kafka_connect_source_task_metrics_source_record_poll_total'
  assert.equal(numberOf(samples, name, source), LINES)
  const answer = await fetch(`${worker.url}/metrics`)
  parseStrictly(await answer.text(), 'prometheus')
})

test('metrics go with their connector', async () => {
  await worker.rest('DELETE', `/connectors/${source}`)
  await eventually(`no metrics of ${source}`, TIMEOUT_MS, async () => {
    const samples = await scrape()
    return samples.every(
      ({ labels }) => labels['connector'] !== source && !labels['clientid']?.includes(source),
    )
  })
})
