import type { LogSettings } from '../log/partition-log.ts'

/** Kinds of values, as DescribeConfigs numbers them. */
export const configType = { boolean: 1, string: 2, int: 3, long: 5, double: 6, list: 7 } as const

interface TopicConfig {
  readonly type: keyof typeof configType
  readonly default: string
  /** The broker's setting that changes the default; null for none. */
  readonly brokerName: string | null
  readonly isValid: (value: string) => boolean
}

const LONG_MAX = '9223372036854775807'

/** Settings of a topic under Apache Kafka's names, in the order of the alphabet. */
export const topicConfigs: Readonly<Record<string, TopicConfig>> = {
  'cleanup.policy': {
    type: 'list',
    default: 'delete',
    brokerName: 'log.cleanup.policy',
    isValid: (value) => value.split(',').every((one) => ['delete', 'compact'].includes(one.trim())),
  },
  'compression.type': {
    type: 'string',
    default: 'producer',
    brokerName: 'compression.type',
    isValid: oneOf(['producer', 'uncompressed', 'gzip', 'snappy', 'lz4', 'zstd']),
  },
  'delete.retention.ms': long('86400000', 'log.cleaner.delete.retention.ms', 0),
  'file.delete.delay.ms': long('60000', 'log.segment.delete.delay.ms', 0),
  'flush.messages': long(LONG_MAX, 'log.flush.interval.messages', 1),
  'flush.ms': long(LONG_MAX, 'log.flush.interval.ms', 0),
  'index.interval.bytes': int('4096', 'log.index.interval.bytes', 0),
  'max.compaction.lag.ms': long(LONG_MAX, 'log.cleaner.max.compaction.lag.ms', 1),
  'max.message.bytes': int('1048588', 'message.max.bytes', 0),
  'message.timestamp.after.max.ms': long('3600000', 'log.message.timestamp.after.max.ms', 0),
  'message.timestamp.before.max.ms': long(LONG_MAX, 'log.message.timestamp.before.max.ms', 0),
  'message.timestamp.type': {
    type: 'string',
    default: 'CreateTime',
    brokerName: 'log.message.timestamp.type',
    isValid: oneOf(['CreateTime', 'LogAppendTime']),
  },
  'min.cleanable.dirty.ratio': {
    type: 'double',
    default: '0.5',
    brokerName: 'log.cleaner.min.cleanable.ratio',
    isValid: (value) => value.trim() !== '' && Number(value) >= 0 && Number(value) <= 1,
  },
  'min.compaction.lag.ms': long('0', 'log.cleaner.min.compaction.lag.ms', 0),
  'min.insync.replicas': int('1', 'min.insync.replicas', 1),
  preallocate: {
    type: 'boolean',
    default: 'false',
    brokerName: 'log.preallocate',
    isValid: oneOf(['true', 'false']),
  },
  'retention.bytes': long('-1', 'log.retention.bytes', -1),
  'retention.ms': long('604800000', 'log.retention.ms', -1),
  'segment.bytes': int('1073741824', 'log.segment.bytes', 1024 * 1024),
  'segment.index.bytes': int('10485760', 'log.index.size.max.bytes', 4),
  'segment.jitter.ms': long('0', 'log.roll.jitter.ms', 0),
  'segment.ms': long('604800000', 'log.roll.ms', 1),
  'unclean.leader.election.enable': {
    type: 'boolean',
    default: 'false',
    brokerName: 'unclean.leader.election.enable',
    isValid: oneOf(['true', 'false']),
  },
}

/** Settings of a topic as the broker uses them. */
export interface TopicSettings extends LogSettings {
  readonly isCompacted: boolean
  readonly isDeleted: boolean
  readonly retentionMs: number
  readonly retentionBytes: number
}

/** @param value Value of a setting, with its default. */
export function topicSettings(value: (name: string) => string): TopicSettings {
  const policies = value('cleanup.policy')
    .split(',')
    .map((policy) => policy.trim())
  return {
    batchBytesMax: Number(value('max.message.bytes')),
    segmentBytes: Number(value('segment.bytes')),
    isLogAppendTime: value('message.timestamp.type') === 'LogAppendTime',
    isCompacted: policies.includes('compact'),
    isDeleted: policies.includes('delete'),
    retentionMs: Number(value('retention.ms')),
    retentionBytes: Number(value('retention.bytes')),
  }
}

function long(value: string, brokerName: string, min: number): TopicConfig {
  return { type: 'long', default: value, brokerName, isValid: integer(min, 2n ** 63n - 1n) }
}

function int(value: string, brokerName: string, min: number): TopicConfig {
  return { type: 'int', default: value, brokerName, isValid: integer(min, 2n ** 31n - 1n) }
}

function integer(min: number, max: bigint): (value: string) => boolean {
  return (value) =>
    /^\s*[+-]?\d{1,19}\s*$/.test(value) && BigInt(value) >= BigInt(min) && BigInt(value) <= max
}

function oneOf(values: readonly string[]): (value: string) => boolean {
  return (value) => values.includes(value)
}
