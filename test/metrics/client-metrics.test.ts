import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientMetrics } from '../../src/metrics/client-metrics.ts'
import { CoordinatorMetrics } from '../../src/metrics/coordinator-metrics.ts'
import { FetchMetrics } from '../../src/metrics/fetch-metrics.ts'
import { ProducerMetrics } from '../../src/metrics/producer-metrics.ts'
import { RebalanceMetrics } from '../../src/metrics/rebalance-metrics.ts'
import { metricsRegistry, readingsOf } from './fixture.ts'

function start(kind: 'connect' | 'producer' | 'consumer' = 'producer') {
  const clock = { nowMs: 0 }
  const registry = metricsRegistry({ elapsed: () => clock.nowMs })
  const client = new ClientMetrics(registry, kind, 'me')
  const read = (type: string, tags = {}) => readingsOf(registry.read(), type, tags)
  return { clock, registry, client, read }
}

test('traffic with a broker, under its number as soon as that is known', () => {
  const { client, read } = start()
  const node = client.node(-1)
  assert.deepEqual(read('producer-node-metrics'), {})
  node.connectionOpened()
  node.sent(100)
  node.received(40, 7)
  const traffic = {
    'outgoing-byte-total': 100,
    'incoming-byte-total': 40,
    'request-total': 1,
    'response-total': 1,
    'request-size-max': 100,
    'request-latency-max': 7,
  }
  assert.partialDeepStrictEqual(read('producer-node-metrics', { 'node-id': 'node--1' }), traffic)
  node.rename(3)
  assert.deepEqual(read('producer-node-metrics', { 'node-id': 'node--1' }), {})
  assert.partialDeepStrictEqual(read('producer-node-metrics', { 'node-id': 'node-3' }), traffic)
  assert.partialDeepStrictEqual(read('producer-metrics'), {
    ...traffic,
    'connection-count': 1,
    'network-io-total': 2,
  })
  node.connectionClosed()
  assert.equal(read('producer-metrics')['connection-count'], 0)
})

test('records of a producer, of all topics and of each', () => {
  const { client, read } = start()
  const metrics = new ProducerMetrics(client)
  metrics.sent('a', 10, 500)
  metrics.sent('b', 1, 50)
  metrics.retried('a', 5)
  metrics.failed('b', 2)
  assert.partialDeepStrictEqual(read('producer-metrics'), {
    'record-send-total': 11,
    'record-retry-total': 5,
    'record-error-total': 2,
    'batch-size-max': 500,
    'connection-count': 0,
  })
  assert.partialDeepStrictEqual(read('producer-topic-metrics', { topic: 'b' }), {
    'record-send-total': 1,
    'byte-total': 50,
    'record-retry-total': 0,
    'record-error-total': 2,
  })
})

test('nothing is left of a client, also of what comes after its end', () => {
  const { client, registry } = start()
  const node = client.node(1)
  const metrics = new ProducerMetrics(client)
  client.close()
  node.connectionOpened()
  metrics.failed('late', 1)
  assert.deepEqual(registry.read(), [])
})

test('lag of the partitions that a consumer has, and of no others', () => {
  const { client, read } = start('consumer')
  const metrics = new FetchMetrics(client)
  const type = 'consumer-fetch-manager-metrics'
  metrics.assigned([
    { topic: 't', partition: 0, lag: 5 },
    { topic: 't', partition: 1, lag: null },
  ])
  metrics.behind(5)
  assert.deepEqual(read(type, { topic: 't', partition: '0' }), { 'records-lag': 5 })
  assert.deepEqual(read(type, { topic: 't', partition: '1' }), {})
  metrics.assigned([])
  assert.deepEqual(read(type, { topic: 't', partition: '0' }), {})
  assert.equal(read(type)['records-lag-max'], 5)
})

test('a place in a group: each further attempt to join is a failed rebalance', () => {
  const { client, clock, read } = start('connect')
  const metrics = new CoordinatorMetrics(client, () => ({ 'assigned-tasks': 2 }))
  const type = 'connect-coordinator-metrics'
  assert.partialDeepStrictEqual(read(type), {
    'last-rebalance-seconds-ago': -1,
    'last-heartbeat-seconds-ago': -1,
    'rebalance-total': 0,
  })
  metrics.joining()
  clock.nowMs += 200
  metrics.joining()
  metrics.answered('join', 30)
  clock.nowMs += 100
  metrics.answered('sync', 10)
  metrics.joined()
  metrics.beating()
  clock.nowMs += 2500
  assert.partialDeepStrictEqual(read(type), {
    'assigned-tasks': 2,
    'join-total': 1,
    'join-time-max': 30,
    'rebalance-total': 1,
    'rebalance-latency-max': 300,
    'failed-rebalance-total': 1,
    'last-rebalance-seconds-ago': 2,
    'last-heartbeat-seconds-ago': 2,
  })
})

test('rebalances as a worker goes through them', () => {
  const { clock, registry, read } = start('connect')
  const metrics = new RebalanceMetrics(registry)
  const type = 'connect-worker-rebalance-metrics'
  assert.deepEqual(read(type), {
    epoch: 0,
    'completed-rebalances-total': 0,
    rebalancing: 0,
    'rebalance-max-time-ms': Number.NaN,
    'rebalance-avg-time-ms': Number.NaN,
    'time-since-last-rebalance-ms': Number.POSITIVE_INFINITY,
  })
  metrics.began()
  clock.nowMs += 400
  assert.equal(read(type)['rebalancing'], 1)
  const place = {
    protocol: 'sessioned',
    leaderUrl: 'http://a:1/',
    connectors: 1,
    tasks: 2,
  } as const
  metrics.ended({ ...place, generation: 4 })
  clock.nowMs += 1000
  assert.deepEqual(read(type), {
    'connect-protocol': 'SESSIONED',
    'leader-name': 'http://a:1/',
    epoch: 4,
    'completed-rebalances-total': 1,
    rebalancing: 0,
    'rebalance-max-time-ms': 400,
    'rebalance-avg-time-ms': 400,
    'time-since-last-rebalance-ms': 1000,
  })
  assert.deepEqual(metrics.assigned, { 'assigned-connectors': 1, 'assigned-tasks': 2 })
})
