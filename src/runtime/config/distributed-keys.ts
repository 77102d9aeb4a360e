import { ConnectError } from '../../base/errors.ts'
import type { ConfigSpec } from '../../config/definition.ts'
import {
  atLeast,
  between,
  distinctList,
  oneOfIgnoreCase,
  validator,
} from '../../config/validators.ts'

const INT_MAX = 2 ** 31 - 1

const protocol = validator('[eager, compatible, sessioned]', (key, value) => {
  if (['eager', 'compatible', 'sessioned'].includes(String(value).toLowerCase())) return
  throw invalid(key, value, 'Invalid Connect protocol compatibility')
})

const partitions = positiveOrDefault(
  "Positive number, or -1 to use the broker's default",
  "Number of partitions must be positive, or -1 to use the broker's default",
)

const replicas = positiveOrDefault(
  "Positive number not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
  "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
)

/** Settings of a distributed worker alone. Names and defaults of Apache Kafka Connect. */
export const distributedKeys = {
  'group.id': {
    type: 'string',
    importance: 'high',
    doc: 'Name of the cluster that this worker belongs to.',
  },
  'session.timeout.ms': {
    type: 'int',
    default: 10_000,
    validator: atLeast(1),
    importance: 'high',
    doc: 'Time without a sign of life after which the group goes on without a worker.',
  },
  'heartbeat.interval.ms': {
    type: 'int',
    default: 3000,
    validator: atLeast(1),
    importance: 'high',
    doc: 'Time between signs of life; below a third of session.timeout.ms.',
  },
  'rebalance.timeout.ms': {
    type: 'int',
    default: 60_000,
    validator: atLeast(1),
    importance: 'high',
    doc: 'Time that all workers have to join again when the group rebalances.',
  },
  'exactly.once.source.support': {
    type: 'string',
    default: 'disabled',
    validator: oneOfIgnoreCase('DISABLED', 'ENABLED', 'PREPARING'),
    importance: 'high',
    doc: 'enabled: source connectors deliver exactly once; preparing: all workers get ready for it first.',
  },
  'client.id': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Part of the names of the clients of this worker, in logs and quotas of the broker.',
  },
  'worker.sync.timeout.ms': {
    type: 'int',
    default: 3000,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Time that reading the config topic to its end may take before the worker leaves the group.',
  },
  'worker.unsync.backoff.ms': {
    type: 'int',
    default: 300_000,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Time out of the group after that, with connect.protocol=eager.',
  },
  'config.storage.topic': {
    type: 'string',
    importance: 'high',
    doc: 'Topic that keeps the configurations of connectors.',
  },
  'config.storage.replication.factor': {
    type: 'short',
    default: 3,
    validator: replicas,
    importance: 'low',
    doc: 'Copies of config.storage.topic when it is created.',
  },
  'offset.storage.topic': {
    type: 'string',
    importance: 'high',
    doc: 'Topic that keeps the offsets of source connectors.',
  },
  'offset.storage.partitions': {
    type: 'int',
    default: 25,
    validator: partitions,
    importance: 'low',
    doc: 'Partitions of offset.storage.topic when it is created.',
  },
  'offset.storage.replication.factor': {
    type: 'short',
    default: 3,
    validator: replicas,
    importance: 'low',
    doc: 'Copies of offset.storage.topic when it is created.',
  },
  'status.storage.topic': {
    type: 'string',
    importance: 'high',
    doc: 'Topic that keeps the states of connectors and tasks.',
  },
  'status.storage.partitions': {
    type: 'int',
    default: 5,
    validator: partitions,
    importance: 'low',
    doc: 'Partitions of status.storage.topic when it is created.',
  },
  'status.storage.replication.factor': {
    type: 'short',
    default: 3,
    validator: replicas,
    importance: 'low',
    doc: 'Copies of status.storage.topic when it is created.',
  },
  'connect.protocol': {
    type: 'string',
    default: 'sessioned',
    validator: protocol,
    importance: 'low',
    doc: 'How work is shared out: eager stops all of it, compatible only moves some, sessioned also signs.',
  },
  'scheduled.rebalance.max.delay.ms': {
    type: 'int',
    default: 300_000,
    validator: between(0, INT_MAX),
    importance: 'low',
    doc: 'Time that work of a worker that left waits for it to come back.',
  },
  'inter.worker.key.ttl.ms': {
    type: 'int',
    default: 3_600_000,
    validator: between(0, INT_MAX),
    importance: 'low',
    doc: 'Time after which the leader makes another key for requests among workers; 0 is never.',
  },
  'inter.worker.key.generation.algorithm': {
    type: 'string',
    default: 'HmacSHA256',
    importance: 'low',
    doc: 'Algorithm that such keys are made for.',
  },
  'inter.worker.key.size': {
    type: 'int',
    default: null,
    importance: 'low',
    doc: 'Bits of such a key; absent, what fits the algorithm.',
  },
  'inter.worker.signature.algorithm': {
    type: 'string',
    default: 'HmacSHA256',
    importance: 'low',
    doc: 'Algorithm that requests among workers are signed with.',
  },
  'inter.worker.verification.algorithms': {
    type: 'list',
    default: ['HmacSHA256'],
    validator: distinctList(),
    importance: 'low',
    doc: 'Algorithms that are accepted of other workers; the own one is among them.',
  },
  'millrace.recovery.dir': {
    type: 'string',
    default: '.',
    importance: 'low',
    doc: 'Folder for what the worker knows of its cluster when an internal topic was deleted.',
  },
  'millrace.rest.rebalance.wait.ms': {
    type: 'int',
    default: 10_000,
    validator: between(0, INT_MAX),
    importance: 'low',
    doc: 'Longest wait of a REST request for the end of a rebalance; then it is answered with 409.',
  },
} as const satisfies ConfigSpec

function positiveOrDefault(text: string, problem: string) {
  return validator(text, (key, value) => {
    if (typeof value === 'number' && (value > 0 || value === -1)) return
    throw invalid(key, value, problem)
  })
}

function invalid(key: string, value: unknown, problem: string): ConnectError {
  return new ConnectError(`Invalid value ${value} for configuration ${key}: ${problem}`, {
    code: 'CONFIG_INVALID',
  })
}
