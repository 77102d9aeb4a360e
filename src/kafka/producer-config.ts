import { ConnectError } from '../base/errors.ts'
import { type ConfigValues, extendConfig } from '../config/definition.ts'
import { parseConfig } from '../config/parse.ts'
import { atLeast, between, nonEmptyString, oneOf } from '../config/validators.ts'
import type { ClientProps } from './client.ts'
import { connectionConfig } from './connection-config.ts'

/**
 * Settings of a producer. Two defaults differ from the Java client's: batches are larger and
 * nothing lingers, as a batch grows by itself while the one before it is on its way.
 */
export const producerConfig = extendConfig(connectionConfig, {
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

export type ProducerConfig = ConfigValues<typeof producerConfig>

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
