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

test('keys that are too short to sign with are refused, and algorithms that there are not', () => {
  const keyBytes = (bits: string) =>
    settingsOf({ 'inter.worker.key.size': bits }).sessionKeys.keyBytes
  assert.equal(keyBytes('40'), 5)
  for (const bits of ['39', '0', '-1']) {
    assert.throws(() => keyBytes(bits), {
      message: `Unable to create key generator with algorithm HmacSHA256 and key size ${bits}: Key length must be at least 40 bits`,
    })
  }
  assert.throws(() => settingsOf({ 'inter.worker.signature.algorithm': 'HmacFoo' }), {
    message:
      'Invalid value HmacFoo for configuration inter.worker.signature.algorithm: the algorithm is not supported; the supported algorithms are: [HmacMD5, HmacSHA1, HmacSHA224, HmacSHA256, HmacSHA384, HmacSHA512]',
  })
  assert.throws(() => settingsOf({ 'inter.worker.verification.algorithms': '' }), {
    message: /At least one signature verification algorithm must be provided$/,
  })
})
