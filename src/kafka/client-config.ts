import { ConnectError } from '../base/errors.ts'
import { type ConfigValues, defineConfig, extendConfig } from '../config/definition.ts'
import { parseConfig } from '../config/parse.ts'
import { atLeast, between, nonEmptyString, oneOf, oneOfIgnoreCase } from '../config/validators.ts'
import type { Assignor } from './assignor.ts'
import { assignors } from './assignors.ts'
import type { ClientProps } from './client.ts'
import { securityKeys } from './security-config.ts'

/** Settings of every client. Names and defaults are those of the Java clients. */
const commonConfig = defineConfig({
  'bootstrap.servers': {
    type: 'list',
    importance: 'high',
    doc: 'Brokers to ask first, host:port with commas between; they name all others.',
  },
  'client.id': {
    type: 'string',
    default: '',
    importance: 'medium',
    doc: 'Name of this client in logs and quotas of the broker.',
  },
  'client.rack': {
    type: 'string',
    default: '',
    importance: 'low',
    doc: 'Rack or zone of this client.',
  },
  'request.timeout.ms': {
    type: 'int',
    default: 30_000,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Longest wait for the answer to one request; then the connection is closed.',
  },
  'default.api.timeout.ms': {
    type: 'int',
    default: 60_000,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Longest wait of one call, retries included.',
  },
  'retry.backoff.ms': {
    type: 'long',
    default: 100,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Delay before the first retry of a request; doubles with each.',
  },
  'retry.backoff.max.ms': {
    type: 'long',
    default: 1000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Longest delay before a retry.',
  },
  'reconnect.backoff.ms': {
    type: 'long',
    default: 50,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Delay before the second attempt to connect to a broker; doubles with each.',
  },
  'reconnect.backoff.max.ms': {
    type: 'long',
    default: 1000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Longest delay before an attempt to connect.',
  },
  'socket.connection.setup.timeout.ms': {
    type: 'long',
    default: 10_000,
    importance: 'medium',
    doc: 'Longest wait for a connection, TLS and login included.',
  },
  'metadata.max.age.ms': {
    type: 'long',
    default: 300_000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Age at which topics and leaders are asked for again although nothing failed.',
  },
})

const connectionConfig = extendConfig(commonConfig, securityKeys)

/**
 * Settings of a producer. Two defaults differ from the Java client's: batches are larger and
 * nothing lingers, as a batch grows by itself while the one before it is on its way.
 */
const producerConfig = extendConfig(connectionConfig, {
  acks: {
    type: 'string',
    default: 'all',
    validator: oneOf('all', '-1', '0', '1'),
    importance: 'low',
    doc: 'Replicas that must have a record before it counts as sent.',
  },
  'batch.size': {
    type: 'int',
    default: 512 * 1024,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Bytes of records of one partition that travel together.',
  },
  'linger.ms': {
    type: 'long',
    default: 0,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'How long a batch waits for more records. 0 sends as soon as the connection is free.',
  },
  'buffer.memory': {
    type: 'long',
    default: 32 * 1024 * 1024,
    validator: atLeast(0),
    importance: 'high',
    doc: 'Bytes of unsent records after which the producer asks its caller to wait.',
  },
  'compression.type': {
    type: 'string',
    default: 'none',
    validator: oneOf('none', 'gzip', 'snappy', 'lz4', 'zstd'),
    importance: 'high',
    doc: 'Codec of batches.',
  },
  'max.in.flight.requests.per.connection': {
    type: 'int',
    default: 5,
    validator: atLeast(1),
    importance: 'low',
    doc: 'Requests to one broker that may be unanswered. Without idempotence only 1 keeps order.',
  },
  'enable.idempotence': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'The broker drops repeats of a batch and keeps batches in order.',
  },
  'delivery.timeout.ms': {
    type: 'int',
    default: 120_000,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Time after which a record that could not be sent fails.',
  },
  'max.block.ms': {
    type: 'long',
    default: 60_000,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Longest wait for the metadata of a topic or for room in the buffer.',
  },
  'max.request.size': {
    type: 'int',
    default: 1024 * 1024,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Bytes of the largest request, and so of the largest record.',
  },
  'transactional.id': {
    type: 'string',
    default: null,
    validator: nonEmptyString,
    importance: 'low',
    doc: 'Name under which transactions go on after a restart; a newer producer fences an older one.',
  },
  'transaction.timeout.ms': {
    type: 'int',
    default: 60_000,
    importance: 'low',
    doc: 'Time after which the broker aborts a transaction that was not ended.',
  },
  retries: {
    type: 'int',
    default: 2_147_483_647,
    validator: between(0, 2_147_483_647),
    importance: 'high',
    doc: 'Attempts after the first, within delivery.timeout.ms.',
  },
  'allow.auto.create.topics': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Lets the broker create a topic that is written to and missing.',
  },
})

