import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { reaches } from '../helpers/cluster.ts'
import { eventually } from '../helpers/eventually.ts'
import { readRecords, withAdmin, writeRecords } from './failures/raw-records.ts'
import { TIMEOUT_MS, testCluster } from './failures/workers.ts'

test('the task that first used a topic is in the status topic, also again after a reset', async (t) => {
  const cluster = await testCluster(t)
  const { bootstrap, name } = cluster
  const topic = `${name}-lines`
  await withAdmin(bootstrap, (admin) =>
    admin.createTopics([{ name: topic, partitions: 2, replicationFactor: 1, configs: {} }]),
  )
  const worker = await cluster.join('worker')
  /** Of the task that first used the topic; null after a reset. */
  const user = async () => {
    const records = await readRecords(bootstrap, cluster.topic('status'))
    const key = `status-topic-${topic}:connector-${name}`
    const value = records.findLast((record) => record.key === key)?.value ?? null
    return value === null ? null : JSON.parse(value).topic.task
  }
  const topics = async () => (await worker.rest('GET', `/connectors/${name}/topics`)).body
  /** @returns The task that used the topic first after that. */
  const reset = async () => {
    await eventually('none is in use', TIMEOUT_MS, async () => {
      // Each time anew: a line of before may be put only now.
      await worker.rest('PUT', `/connectors/${name}/topics/reset`)
      assert.deepEqual(await topics(), { [name]: { topics: [] } })
      return (await user()) === null
    })
    let first: number | null = null
    await eventually('one is in use', TIMEOUT_MS, async () => {
      await writeRecords(bootstrap, topic, [{ key: null, value: '"line"', partition: 1 }])
      first = await user()
      return first !== null
    })
    await eventually('the worker tells it', TIMEOUT_MS, async () => {
      assert.deepEqual(await topics(), { [name]: { topics: [topic] } })
      return true
    })
    return first
  }
  await worker.rest('PUT', `/connectors/${name}/config`, {
    'connector.class': 'FileStreamSink',
    ...{ topics: topic, 'tasks.max': '2', file: join(cluster.folder, 'lines') },
  })
  await reaches(worker, name, 'RUNNING,RUNNING,RUNNING')
  await eventually('the second task has the second partition', TIMEOUT_MS, async () => {
    return (await reset()) === 1
  })
  assert.equal(await reset(), 1)
})
