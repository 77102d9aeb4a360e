import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StatusLog, topicRecord } from '../../../src/cluster/distributed/status-log.ts'

const topic = topicRecord({ topic: 't', connector: 'c', task: 0, discoveredMs: 17 })

for (const text of ['null', '', ' ']) {
  test(`'${text}' is no tombstone`, () => {
    const log = new StatusLog()
    assert.ok(log.apply(topic))
    assert.equal(log.apply({ ...topic, value: text }), false)
    assert.equal(log.topics('c').length, 1)
    log.apply({ ...topic, value: null })
    assert.equal(log.topics('c').length, 0)
  })
}

test('a status whose trace is no text counts for nothing', () => {
  const log = new StatusLog()
  const status = { state: 'RUNNING', trace: -1, worker_id: 'w:1', generation: 1, version: null }
  const record = { key: 'status-connector-c', value: JSON.stringify(status) }
  assert.equal(log.apply(record), false)
  assert.ok(log.apply({ ...record, value: JSON.stringify({ ...status, trace: null }) }))
})
