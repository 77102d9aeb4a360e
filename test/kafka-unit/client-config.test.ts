import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAdminConfig } from '../../src/kafka/connection-config.ts'
import { readConsumerConfig } from '../../src/kafka/consumer-config.ts'
import { readProducerConfig } from '../../src/kafka/producer-config.ts'

const base = { 'bootstrap.servers': 'a:9092, b:9092' }

test('defaults are those of the Java clients, but for two of the producer', () => {
  const producer = readProducerConfig(base)
  assert.deepEqual(producer['bootstrap.servers'], ['a:9092', 'b:9092'])
  assert.equal(producer.acks, 'all')
  assert.equal(producer['enable.idempotence'], true)
  assert.equal(producer['delivery.timeout.ms'], 120_000)
  assert.equal(producer['linger.ms'], 0, 'Java: 5')
  assert.equal(producer['batch.size'], 512 * 1024, 'Java: 16384')
  const consumer = readConsumerConfig(base)
  assert.equal(consumer['auto.offset.reset'], 'latest')
  assert.equal(consumer['max.poll.records'], 500)
  assert.deepEqual(
    consumer.assignors.map(({ name }) => name),
    ['range', 'cooperative-sticky'],
  )
  assert.equal(readAdminConfig(base)['default.api.timeout.ms'], 60_000)
})

test('a setting that rules out idempotence turns its default off, and contradicts a demand', () => {
  for (const [key, value] of Object.entries({
    acks: '1',
    retries: '0',
    'max.in.flight.requests.per.connection': '6',
  })) {
    assert.equal(readProducerConfig({ ...base, [key]: value })['enable.idempotence'], false)
    assert.throws(
      () => readProducerConfig({ ...base, [key]: value, 'enable.idempotence': 'true' }),
      { code: 'CONFIG_INVALID', message: /enable\.idempotence/ },
    )
  }
})

const wrong: ReadonlyArray<readonly [key: string, value: string, message: RegExp]> = [
  ['max.poll.records', 'x', /^Invalid value x for configuration max\.poll\.records: Not a number/],
  ['max.poll.records', '0', /Value must be at least 1/],
  ['auto.offset.reset', 'first', /String must be one of: latest, earliest, none/],
  ['security.protocol', 'TLS', /security\.protocol/],
  ['partition.assignment.strategy', 'org.example.Mine', /RangeAssignor.*CooperativeSticky/],
  ['enable.auto.commit', 'true', /enable\.auto\.commit.*remove the setting/],
]

for (const [key, value, message] of wrong) {
  test(`${key}=${value} is refused by name`, () => {
    assert.throws(() => readConsumerConfig({ ...base, [key]: value }), {
      code: 'CONFIG_INVALID',
      message,
    })
  })
}

test('without bootstrap.servers there is no client', () => {
  assert.throws(() => readAdminConfig({}), {
    code: 'CONFIG_INVALID',
    message: /bootstrap\.servers/,
  })
})