/** Settings of a consumer. Offsets are committed by the caller only. */
const consumerConfig = extendConfig(connectionConfig, {
  'group.id': {
    type: 'string',
    default: null,
    importance: 'high',
    doc: 'Group whose members share the partitions of their topics.',
  },
  'group.instance.id': {
    type: 'string',
    default: null,
    validator: nonEmptyString,
    importance: 'medium',
    doc: 'Lasting name of a static member: a restart within the session does not rebalance.',
  },
  'enable.auto.commit': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    doc: 'Must be false: only the caller knows which records are done.',
  },
  'session.timeout.ms': {
    type: 'int',
    default: 45_000,
    importance: 'high',
    doc: 'Silence after which the group takes a member for dead.',
  },
  'heartbeat.interval.ms': {
    type: 'int',
    default: 3000,
    importance: 'high',
    doc: 'Time between signs of life to the group.',
  },
  'max.poll.interval.ms': {
    type: 'int',
    default: 300_000,
    validator: atLeast(1),
    importance: 'medium',
    doc: 'Longest time between polls before the member leaves its group.',
  },
  'max.poll.records': {
    type: 'int',
    default: 500,
    validator: atLeast(1),
    importance: 'medium',
    doc: 'Most records one poll returns.',
  },
  'partition.assignment.strategy': {
    type: 'list',
    default: [
      'org.apache.kafka.clients.consumer.RangeAssignor',
      'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
    ],
    importance: 'medium',
    doc: 'How the leader shares out partitions, the preferred way first.',
  },
  'fetch.min.bytes': {
    type: 'int',
    default: 1,
    validator: atLeast(0),
    importance: 'high',
    doc: 'Bytes for which the broker waits before it answers a fetch.',
  },
  'fetch.max.bytes': {
    type: 'int',
    default: 50 * 1024 * 1024,
    validator: atLeast(0),
    importance: 'medium',
    doc: 'Bytes of one answer, and bytes that are kept ahead of the caller.',
  },
  'fetch.max.wait.ms': {
    type: 'int',
    default: 500,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Longest time the broker holds back a fetch that finds too little.',
  },
  'max.partition.fetch.bytes': {
    type: 'int',
    default: 1024 * 1024,
    validator: atLeast(0),
    importance: 'high',
    doc: 'Bytes of one partition in one answer.',
  },
  'auto.offset.reset': {
    type: 'string',
    default: 'latest',
    validator: oneOf('latest', 'earliest', 'none'),
    importance: 'medium',
    doc: 'Where to start without a committed offset, or when that offset is gone.',
  },
  'isolation.level': {
    type: 'string',
    default: 'read_uncommitted',
    validator: oneOfIgnoreCase('read_committed', 'read_uncommitted'),
    importance: 'medium',
    doc: 'Whether records of open and aborted transactions are returned.',
  },
  'allow.auto.create.topics': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Lets the broker create a topic that is subscribed to and missing.',
  },
  'check.crcs': {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Compares the checksum of every batch read.',
  },
})

/** Definitions by kind of client, for whoever checks settings before a client is made. */
export const clientConfigs = {
  producer: producerConfig,
  consumer: consumerConfig,
  admin: connectionConfig,
} as const

export type ClientKind = keyof typeof clientConfigs

export type ConnectionConfig = ConfigValues<typeof connectionConfig>
export type ProducerConfig = ConfigValues<typeof producerConfig>
export type ConsumerConfig = ConfigValues<typeof consumerConfig> & {
  readonly assignors: readonly Assignor[]
}

/** @throws ConnectError CONFIG_INVALID */
export function readAdminConfig(props: ClientProps): ConnectionConfig {
  return parseConfig(connectionConfig, props)
}

/** @throws ConnectError CONFIG_INVALID */
export function readProducerConfig(props: ClientProps): ProducerConfig {
  const config = parseConfig(producerConfig, props)
  if (config['transactional.id'] !== null) {
    throw new ConnectError(
      `Invalid value ${config['transactional.id']} for configuration transactional.id: this producer has no transactions; remove the setting`,
      { code: 'CONFIG_INVALID' },
    )
  }
  // As in the Java client, a setting that rules idempotence out only turns off its default.
  const conflict = idempotenceConflict(config)
  if (!config['enable.idempotence'] || conflict === null) return config
  if ('enable.idempotence' in props) {
    throw new ConnectError(`Invalid value true for configuration enable.idempotence: ${conflict}`, {
      code: 'CONFIG_INVALID',
    })
  }
  return { ...config, 'enable.idempotence': false }
}

/** @throws ConnectError CONFIG_INVALID, also for settings that rule transactions out. */
export function readTransactionalConfig(props: ClientProps): ProducerConfig {
  const config = parseConfig(producerConfig, props)
  const conflict =
    config['transactional.id'] === null
      ? 'a producer with transactions needs it'
      : config['enable.idempotence']
        ? idempotenceConflict(config)
        : 'it needs enable.idempotence=true'
  if (conflict === null) return config
  throw new ConnectError(
    `Invalid value ${config['transactional.id']} for configuration transactional.id: ${conflict}`,
    { code: 'CONFIG_INVALID' },
  )
}

function idempotenceConflict(config: ProducerConfig): string | null {
  if (config.acks === '0' || config.acks === '1') return `it needs acks=all, not ${config.acks}`
  if (config.retries === 0) return 'it needs retries above 0'
  const inFlight = config['max.in.flight.requests.per.connection']
  if (inFlight > 5) {
    return `it needs max.in.flight.requests.per.connection of 5 at the most, not ${inFlight}`
  }
  return null
}

/** @throws ConnectError CONFIG_INVALID */
export function readConsumerConfig(props: ClientProps): ConsumerConfig {
  const config = parseConfig(consumerConfig, props)
  if (config['enable.auto.commit']) {
    throw new ConnectError(
      'Invalid value true for configuration enable.auto.commit: offsets are committed by the worker; remove the setting',
      { code: 'CONFIG_INVALID' },
    )
  }
  return { ...config, assignors: config['partition.assignment.strategy'].map(assignorOf) }
}

function assignorOf(name: string): Assignor {
  const found = assignors.find((each) => each.javaClass === name || each.name === name)
  if (found !== undefined) return found
  const known = assignors.map((each) => each.javaClass).join(', ')
  throw new ConnectError(
    `Invalid value ${name} for configuration partition.assignment.strategy: must be one of: ${known}`,
    { code: 'CONFIG_INVALID' },
  )
}
