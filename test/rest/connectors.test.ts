import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { sink, source } from '../cluster/fixture.ts'
import { settle } from '../helpers/fake-clock.ts'
import { startRest } from './fixture.ts'

let rest: Awaited<ReturnType<typeof startRest>>
beforeEach(async () => {
  rest = await startRest()
})
afterEach(() => rest.server.close())

const create = (name: string, config: object) =>
  rest.call('POST', '/connectors', { body: { name, config } })
const messageOf = (reply: { readonly body: unknown }) =>
  (reply.body as { readonly message: string }).message

test('a connector from creation to deletion', async () => {
  const info = {
    name: 'a',
    config: { ...source, name: 'a' },
    tasks: [{ connector: 'a', task: 0 }],
    type: 'source',
  }
  const state = { state: 'RUNNING', worker_id: 'worker:8083', version: '1.0' }
  const status = { name: 'a', connector: state, tasks: [{ id: 0, ...state }], type: 'source' }
  assert.deepEqual((await create('a', source)).body, info)
  assert.deepEqual((await rest.call('GET', '/connectors')).body, ['a'])
  assert.deepEqual((await rest.call('GET', '/connectors/a')).body, info)
  assert.deepEqual((await rest.call('GET', '/connectors/a/config')).body, info.config)
  assert.deepEqual((await rest.call('GET', '/connectors/a/status')).body, status)
  assert.deepEqual((await rest.call('GET', '/connectors/a/tasks/0/status')).body, status.tasks[0])
  assert.deepEqual((await rest.call('GET', '/connectors?expand=info&expand=status')).body, {
    a: { info, status },
  })
  assert.deepEqual((await rest.call('GET', '/connectors?expand=bogus')).body, { a: {} })
  const deleted = await rest.call('DELETE', '/connectors/a')
  assert.deepEqual([deleted.status, deleted.body], [204, null])
  assert.equal(deleted.headers['content-type'], undefined)
  assert.equal((await rest.call('GET', '/connectors/a')).status, 404)
})

test('PUT creates with 201 and replaces with 200; the name has to be that of the URL', async () => {
  assert.equal((await rest.call('PUT', '/connectors/a/config', { body: source })).status, 201)
  const again = await rest.call('PUT', '/connectors/a/config', { body: source })
  assert.deepEqual([again.status, again.headers['location']], [200, undefined])
  const other = await rest.call('PUT', '/connectors/a/config', { body: { ...source, name: 'b' } })
  assert.equal(other.status, 400)
  assert.equal(
    messageOf(other),
    "Connector name configuration (b) doesn't match connector name in the URL (a)",
  )
})

test('lifecycle verbs answer 202 and 204 without a body', async () => {
  await create('a', source)
  for (const [method, path, status] of [
    ['PUT', 'pause', 202],
    ['PUT', 'resume', 202],
    ['POST', 'restart', 204],
    ['POST', 'tasks/0/restart', 204],
    ['PUT', 'topics/reset', 202],
    ['PUT', 'stop', 204],
  ] as const) {
    const reply = await rest.call(method, `/connectors/a/${path}`)
    assert.deepEqual([path, reply.status, reply.body], [path, status, null])
  }
})

test('restart flags are true only as true, in any case', async () => {
  await create('a', source)
  assert.equal((await rest.call('POST', '/connectors/a/restart?includeTasks=yes')).status, 204)
  const reply = await rest.call('POST', '/connectors/a/restart?includeTasks=TRUE')
  assert.equal(reply.status, 202)
  assert.equal((reply.body as { connector: { state: string } }).connector.state, 'RESTARTING')
  await settle()
})

for (const task of ['x', '1.5', '99999999999', '']) {
  test(`a task ${task} is not found`, async () => {
    assert.equal((await rest.call('GET', `/connectors/a/tasks/${task}/status`)).status >= 400, true)
  })
}

test('source offsets are altered and reset once the connector is stopped', async () => {
  await create('a', source)
  const body = '{"offsets":[{"partition":{"f":"x","n":1},"offset":{"p":9007199254740993}}]}'
  const early = await rest.call('PATCH', '/connectors/a/offsets', { body })
  assert.equal(early.status, 400)
  assert.match(messageOf(early), /^Connectors must be in the STOPPED state before/)
  await rest.call('PUT', '/connectors/a/stop')
  const altered = await rest.call('PATCH', '/connectors/a/offsets', { body })
  assert.deepEqual(altered.body, {
    message: 'The offsets for this connector have been altered successfully',
  })
  assert.deepEqual(rest.herder.connectors(), ['a'])
  assert.deepEqual(await rest.herder.offsets('a'), [
    { partition: { f: 'x', n: 1 }, offset: { p: 9007199254740993n } },
  ])
  // The same partition with its fields in another order.
  const other = '{"offsets":[{"partition":{"n":1,"f":"x"},"offset":{"p":2}}]}'
  await rest.call('PATCH', '/connectors/a/offsets', { body: other })
  const offsets = [{ partition: { f: 'x', n: 1 }, offset: { p: 2 } }]
  assert.deepEqual((await rest.call('GET', '/connectors/a/offsets')).body, { offsets })
  await rest.call('DELETE', '/connectors/a/offsets')
  assert.deepEqual((await rest.call('GET', '/connectors/a/offsets')).body, { offsets: [] })
})

const sinkBodies: ReadonlyArray<[entry: object, message: RegExp]> = [
  [{ partition: null, offset: null }, /cannot be null or missing/],
  [{ partition: { kafka_topic: 't' }, offset: null }, /must contain the keys/],
  [{ partition: { kafka_topic: null, kafka_partition: 0 }, offset: null }, /Kafka topic names/],
  [{ partition: { kafka_topic: 't', kafka_partition: null }, offset: null }, /valid numbers/],
  [{ partition: { kafka_topic: 't', kafka_partition: 'z' }, offset: null }, /offsets: 'z'\./],
  [{ partition: { kafka_topic: 't', kafka_partition: 0 }, offset: {} }, /key 'kafka_offset'/],
  [
    { partition: { kafka_topic: 't', kafka_partition: 0 }, offset: { kafka_offset: 1.5 } },
    /offsets: '1\.5'\./,
  ],
]
for (const [entry, message] of sinkBodies) {
  test(`sink offset ${JSON.stringify(entry)} is refused`, async () => {
    await create('a', sink)
    await rest.call('PUT', '/connectors/a/stop')
    const reply = await rest.call('PATCH', '/connectors/a/offsets', { body: { offsets: [entry] } })
    assert.equal(reply.status, 400)
    assert.match(messageOf(reply), message)
  })
}

test('offsets of an unknown connector: an empty list is refused first', async () => {
  const empty = await rest.call('PATCH', '/connectors/a/offsets', { body: { offsets: [] } })
  assert.equal(empty.status, 400)
  const body = { offsets: [{ partition: {}, offset: {} }] }
  assert.equal((await rest.call('PATCH', '/connectors/a/offsets', { body })).status, 404)
})
