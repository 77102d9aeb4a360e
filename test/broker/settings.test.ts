import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBroker } from '../../src/broker/index.ts'
import { logLines } from '../kafka/conformance/support.ts'

for (const [name, value] of [
  ['num.partitions', 'many'],
  ['auto.create.topics.enable', 'yes'],
  ['log.segment.bytes', '5'],
] as const) {
  test(`the setting ${name}=${value} is refused by name`, () =>
    assert.rejects(startBroker({ settings: { [name]: value } }), {
      code: 'CONFIG_INVALID',
      message: new RegExp(`Invalid value ${value} for configuration ${name}`),
    }))
}

test('a setting that is not known is told and left alone', async () => {
  const log = logLines()
  const broker = await startBroker({ settings: { 'num.partition': '3' }, logger: log.logger })
  await broker.stop()
  assert.deepEqual(log.lines, ['the setting num.partition is not known here and has no effect'])
})
