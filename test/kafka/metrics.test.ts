import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { labelName, sampleName } from '../../src/metrics/names.ts'
import { kafkaHome } from '../helpers/apache-kafka.ts'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import {
  type Implementation,
  startWorker,
  temporaryFolder,
  type Worker,
} from '../helpers/worker.ts'
import { parseStrictly, type Sample } from '../metrics/strict-parser.ts'

const LINES = 1000
/** Lines that the sink's converter can't read. */
const BAD_LINES = 10
const TIMEOUT_MS = 180_000
/** Long, so that what has happened still counts when a busy machine comes to read it. */
const WINDOW_S = 180

/** Of a sink whose last commit has been counted, and of tasks that took a while to start. */
const atRest: Readonly<Record<string, (value: number) => boolean>> = {
  'sink-record-active-count': (value) => value === 0,
  'running-ratio': (value) => value > 0.5,
}

/** An attribute of an MBean. */
interface Bean {
  readonly domain: string
  readonly tags: Readonly<Record<string, string>> & { readonly type: string }
  readonly attribute: string
  readonly value: string
}

const folders = { apache: temporaryFolder(), millrace: temporaryFolder() }
const run = randomUUID().slice(0, 8)
const workers: Worker[] = []
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let beans: readonly Bean[]
let samples: readonly Sample[]

before(async () => {
  kafka = await sharedTestBroker()
  const apache = await start('apache')
  // A commit is counted when its answer is there, a little after others see the offsets.
  await eventually('MBeans of tasks at rest', TIMEOUT_MS, () => {
    beans = readBeans(apache)
    return isAtRest(({ attribute }) => attribute, beans)
  })
  await apache.kill()
  const { url } = await start('millrace')
  await eventually('metrics of tasks at rest', TIMEOUT_MS, async () => {
    const headers = { accept: 'application/openmetrics-text' }
    const answer = await fetch(`${url}/metrics?names=mbean`, { headers })
    samples = parseStrictly(await answer.text(), 'openmetrics')
    return isAtRest(
      ({ name }) => name.replace(/^.*_task_metrics_/, '').replaceAll('_', '-'),
      samples,
    )
  })
})
after(async () => {
  for (const worker of workers) await worker.kill()
  await kafka.stop()
  for (const { remove } of Object.values(folders)) remove()
})

function isAtRest<T extends { readonly value: string | number }>(
  attributeOf: (reading: T) => string,
  readings: readonly T[],
): boolean {
  return Object.entries(atRest).every(([name, holds]) => {
    const found = readings.filter((reading) => attributeOf(reading) === name)
    return found.length > 0 && found.every(({ value }) => holds(Number(value)))
  })
}

/** A worker whose source and sink have moved all lines and committed their offsets. */
async function start(implementation: Implementation): Promise<Worker> {
  const folder = folders[implementation].path
  const topic = `metrics-${implementation}-${run}`
  const worker = await startWorker({
    ...{ bootstrap: kafka.bootstrap, folder, implementation, cluster: topic },
    settings: {
      'offset.flush.interval.ms': '1000',
      'metrics.sample.window.ms': String(WINDOW_S * 1000),
    },
  })
  workers.push(worker)
  const input = join(folder, 'in.txt')
  const output = join(folder, 'out.txt')
  writeFileSync(input, 'no JSON\n'.repeat(BAD_LINES) + '1\n'.repeat(LINES - BAD_LINES))
  const create = (name: string, config: Readonly<Record<string, string>>) =>
    eventually(`${name} is created`, TIMEOUT_MS, async () => {
      const { status } = await worker.rest('PUT', `/connectors/${name}/config`, config)
      return status < 300
    })
  await create(`source-${run}`, {
    'connector.class': 'FileStreamSource',
    ...{ file: input, topic, transforms: 'mark,drop', predicates: 'empty' },
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'transforms.mark.type': 'org.apache.kafka.connect.transforms.InsertHeader',
    'transforms.mark.header': 'from',
    'transforms.mark.value.literal': 'file',
    'transforms.drop.type': 'org.apache.kafka.connect.transforms.Filter',
    'transforms.drop.predicate': 'empty',
    'predicates.empty.type': 'org.apache.kafka.connect.transforms.predicates.RecordIsTombstone',
  })
  await create(`sink-${run}`, {
    'connector.class': 'FileStreamSink',
    ...{ file: output, topics: topic, 'errors.tolerance': 'all', 'errors.log.enable': 'true' },
    'errors.deadletterqueue.topic.name': `${topic}-letters`,
    'errors.deadletterqueue.topic.replication.factor': '1',
  })
  await eventually(`all lines through ${implementation}`, TIMEOUT_MS, () => {
    return readLines(output).length === LINES - BAD_LINES
  })
  await eventually('offsets are committed', TIMEOUT_MS, async () => {
    const offsets = await worker.rest('GET', `/connectors/sink-${run}/offsets`)
    return JSON.stringify(offsets.body).includes(`"kafka_offset":${LINES}`)
  })
  return worker
}

