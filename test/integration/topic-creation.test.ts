import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import type { Admin } from '../../src/kafka/client.ts'
import { createKafkaClients } from '../../src/kafka/clients.ts'
import { eventually } from '../helpers/eventually.ts'
import { silentLogger } from '../helpers/silent-logger.ts'
import { sharedTestBroker, type TestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder, type Worker } from '../helpers/worker.ts'

const TIMEOUT_MS = 60_000
const folder = temporaryFolder()
let kafka: Pick<TestBroker, 'bootstrap' | 'stop'>
let worker: Worker
let admin: Admin
before(async () => {
  kafka = await sharedTestBroker()
  worker = await startWorker({ bootstrap: kafka.bootstrap, folder: folder.path })
  const clients = createKafkaClients({ clock: systemClock, logger: silentLogger })
  admin = clients.admin({ 'bootstrap.servers': kafka.bootstrap })
  writeFileSync(join(folder.path, 'lines'), 'one\n')
})
after(async () => {
  await admin.close()
  await worker.kill()
  await kafka.stop()
  folder.remove()
})

/** A source that makes its topic. @returns The topic's name, also the connector's. */
async function create(kind: string, settings: Readonly<Record<string, string>>): Promise<string> {
  const name = `${kind}-${randomUUID().slice(0, 8)}`
  const { status } = await worker.rest('PUT', `/connectors/${name}/config`, {
    'connector.class': 'FileStreamSource',
    file: join(folder.path, 'lines'),
    topic: name,
    'topic.creation.groups': 'logs',
    'topic.creation.logs.include': 'logs-.*',
    'topic.creation.logs.partitions': '3',
    'topic.creation.logs.retention.ms': '86400000',
    'topic.creation.default.partitions': '2',
    'topic.creation.default.replication.factor': '1',
    ...settings,
  })
  assert.equal(status, 201)
  return name
}

test('a topic is made as its group says, with settings of its own', async () => {
  const logs = await create('logs', {})
  const other = await create('other', { 'topic.creation.default.segment.ms': '3600000' })
  await eventually('both are there', TIMEOUT_MS, async () => {
    const topics = await admin.describeTopics([logs, other])
    return topics.map(({ partitions }) => partitions).join() === '3,2'
  })
  assert.equal((await admin.topicConfigs(logs))['retention.ms'], '86400000')
  assert.equal((await admin.topicConfigs(other))['segment.ms'], '3600000')
  assert.notEqual((await admin.topicConfigs(other))['retention.ms'], '86400000')
})

const refused: ReadonlyArray<[kind: string, key: string, value: string, trace: RegExp]> = [
  ['value', 'retention.ms', 'abc', /retention\.ms/],
  ['setting', 'no.such.setting', '1', /no\.such\.setting/],
  ['replicas', 'replication.factor', '5', /INVALID_REPLICATION_FACTOR/],
]
for (const [kind, key, value, trace] of refused) {
  test(`a topic with a wrong ${kind} fails the task with the words of the broker`, async () => {
    const name = await create(kind, { [`topic.creation.default.${key}`]: value })
    const status = async () => {
      const { body } = await worker.rest('GET', `/connectors/${name}/status`)
      const [task]: ReadonlyArray<{ state: string; trace: string }> = body['tasks']
      return task
    }
    await eventually('the task has failed', TIMEOUT_MS, async () => {
      return (await status())?.state === 'FAILED'
    })
    const text = (await status())?.trace ?? ''
    assert.ok(text.includes(`Unable to create topic(s) '${name}': `), text)
    assert.match(text, trace)
    assert.deepEqual(await admin.describeTopics([name]), [])
  })
}
