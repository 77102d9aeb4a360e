import { ConnectError } from '../base/errors.ts'
import { type ConfigValues, extendConfig } from '../config/definition.ts'
import { parseConfig } from '../config/parse.ts'
import { atLeast, nonEmptyString, oneOf, oneOfIgnoreCase } from '../config/validators.ts'
import type { Assignor } from './assignor.ts'
import { assignors } from './assignors.ts'
import type { ClientProps } from './client.ts'
import { connectionConfig } from './connection-config.ts'

/** Settings of a consumer. Offsets are committed by the caller only. */
export const consumerConfig = extendConfig(connectionConfig, {
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

export type ConsumerConfig = ConfigValues<typeof consumerConfig> & {
  readonly assignors: readonly Assignor[]
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
