import type { MetricTable } from './metric-table.ts'

const counted = (what: string, unit: string, meaning: string): MetricTable['metrics'] => ({
  [`${what}-rate`]: ['1/s', meaning],
  [`${what}-total`]: [unit, meaning],
})

const traffic: MetricTable['metrics'] = {
  ...counted('outgoing-byte', 'bytes', 'Bytes sent'),
  ...counted('incoming-byte', 'bytes', 'Bytes received'),
  ...counted('request', '', 'Requests sent'),
  ...counted('response', '', 'Answers received'),
  'request-size-avg': ['bytes', 'Average size of a request'],
  'request-size-max': ['bytes', 'Size of the largest request'],
}

const latency: MetricTable['metrics'] = {
  'request-latency-avg': ['ms', 'Time to the answer of a request on average'],
  'request-latency-max': ['ms', 'Longest time to the answer of a request'],
}

const connections: MetricTable['metrics'] = {
  'connection-count': ['', 'Connections that are open'],
  ...counted('connection-creation', '', 'Connections made'),
  ...counted('connection-close', '', 'Connections closed'),
  ...counted('successful-authentication', '', 'Logins and TLS handshakes that succeeded'),
  ...counted('failed-authentication', '', 'Logins and TLS handshakes that failed'),
  ...counted('network-io', '', 'Requests and answers'),
  ...traffic,
}

const outcomes: MetricTable['metrics'] = {
  ...counted('record-send', 'records', 'Records that the broker acknowledged'),
  ...counted('record-retry', 'records', 'Records that were sent again'),
  ...counted('record-error', 'records', 'Records that could not be sent'),
}

const membership: MetricTable['metrics'] = {
  'heartbeat-response-time-max': ['ms', 'Longest time to the answer of a heartbeat'],
  ...counted('heartbeat', '', 'Heartbeats answered'),
  'join-time-avg': ['ms', 'Time that joining the group took on average'],
  'join-time-max': ['ms', 'Longest time that joining the group took'],
  ...counted('join', '', 'Joins of the group'),
  'sync-time-avg': ['ms', 'Time that getting an assignment took on average'],
  'sync-time-max': ['ms', 'Longest time that getting an assignment took'],
  ...counted('sync', '', 'Assignments got'),
  'rebalance-latency-avg': ['ms', 'Time from joining to an assignment on average'],
  'rebalance-latency-max': ['ms', 'Longest time from joining to an assignment'],
  'rebalance-latency-total': ['ms', 'Time from joining to an assignment'],
  'rebalance-total': ['', 'Rebalances that came to an end'],
  'rebalance-rate-per-hour': ['1/h', 'Rebalances that came to an end'],
  'failed-rebalance-total': ['', 'Attempts at a rebalance that another one followed'],
  'failed-rebalance-rate-per-hour': ['1/h', 'Attempts at a rebalance that another one followed'],
  'last-rebalance-seconds-ago': ['s', 'Time since the last rebalance; -1 without any'],
  'last-heartbeat-seconds-ago': ['s', 'Time since the last heartbeat; -1 without any'],
}

const nodeTags = ['client-id', 'node-id']

function client(kind: string, own: MetricTable['metrics'] = {}): readonly MetricTable[] {
  return [
    { type: `${kind}-metrics`, tags: ['client-id'], metrics: { ...connections, ...own } },
    { type: `${kind}-node-metrics`, tags: nodeTags, metrics: { ...traffic, ...latency } },
  ]
}

/** Metrics of the worker's place in its group, and of Kafka clients. */
export const clientMetrics: readonly MetricTable[] = [
  {
    type: 'connect-coordinator-metrics',
    tags: ['client-id'],
    metrics: {
      'assigned-connectors': ['connectors', 'Connectors that the group gave this worker'],
      'assigned-tasks': ['tasks', 'Tasks that the group gave this worker'],
      ...membership,
    },
  },
  ...client('connect'),
  ...client('producer', {
    ...latency,
    ...outcomes,
    'batch-size-avg': ['bytes', 'Average size of a batch'],
    'batch-size-max': ['bytes', 'Size of the largest batch'],
  }),
  {
    type: 'producer-topic-metrics',
    tags: ['client-id', 'topic'],
    metrics: { ...outcomes, ...counted('byte', 'bytes', 'Bytes that the broker acknowledged') },
  },
  ...client('consumer'),
  {
    type: 'consumer-coordinator-metrics',
    tags: ['client-id'],
    metrics: {
      'assigned-partitions': ['partitions', 'Partitions that the consumer has'],
      ...membership,
      'commit-latency-avg': ['ms', 'Time that a commit took on average'],
      'commit-latency-max': ['ms', 'Longest time that a commit took'],
      ...counted('commit', '', 'Commits'),
    },
  },
  {
    type: 'consumer-fetch-manager-metrics',
    tags: ['client-id'],
    metrics: {
      ...counted('records-consumed', 'records', 'Records consumed'),
      ...counted('bytes-consumed', 'bytes', 'Bytes fetched'),
      ...counted('fetch', '', 'Answers to fetches'),
      'fetch-size-avg': ['bytes', 'Average size of an answer'],
      'fetch-size-max': ['bytes', 'Size of the largest answer'],
      'fetch-latency-avg': ['ms', 'Time to the answer of a fetch on average'],
      'fetch-latency-max': ['ms', 'Longest time to the answer of a fetch'],
      'records-lag-max': ['records', 'Most records between position and end of a partition'],
    },
  },
  {
    type: 'consumer-fetch-manager-metrics',
    tags: ['client-id', 'topic', 'partition'],
    metrics: {
      'records-lag': ['records', 'Records between position and end of the partition'],
    },
  },
  ...client('admin-client'),
]
