import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  adminProps,
  deadLetterProducerProps,
  offsetsConsumerProps,
  offsetsProducerProps,
  sinkConsumerProps,
  sourceProducerProps,
  taskAdminId,
  transactionalProducerProps,
} from '../../src/runtime/client-props.ts'

const id = { connector: 'c', task: 2 }
const source = {
  worker: {
    'bootstrap.servers': 'worker:9092',
    'sasl.mechanism': 'PLAIN',
    'producer.linger.ms': '5',
    'producer.acks': '1',
    'consumer.max.poll.records': '10',
    'admin.retries': '7',
  },
  connector: {
    'producer.override.acks': '0',
    'producer.override.bootstrap.servers': 'other:9092',
    'consumer.override.group.id': 'mine',
    'admin.override.retries': '8',
  },
}

test("a producer has built-in settings, then the worker's, then the connector's", () => {
  assert.deepEqual(sourceProducerProps(source, id), {
    'bootstrap.servers': 'other:9092',
    'client.id': 'connector-producer-c-2',
    'max.block.ms': '9223372036854775807',
    'enable.idempotence': 'false',
    acks: '0',
    'max.in.flight.requests.per.connection': '1',
    'delivery.timeout.ms': '2147483647',
    'linger.ms': '5',
  })
  assert.equal(deadLetterProducerProps(source, id)['client.id'], 'connector-dlq-producer-c-2')
})

test('a consumer is in the group of its connector unless that names another', () => {
  const plain = sinkConsumerProps({ ...source, connector: {} }, id)
  assert.deepEqual(plain, {
    'bootstrap.servers': 'worker:9092',
    'client.id': 'connector-consumer-c-2',
    'group.id': 'connect-c',
    'enable.auto.commit': 'false',
    'auto.offset.reset': 'earliest',
    'max.poll.records': '10',
  })
  assert.equal(sinkConsumerProps(source, id)['group.id'], 'mine')
})

test("only an admin client has the worker's settings without a prefix", () => {
  assert.deepEqual(adminProps(source, taskAdminId(id)), {
    'bootstrap.servers': 'worker:9092',
    'sasl.mechanism': 'PLAIN',
    'client.id': 'connector-adminclient-c-2',
    retries: '8',
  })
})

test('with exactly once some settings of the producer are not up to the user', () => {
  const forced = { 'enable.idempotence': 'false', 'transactional.id': 'mine' }
  const connector = Object.fromEntries(
    Object.entries(forced).map(([key, value]) => [`producer.override.${key}`, value]),
  )
  const problems: string[] = []
  const props = transactionalProducerProps(
    { worker: { ...source.worker, 'producer.enable.idempotence': 'true' }, connector },
    id,
    'group-c-2',
    (problem) => problems.push(problem),
  )
  assert.equal(props['enable.idempotence'], 'true')
  assert.equal(props['transactional.id'], 'group-c-2')
  assert.equal(props['client.id'], 'connector-producer-c-2')
  assert.deepEqual(problems, [
    "The value 'false' for the 'enable.idempotence' property will be ignored as it cannot be overridden for connectors when exactly-once source support is enabled. The value 'true' will be used instead.",
    "The value 'mine' for the 'transactional.id' property will be ignored as it cannot be overridden for connectors when exactly-once source support is enabled. The value 'group-c-2' will be used instead.",
  ])
})

test("a connector's own offsets topic is read and written on the connector's cluster", () => {
  assert.equal(offsetsProducerProps(source, 'c')['bootstrap.servers'], 'other:9092')
  assert.equal(offsetsProducerProps(source, 'c')['client.id'], 'connector-offset-producer-c')
  const connector = { 'consumer.override.isolation.level': 'read_uncommitted' }
  const level = (exactlyOnce: boolean) =>
    offsetsConsumerProps({ ...source, connector }, 'c', exactlyOnce)['isolation.level']
  assert.equal(level(false), 'read_uncommitted')
  assert.equal(level(true), 'read_committed')
  assert.equal(offsetsConsumerProps(source, 'c', false)['isolation.level'], 'read_committed')
})
