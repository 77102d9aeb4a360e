import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../helpers/eventually.ts'
import type { Worker } from '../../helpers/worker.ts'
import { type RawRecord, writeRecords } from './raw-records.ts'
import { datagen, reaches, TIMEOUT_MS, testCluster } from './workers.ts'

const garbage = Buffer.from([0xff, 0x00, 0xfe, 0x80])
const huge = JSON.stringify({ properties: 'x'.repeat(900_000) })

/** Keys and values of each topic that no worker writes; one line of the log each. */
const unreadable: Readonly<Record<'config' | 'offset' | 'status', readonly RawRecord[]>> = {
  config: [
    { key: 'connector-good', value: '{"properties":' },
    { key: garbage, value: garbage },
    { key: 'connector-good', value: '[]' },
    { key: 'connector-good', value: '{"properties":{"connector.class":{}}}' },
    { key: 'connector-huge', value: huge },
    { key: 'x'.repeat(5000), value: '{}' },
    { key: 'of-a-later-version', value: '{"v":9}' },
    { key: 'task-good', value: '{"properties":{}}' },
    { key: 'task-good-1', value: 'null' },
    { key: 'commit-good', value: '{"tasks":"two"}' },
    { key: 'target-state-good', value: '{"state":"FLYING"}' },
    { key: 'session-key', value: '{"key":"!","algorithm":"HmacSHA256","creation-timestamp":1}' },
    { key: 'session-key', value: '{"key":7}' },
    { key: 'tasks-fencing-good', value: '{}' },
    { key: 'logger-cluster-root', value: '{"level":5}' },
  ],
  offset: [
    { key: garbage, value: '{"n":1}' },
    { key: '["good"]', value: '{"n":1}' },
    { key: '["good",{"p":1}]', value: '[1]' },
    { key: '["good",{"p":{"nested":1}}]', value: '{"n":1}' },
    { key: '["good",{"p":2}]', value: garbage },
  ],
  status: [
    { key: 'status-connector-good', value: garbage },
    { key: 'status-connector-good', value: '{"state":"FLYING","worker_id":"a:1","generation":1}' },
    { key: 'status-connector-good', value: '{"state":"RUNNING","worker_id":"a:1"}' },
    { key: 'status-task-good', value: '{"state":"RUNNING","worker_id":"a:1","generation":1}' },
    { key: 'status-topic-t', value: '{}' },
    { key: 'of-a-later-version', value: '{}' },
  ],
}
const kinds = ['config', 'offset', 'status'] as const

test('unreadable records of the internal topics are left out with a line each; all others count', async (t) => {
  const cluster = await testCluster(t)
  const first = await cluster.join('first')
  const { status } = await first.rest('PUT', '/connectors/good/config', datagen(cluster.name))
  assert.equal(status, 201)
  await reaches(first, 'good', 'RUNNING,RUNNING')
  for (const kind of kinds) {
    await writeRecords(cluster.bootstrap, cluster.topic(kind), unreadable[kind])
  }
  await tells(first)
  await first.rest('PUT', '/connectors/good/pause')
  await reaches(first, 'good', 'PAUSED,PAUSED')
  assert.equal(await first.stop(), 143)

  const second = await cluster.join('second')
  await tells(second)
  await reaches(second, 'good', 'PAUSED,PAUSED')
  assert.deepEqual((await second.rest('GET', '/connectors')).body, ['good'])
  await second.rest('PUT', '/connectors/good/resume')
  await reaches(second, 'good', 'RUNNING,RUNNING')

  async function tells(worker: Worker): Promise<void> {
    await eventually('a line for each record', TIMEOUT_MS, () => {
      return kinds.every((kind) => linesOf(worker, kind).length === unreadable[kind].length)
    })
    for (const kind of kinds) {
      for (const line of linesOf(worker, kind)) {
        assert.match(line, /Record \S+-\d+ at offset \d+, key \\"/)
        assert.ok(line.length < 400, line)
      }
    }
  }
  function linesOf(worker: Worker, kind: (typeof kinds)[number]): readonly string[] {
    const found = `Record ${cluster.topic(kind)}-`
    const lines = worker.output().split('\n')
    return lines.filter((line) => line.includes(found) && line.includes('is left out'))
  }
})
