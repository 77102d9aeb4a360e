import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { reaches } from '../helpers/cluster.ts'
import { eventually } from '../helpers/eventually.ts'
import { useSite } from '../helpers/site.ts'
import { startWorker, type Worker } from '../helpers/worker.ts'
import { clientsOf } from '../kafka/conformance/support.ts'
import { readRecords } from './failures/raw-records.ts'

const TIMEOUT_MS = 90_000

const clients = clientsOf()
const site = useSite()

interface Offsets {
  readonly offsets: ReadonlyArray<{ readonly offset: { readonly position: number } }>
}

async function workerOf(t: TestContext, cluster: string, exactlyOnce: string): Promise<Worker> {
  const worker = await startWorker({
    bootstrap: site.bootstrap,
    folder: join(site.folder, randomUUID()),
    cluster,
    settings: { 'exactly.once.source.support': exactlyOnce, 'offset.storage.partitions': '3' },
  })
  t.after(() => worker.kill())
  return worker
}

/** All records of a topic as text, oldest first in each partition. */
async function recordsOf(topic: string): Promise<readonly string[]> {
  const records = await readRecords(site.bootstrap, topic)
  return records.map(({ key, value }) => `${key} ${value}`)
}

/** How often the task has begun to run, as the workers tell each other. */
async function startsOf(cluster: string): Promise<number> {
  const statuses = await recordsOf(`${cluster}-status`)
  return statuses.filter((status) => /^status-task-lines-0 .*"RUNNING"/.test(status)).length
}

async function positionsOf({ rest }: Worker, name: string): Promise<readonly number[]> {
  const { body } = await rest('GET', `/connectors/${name}/offsets`)
  return (body as Offsets).offsets.map(({ offset }) => offset.position)
}

for (const exactlyOnce of ['disabled', 'enabled']) {
  test(`offsets in a topic of the connector's own, exactly.once.source.support=${exactlyOnce}`, async (t) => {
    const cluster = `own-${randomUUID().slice(0, 8)}`
    const worker = await workerOf(t, cluster, exactlyOnce)
    const file = join(site.folder, `${cluster}.txt`)
    const partition = { filename: file }
    writeFileSync(file, 'one\ntwo\n')
    const config = {
      'connector.class': 'FileStreamSource',
      file,
      topic: `${cluster}-lines`,
    }
    const own = `${cluster}-own`
    const put = (more: object) =>
      worker.rest('PUT', '/connectors/lines/config', { ...config, ...more })
    const reachesPosition = (position: number) =>
      eventually(`position ${position}`, TIMEOUT_MS, async () =>
        (await positionsOf(worker, 'lines')).includes(position),
      )

    await put({})
    await reaches(worker, 'lines', 'RUNNING,RUNNING')
    await reachesPosition(8)

    // The topic of the worker answers for what the new one does not know yet.
    const starts = await startsOf(cluster)
    assert.equal((await put({ 'offsets.storage.topic': own })).status, 200)
    await eventually('the task has the new topic', TIMEOUT_MS, async () => {
      return (await startsOf(cluster)) > starts
    })
    await reaches(worker, 'lines', 'RUNNING,RUNNING')
    assert.deepEqual(await positionsOf(worker, 'lines'), [8])
    appendFileSync(file, 'three\n')
    await reachesPosition(14)
    const key = `["lines",${JSON.stringify(partition)}]`
    await eventually('both topics have it', TIMEOUT_MS, async () => {
      const [first, second] = [await recordsOf(own), await recordsOf(`${cluster}-offset`)]
      return [first, second].every((records) => records.includes(`${key} {"position":14}`))
    })
    const admin = clients.admin({ 'bootstrap.servers': site.bootstrap })
    t.after(() => admin.close())
    assert.equal((await admin.describeTopics([own]))[0]?.partitions, 3)
    assert.equal((await admin.topicConfigs(own))['cleanup.policy'], 'compact')

    await worker.rest('PUT', '/connectors/lines/stop')
    await reaches(worker, 'lines', 'STOPPED')
    const altered = await worker.rest('PATCH', '/connectors/lines/offsets', {
      offsets: [{ partition, offset: { position: 4 } }],
    })
    assert.equal(altered.status, 200, JSON.stringify(altered.body))
    assert.deepEqual(await positionsOf(worker, 'lines'), [4])
    await worker.rest('PUT', '/connectors/lines/resume')
    await reachesPosition(14)
    await worker.rest('PUT', '/connectors/lines/stop')
    await reaches(worker, 'lines', 'STOPPED')
    const reset = await worker.rest('DELETE', '/connectors/lines/offsets')
    assert.equal(reset.status, 200, JSON.stringify(reset.body))
    assert.deepEqual(await positionsOf(worker, 'lines'), [])
    for (const topic of [own, `${cluster}-offset`]) {
      const records = await recordsOf(topic)
      assert.equal(records.at(-1), `${key} null`, `${topic}: ${records.join('\n')}`)
    }
    const lines = await recordsOf(`${cluster}-lines`)
    assert.deepEqual(
      lines.map((line) => line.replace('null ', '')),
      ['"one"', '"two"', '"three"', '"two"', '"three"'],
    )
  })
}

test('an offsets topic that Kafka does not compact fails the task, with what repairs it', async (t) => {
  const cluster = `own-${randomUUID().slice(0, 8)}`
  const worker = await workerOf(t, cluster, 'disabled')
  const own = `${cluster}-own`
  const admin = clients.admin({ 'bootstrap.servers': site.bootstrap })
  t.after(() => admin.close())
  await admin.createTopics([{ name: own, partitions: 1, replicationFactor: 1 }])
  await worker.rest('PUT', '/connectors/lines/config', {
    ...{ 'connector.class': 'FileStreamSource', file: '/dev/null', topic: `${cluster}-lines` },
    'offsets.storage.topic': own,
  })
  await reaches(worker, 'lines', 'RUNNING,FAILED')
  const { body } = await worker.rest('GET', '/connectors/lines/tasks/0/status')
  const { trace } = body as { readonly trace: string }
  assert.match(trace, /offsets\.storage\.topic\) has cleanup\.policy=delete/)
  assert.match(trace, new RegExp(`kafka-configs\\.sh .* --entity-name ${own} `))
})
