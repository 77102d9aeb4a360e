import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  adminProps,
  deadLetterProducerProps,
  sinkConsumerProps,
  sourceProducerProps,
  taskAdminId,
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
