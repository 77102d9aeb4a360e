import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../helpers/eventually.ts'
import { sharedTestBroker } from '../helpers/test-broker.ts'
import { startWorker, temporaryFolder } from '../helpers/worker.ts'

test('offsets of a consumer group that is in use are not changed, and the answer says why', async (t) => {
  const kafka = await sharedTestBroker()
  t.after(() => kafka.stop())
  const folder = temporaryFolder()
  t.after(folder.remove)
  const worker = await startWorker({ bootstrap: kafka.bootstrap, folder: folder.path })
  t.after(() => worker.kill())
  const topic = `sink-offsets-${process.pid}`
  const config = {
    'connector.class': 'FileStreamSink',
    topics: topic,
    file: join(folder.path, 'out.txt'),
    'consumer.override.group.id': topic,
  }
  const create = (body: object) => worker.rest('POST', '/connectors', body)
  const change = (offset: object | null) =>
    worker.rest('PATCH', '/connectors/stopped/offsets', {
      offsets: [{ partition: { kafka_topic: topic, kafka_partition: 0 }, offset }],
    })
  const reset = () => worker.rest('DELETE', '/connectors/stopped/offsets')
  await create({ name: 'running', config })
  await create({ name: 'stopped', initial_state: 'STOPPED', config })
  for (const [verb, attempt] of [
    ['alter', () => change({ kafka_offset: 0 })],
    ['alter', () => change(null)],
    ['reset', reset],
  ] as const) {
    await eventually(`${verb} is refused once the group has a member`, 60_000, async () => {
      const { status, body } = await attempt()
      return (
        status === 500 &&
        (body as { readonly message: string }).message.startsWith(
          `Failed to ${verb} consumer group offsets for connector stopped either because its tasks haven't stopped completely yet`,
        )
      )
    })
  }
  await worker.rest('DELETE', '/connectors/running')
  for (const attempt of [() => change({ kafka_offset: 0 }), () => change(null), reset]) {
    await eventually('the group that has no member any more is changed', 60_000, async () => {
      assert.equal((await attempt()).status, 200)
      return true
    })
  }
})
