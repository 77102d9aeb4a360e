import assert from 'node:assert/strict'
import { test } from 'node:test'
import { datagenConfig, datagenTaskConfig } from '../../../src/connectors/datagen/config.ts'
import { datagen } from '../../../src/connectors/datagen/index.ts'
import { quickstarts } from '../../../src/connectors/datagen/quickstarts.ts'
import { DatagenTask } from '../../../src/connectors/datagen/task.ts'
import { parseConfig, type SourceRecord } from '../../../src/sdk/index.ts'
import { connectorContext, sleeplessClock, startSource } from '../contexts.ts'

const props = { 'kafka.topic': 'made', quickstart: 'orders', 'random.seed': '1' }
const signal = new AbortController().signal

async function records(
  settings: Readonly<Record<string, string>>,
  count: number,
  iteration = 0,
): Promise<SourceRecord[]> {
  const task = new DatagenTask(sleeplessClock())
  const offset = iteration > 0 ? { 'current.iteration': iteration } : null
  await startSource(task, datagenTaskConfig, { 'max.interval': '0', ...props, ...settings }, offset)
  const found: SourceRecord[] = []
  while (found.length < count) {
    const polled = await task.poll(signal)
    assert.ok(polled !== null && polled.length > 0, `no more after ${found.length} records`)
    found.push(...polled)
  }
  return found.slice(0, count)
}

const texts = (found: readonly SourceRecord[]) => found.map(({ value }) => String(value))

for (const [name, { keyField }] of Object.entries(quickstarts)) {
  test(`quickstart ${name} makes valid records with the key ${keyField}`, async () => {
    const [record] = await records({ quickstart: name }, 1)
    assert.equal(record?.topic, 'made')
    assert.equal(record?.valueSchema?.name, `millrace.datagen.${name}`)
    assert.ok(String(record?.value).includes(`${keyField}=${record?.key}`))
    assert.equal(record?.keySchema, record?.valueSchema?.field(keyField)?.schema)
  })
}

test('the same seed makes the same records, another seed or task others', async () => {
  const first = texts(await records({}, 50))
  assert.deepEqual(texts(await records({}, 50)), first)
  assert.notDeepEqual(texts(await records({ 'random.seed': '2' }, 50)), first)
  assert.notDeepEqual(texts(await records({ 'task.id': '1' }, 50)), first)
})

test('a task goes on behind its committed offset with what it would have made', async () => {
  const all = await records({}, 5000)
  const offset = all[2999]?.sourceOffset
  assert.deepEqual(offset, { 'current.iteration': 3000 })
  assert.deepEqual(texts(await records({}, 2000, 3000)), texts(all.slice(3000)))
  assert.deepEqual(all[0]?.sourcePartition, { 'task.id': 0 })
})

test('after the last iteration the task rests', async () => {
  const task = new DatagenTask(sleeplessClock())
  const settings = { ...props, 'max.interval': '0', iterations: '3' }
  const log = await startSource(task, datagenTaskConfig, settings)
  assert.equal((await task.poll(signal))?.length, 3)
  assert.equal((await task.poll(signal))?.length, 0)
  assert.deepEqual(log, ['info Made all 3 records'])
})

test('max.interval is twice the average pause', async () => {
  const clock = sleeplessClock()
  const task = new DatagenTask(clock)
  await startSource(task, datagenTaskConfig, { ...props, 'max.interval': '100' })
  const startedMs = clock.now()
  let count = 0
  for (let polls = 0; polls < 2000; polls++) count += (await task.poll(signal))?.length ?? 0
  const pauseMs = (clock.now() - startedMs) / count
  assert.ok(pauseMs > 45 && pauseMs < 55, `${pauseMs} ms`)
})

test('schema.keyfield chooses the key; without one a schema of the user has none', async () => {
  const [record] = await records({ 'schema.keyfield': 'itemid' }, 1)
  assert.match(String(record?.key), /^Item_/)
  const avro = JSON.stringify({
    type: 'record',
    name: 'own',
    fields: [{ name: 'a', type: 'int' }],
  })
  const [keyless] = await records({ quickstart: '', 'schema.string': avro }, 1)
  assert.equal(keyless?.key, null)
  assert.equal(keyless?.keySchema, null)
  assert.equal(keyless?.valueSchema?.name, 'own')
})

test('each task gets its number', async () => {
  const connector = datagen.createConnector()
  await connector.initialize(connectorContext(props))
  await connector.start(parseConfig(datagen.config, props))
  assert.deepEqual(await connector.taskConfigs(2), [
    { ...props, 'task.id': '0' },
    { ...props, 'task.id': '1' },
  ])
})

const refused: ReadonlyArray<[settings: Record<string, string>, key: string, message: RegExp]> = [
  [
    { quickstart: '' },
    'schema.string',
    /exactly one of schema.string, schema.filename, quickstart/,
  ],
  [{ 'schema.string': '{' }, 'schema.string', /exactly one of/],
  [{ quickstart: '', 'schema.string': '{' }, 'schema.string', /the schema is no JSON/],
  [{ quickstart: '', 'schema.string': '"int"' }, 'schema.string', /must be a record/],
  [{ quickstart: '', 'schema.filename': '/no/such' }, 'schema.filename', /ENOENT.*\/no\/such/],
  [{ quickstart: 'nothing' }, 'quickstart', /there is no nothing, only users, orders/],
  [{ 'schema.keyfield': 'x' }, 'schema.keyfield', /the schema has no field x/],
]

for (const [settings, key, message] of refused) {
  test(`validation refuses ${JSON.stringify(settings)} at ${key}`, async () => {
    const values = Object.keys(datagenConfig.keys).map((name) => ({
      name,
      value: null,
      recommendedValues: [],
      errors: [],
      visible: true,
    }))
    const connector = datagen.createConnector()
    const report = await connector.validate?.({ ...props, ...settings }, { values })
    const found = report?.values.filter(({ errors }) => errors.length > 0) ?? []
    assert.deepEqual(
      found.map(({ name }) => name),
      [key],
    )
    assert.match(found[0]?.errors[0] ?? '', message)
  })
}
