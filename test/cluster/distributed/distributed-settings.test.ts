import assert from 'node:assert/strict'
import { test } from 'node:test'
import { distributedSettings } from '../../../src/cluster/distributed/distributed-settings.ts'
import { parseDistributedConfig } from '../../../src/runtime/worker-config.ts'

const settingsOf = (changed: Readonly<Record<string, string>>) =>
  distributedSettings(
    parseDistributedConfig({
      'bootstrap.servers': 'localhost:9092',
      'key.converter': 'JsonConverter',
      'value.converter': 'JsonConverter',
      'group.id': 'cluster',
      'config.storage.topic': 'configs',
      'offset.storage.topic': 'offsets',
      'status.storage.topic': 'statuses',
      ...changed,
    }),
  )

test('signs of life come more often than a session ends', () => {
  assert.equal(settingsOf({ 'heartbeat.interval.ms': '9999' }).groupId, 'cluster')
  for (const changed of [
    { 'heartbeat.interval.ms': '10000' },
    { 'session.timeout.ms': '3000' },
  ] as const) {
    assert.throws(() => settingsOf(changed), {
      code: 'CONFIG_INVALID',
      message: 'Heartbeat must be set lower than the session timeout',
    })
  }
})
