import type { LogSettings } from '../log/partition-log.ts'

/** Kinds of values, as DescribeConfigs numbers them. */
export const configType = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
} as const

export type ConfigType = keyof typeof configType

export interface TopicConfig {
  readonly type: ConfigType
  readonly default: string
  /** The broker's setting that changes the default. */
  readonly brokerName: string
  isValid(value: string): boolean
  /** End of the sentence that refuses a value. */
  readonly expects: string
}

const LONG_MAX = 9_223_372_036_854_775_807n
const INT_MAX = 2n ** 31n - 1n

/** Settings of a topic under Apache Kafka's names, in the order of the alphabet. */
export const topicConfigs: Readonly<Record<string, TopicConfig>> = {
  'cleanup.policy': list('delete', 'log.cleanup.policy', ['delete', 'compact']),
  'compression.gzip.level': integer('int', '-1', 'compression.gzip.level', -1n, 9n),
  'compression.lz4.level': integer('int', '9', 'compression.lz4.level', 1n, 17n),
  'compression.type': oneOf('string', 'producer', 'compression.type', [
    'uncompressed',
    'zstd',
    'lz4',
    'snappy',
    'gzip',
    'producer',
  ]),
  'compression.zstd.level': integer('int', '3', 'compression.zstd.level', -131_072n, 22n),
  'delete.retention.ms': long(86_400_000n, 'log.cleaner.delete.retention.ms', 0n),
  'file.delete.delay.ms': long(60_000n, 'log.segment.delete.delay.ms', 0n),
  'flush.messages': long(LONG_MAX, 'log.flush.interval.messages', 1n),
  'flush.ms': long(LONG_MAX, 'log.flush.interval.ms', 0n),
  'follower.replication.throttled.replicas': text('', 'follower.replication.throttled.replicas'),
  'index.interval.bytes': int(4096n, 'log.index.interval.bytes', 0n),
  // Lets tests have smaller segments than 'segment.bytes' does, as in Apache Kafka.
  'internal.segment.bytes': {
    type: 'int',
    default: '',
    brokerName: 'internal.segment.bytes',
    isValid: (value) => /^\d{1,9}$/.test(value) && Number(value) > 0,
    expects: ': an integer above 0',
  },
  'leader.replication.throttled.replicas': text('', 'leader.replication.throttled.replicas'),
  'local.retention.bytes': long(-2n, 'log.local.retention.bytes', -2n),
  'local.retention.ms': long(-2n, 'log.local.retention.ms', -2n),
  'max.compaction.lag.ms': long(LONG_MAX, 'log.cleaner.max.compaction.lag.ms', 1n),
  'max.message.bytes': int(1_048_588n, 'message.max.bytes', 0n),
  'message.timestamp.after.max.ms': long(3_600_000n, 'log.message.timestamp.after.max.ms', 0n),
  'message.timestamp.before.max.ms': long(LONG_MAX, 'log.message.timestamp.before.max.ms', 0n),
  'message.timestamp.type': oneOf('string', 'CreateTime', 'log.message.timestamp.type', [
    'CreateTime',
    'LogAppendTime',
  ]),
  'min.cleanable.dirty.ratio': {
    type: 'double',
    default: '0.5',
    brokerName: 'log.cleaner.min.cleanable.ratio',
    isValid: (value) => value.trim() !== '' && Number(value) >= 0 && Number(value) <= 1,
    expects: ': Value must be in [0,...,1]',
  },
  'min.compaction.lag.ms': long(0n, 'log.cleaner.min.compaction.lag.ms', 0n),
  'min.insync.replicas': int(1n, 'min.insync.replicas', 1n),
  preallocate: flag('false', 'log.preallocate'),
  'remote.log.copy.disable': flag('false', 'remote.log.copy.disable'),
  'remote.log.delete.on.disable': flag('false', 'remote.log.delete.on.disable'),
  'remote.storage.enable': flag('false', 'remote.storage.enable'),
  'retention.bytes': long(-1n, 'log.retention.bytes', -1n),
  'retention.ms': long(604_800_000n, 'log.retention.ms', -1n),
  'segment.bytes': int(1_073_741_824n, 'log.segment.bytes', 1_048_576n),
  'segment.index.bytes': int(10_485_760n, 'log.index.size.max.bytes', 4n),
  'segment.jitter.ms': long(0n, 'log.roll.jitter.ms', 0n),
  'segment.ms': long(604_800_000n, 'log.roll.ms', 1n),
  'unclean.leader.election.enable': flag('false', 'unclean.leader.election.enable'),
}

/** Settings of a topic as the broker uses them. */
export type TopicSettings = LogSettings

/** @param value Value of a setting, or else its default. */
export function topicSettings(value: (name: string) => string): TopicSettings {
  const policies = elements(value('cleanup.policy'))
  return {
    batchBytesMax: Number(value('max.message.bytes')),
    segmentBytes: Number(value('internal.segment.bytes') || value('segment.bytes')),
    segmentMs: Number(value('segment.ms')),
    isLogAppendTime: value('message.timestamp.type') === 'LogAppendTime',
    timestampBeforeMaxMs: Number(value('message.timestamp.before.max.ms')),
    timestampAfterMaxMs: Number(value('message.timestamp.after.max.ms')),
    isCompacted: policies.includes('compact'),
    isDeleted: policies.includes('delete'),
    retentionMs: Number(value('retention.ms')),
    retentionBytes: Number(value('retention.bytes')),
    deleteRetentionMs: Number(value('delete.retention.ms')),
    minCleanableRatio: Number(value('min.cleanable.dirty.ratio')),
    minCompactionLagMs: Number(value('min.compaction.lag.ms')),
    maxCompactionLagMs: Number(value('max.compaction.lag.ms')),
  }
}

/** Elements of a setting whose type is a list. */
export function elements(value: string): readonly string[] {
  return value === '' ? [] : value.split(',').map((one) => one.trim())
}

function long(value: bigint, brokerName: string, min: bigint): TopicConfig {
  return integer('long', String(value), brokerName, min, LONG_MAX)
}

function int(value: bigint, brokerName: string, min: bigint): TopicConfig {
  return integer('int', String(value), brokerName, min, INT_MAX)
}

function integer(
  type: ConfigType,
  value: string,
  brokerName: string,
  min: bigint,
  max: bigint,
): TopicConfig {
  return {
    type,
    default: value,
    brokerName,
    isValid: (given) =>
      /^\s*[+-]?\d{1,19}\s*$/.test(given) && BigInt(given) >= min && BigInt(given) <= max,
    expects: `: an integer from ${min} to ${max}`,
  }
}

function oneOf(
  type: ConfigType,
  value: string,
  brokerName: string,
  values: readonly string[],
): TopicConfig {
  const expects = `: String must be one of: ${values.join(', ')}`
  return { type, default: value, brokerName, isValid: (given) => values.includes(given), expects }
}

function flag(value: string, brokerName: string): TopicConfig {
  return oneOf('boolean', value, brokerName, ['true', 'false'])
}

function list(value: string, brokerName: string, values: readonly string[]): TopicConfig {
  return {
    type: 'list',
    default: value,
    brokerName,
    isValid: (given) => elements(given).every((one) => values.includes(one)),
    expects: `: every one of ${values.join(', ')}`,
  }
}

function text(value: string, brokerName: string): TopicConfig {
  return { type: 'list', default: value, brokerName, isValid: () => true, expects: '' }
}