function readBeans({ process: { pid } }: Worker): readonly Bean[] {
  const program = join(import.meta.dirname, 'java/ReadBeans.java')
  const classes = ['-Xmx128m', '--add-modules', 'jdk.attach', '-cp', join(kafkaHome, 'lib/*')]
  const output = execFileSync('java', [...classes, program, String(pid)], { encoding: 'utf8' })
  const all = output.trimEnd().split('\n')
  return all.map((line) => JSON.parse(line) as Bean)
}

/** MBeans of the worker itself that are not about Java. */
function ofWorker({ domain, tags }: Bean): boolean {
  const isAboutJava = tags.type === 'kafka-metrics-count' || tags.type === 'app-info'
  return domain === 'kafka.connect' && !isAboutJava
}

function isTextOf({ attribute, value }: Bean): boolean {
  return !/^(NaN|-?Infinity|-?[\d.]+(E-?\d+)?)$/.test(value) || attribute.endsWith('version')
}

function nameOf(bean: Bean): string {
  const { domain, tags, attribute } = bean
  const group = { domain, type: tags.type }
  const { family, kind } = sampleName(group, attribute, isTextOf(bean), 'mbean')
  return `${family}${{ gauge: '', counter: '_total', info: '_info' }[kind]}`
}

/** The sample of Millrace for an attribute; values of tags that name a worker are not compared. */
function sampleOf(bean: Bean) {
  const { type: _, ...tags } = bean.tags
  const name = nameOf(bean)
  const found = samples.find(
    (sample) =>
      sample.name === name &&
      Object.entries(tags).every(
        ([tag, text]) => /-id$/.test(tag) || sample.labels[labelName(tag, 'mbean')] === text,
      ),
  )
  if (found === undefined) return null
  return isTextOf(bean) ? found.labels[labelName(bean.attribute, 'mbean')] : found.value
}

function describe({ domain, tags, attribute }: Bean): string {
  return `${domain} ${tags.type} ${attribute}`
}

/** What Node has nothing like, or what nobody here counts; listed in docs/reference/metrics.md. */
const leftOut =
  /(^| )(select-|io-|successful-authentication-no-reauth|successful-reauth|failed-reauth|reauthentication-)/

test('every metric of the worker has its counterpart', () => {
  const missing = beans.filter((bean) => ofWorker(bean) && sampleOf(bean) === null).map(describe)
  assert.deepEqual(
    [...new Set(missing)].filter((name) => !leftOut.test(name)),
    [],
  )
  assert.ok(beans.filter(ofWorker).length > 150)
})

test('every name has its counterpart, those of clients among them', () => {
  const known = new Set(beans.map(nameOf))
  const names = samples.map(({ name }) => name).filter((name) => name.startsWith('kafka_'))
  const unknown = [...new Set(names)].filter((name) => !known.has(name))
  assert.deepEqual(unknown, ['kafka_connect_sink_task_metrics_sink_record_lag_max'])
})

/** Attributes whose values do not depend on the time or the program. */
const compared: readonly RegExp[] = [
  /^(connector|task|transform|predicate)-(class|type)$/,
  /^(key|value|header)-converter-class$/,
  /^(status|connect-protocol|rebalancing)$/,
  /^(source|sink)-record-(poll|write|read|send)-total$/,
  /^(source|sink)-record-active-count$/,
  /^(running|pause)-ratio$/,
  /^partition-count$/,
  /^offset-commit-((success|failure)-percentage|skip-total)$/,
  /^(total-|deadletterqueue-)/,
  /^(connector|task)-count$/,
  /^connector-startup-/,
  /^connector-\w+-task-count$/,
  /^assigned-/,
]

test('values are the same', () => {
  const equal = beans.filter(
    (bean) => ofWorker(bean) && compared.some((pattern) => pattern.test(bean.attribute)),
  )
  for (const bean of equal) {
    const sample = sampleOf(bean)
    const expected = typeof sample === 'number' ? Number(bean.value) : bean.value
    const rounded = bean.attribute.endsWith('-ratio') && typeof sample === 'number'
    assert.equal(rounded ? Math.round(sample) : sample, expected, describe(bean))
  }
  assert.ok(equal.length > 60, String(equal.length))
})

test('rates are of the same size', () => {
  const rates = beans.filter(({ attribute }) =>
    /record-(poll|write|read|send)-rate/.test(attribute),
  )
  assert.equal(rates.filter(ofWorker).length, 4)
  for (const bean of rates.filter(ofWorker)) {
    const rate = Number(sampleOf(bean))
    const isOfSize = rate > LINES / (3 * WINDOW_S) && rate < LINES / (WINDOW_S - 1)
    assert.ok(isOfSize, `${describe(bean)} ${rate} ${bean.value}`)
  }
})
