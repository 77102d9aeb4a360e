import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { consume } from '../helpers/consume.ts'
import { eventually } from '../helpers/eventually.ts'
import { readLines } from '../helpers/lines.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const PACKAGE = 'org.apache.kafka.connect.transforms'
const folder = temporaryFolder()
const unique = (name: string) => `${name}-${process.pid}`
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let worker: Worker

before(async () => {
  kafka = await sharedTestBroker()
  worker = await startWorker({ bootstrap: kafka.bootstrap, folder: folder.path })
})
after(async () => {
  try {
    await worker.kill()
  } finally {
    await kafka.stop()
    folder.remove()
  }
})

type Config = Readonly<Record<string, string>>

/** Settings of a chain: for each member its name, its class and its own settings. */
function chain(...members: ReadonlyArray<readonly [name: string, type: string, config?: Config]>) {
  const settings = members.flatMap(([name, type, config = {}]) => {
    const own = Object.entries({ type: `${PACKAGE}.${type}`, ...config })
    return own.map(([key, value]): [string, string] => [`transforms.${name}.${key}`, value])
  })
  return {
    transforms: members.map(([name]) => name).join(','),
    ...Object.fromEntries(settings),
  }
}

function predicate(name: string, type: string, config: Config = {}): Config {
  const own = Object.entries({ type: `${PACKAGE}.predicates.${type}`, ...config })
  const settings = own.map(([key, value]) => [`predicates.${name}.${key}`, value])
  return { predicates: name, ...Object.fromEntries(settings) }
}

async function create(name: string, config: Config): Promise<void> {
  const { status, body } = await worker.rest('POST', '/connectors', {
    name: unique(name),
    config,
  })
  assert.equal(status, 201, JSON.stringify(body))
}

function source(name: string, lines: readonly string[], topic: string): Config {
  const file = join(folder.path, `${name}.txt`)
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  return { 'connector.class': 'FileStreamSource', file, topic }
}

test('a chain runs in its order: each member gets what the one before made', async () => {
  const topic = unique('chain')
  await create('chain', {
    ...source('chain', ['7'], topic),
    ...chain(
      ['hoist', 'HoistField$Value', { field: 'order.id', 'field.syntax.version': 'V2' }],
      ['cast', 'Cast$Value', { spec: 'order.id:int32', 'field.syntax.version': 'V2' }],
      ['insert', 'InsertField$Value', { 'static.field': 'from', 'static.value': 'file' }],
      ['rename', 'ReplaceField$Value', { renames: 'from:source' }],
      ['key', 'ValueToKey', { fields: 'source' }],
      ['route', 'RegexRouter', { regex: '(.*)', replacement: '$1-routed' }],
    ),
  })
  assert.deepEqual(await consume(kafka.bootstrap, `${topic}-routed`, 1), [
    '{"order":{"id":7},"source":"file"}',
  ])
})

test('a predicate chooses the records, negate the others', async () => {
  const topic = unique('chosen')
  const lines = ['one', 'two']
  const isChosen = predicate('isChosen', 'TopicNameMatches', { pattern: `${topic}.*` })
  const route = (suffix: string, more: Config) =>
    [suffix, 'RegexRouter', { regex: '.*', replacement: `$0-${suffix}`, ...more }] as const
  await create('chosen', {
    ...source('chosen', lines, topic),
    ...chain(
      route('yes', { predicate: 'isChosen' }),
      route('no', { predicate: 'isChosen', negate: 'true' }),
    ),
    ...isChosen,
  })
  assert.deepEqual(await consume(kafka.bootstrap, `${topic}-yes`, 2), ['"one"', '"two"'])
})

test('a predicate sees the record as the transform before it left it', async () => {
  const topic = unique('seen')
  await create('seen', {
    ...source('seen', ['kept', 'kept too'], topic),
    ...chain(
      ['header', 'InsertHeader', { header: 'mark', 'value.literal': 'x' }],
      ['drop', 'Filter', { predicate: 'isMarked', negate: 'true' }],
      ['clean', 'DropHeaders', { headers: 'mark' }],
      ['dropMarked', 'Filter', { predicate: 'isMarked' }],
    ),
    ...predicate('isMarked', 'HasHeaderKey', { name: 'mark' }),
  })
  assert.deepEqual(await consume(kafka.bootstrap, topic, 2), ['"kept"', '"kept too"'])
})

test('a sink filters tombstones and what a predicate names', async () => {
  const topic = unique('filtered')
  const file = join(folder.path, 'filtered.out')
  await create('filtered-source', {
    ...source('filtered', ['{"a":1}', 'null', '{"a":2}'], topic),
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  })
  await create('filtered-sink', {
    'connector.class': 'FileStreamSink',
    topics: topic,
    file,
    ...chain(
      ['drop', 'Filter', { predicate: 'isTombstone' }],
      ['extract', 'ExtractField$Value', { field: 'a' }],
    ),
    ...predicate('isTombstone', 'RecordIsTombstone'),
  })
  await eventually('two lines', 60_000, () => readLines(file).length === 2)
  assert.deepEqual(readLines(file), ['1', '2'])
})

test('a predicate that nobody defines fails the task with its name', async () => {
  const name = unique('undefined')
  await create('undefined', {
    ...source('undefined', ['x'], name),
    ...chain(['drop', 'Filter', { predicate: 'isNowhere' }]),
  })
  const status = async () => {
    const { body } = await worker.rest('GET', `/connectors/${name}/status`)
    return body as { tasks: ReadonlyArray<{ state: string; trace?: string }> }
  }
  await eventually('the task to fail', 60_000, async () => {
    return (await status()).tasks[0]?.state === 'FAILED'
  })
  assert.match((await status()).tasks[0]?.trace ?? '', /isNowhere/)
})
