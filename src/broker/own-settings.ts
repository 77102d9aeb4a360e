import type { ConfigType } from './topics/topic-configs.ts'

/**
 * Settings of the broker itself, beside the defaults of topics: Apache Kafka's, with its defaults
 * but for the limits of connections, groups and memory, which it doesn't set.
 */
export const ownSettings = {
  'auto.create.topics.enable': ['boolean', 'true'],
  'connections.max.idle.ms': ['long', '600000'],
  'default.replication.factor': ['int', '1'],
  'delete.topic.enable': ['boolean', 'true'],
  'group.max.session.timeout.ms': ['int', '1800000'],
  'group.max.size': ['int', '1000'],
  'group.min.session.timeout.ms': ['int', '6000'],
  'log.cleaner.backoff.ms': ['long', '15000'],
  'log.retention.check.interval.ms': ['long', '300000'],
  'max.connections': ['int', '20000'],
  'num.partitions': ['int', '1'],
  'offset.metadata.max.bytes': ['int', '4096'],
  'offsets.retention.check.interval.ms': ['long', '600000'],
  'offsets.retention.minutes': ['int', '10080'],
  'offsets.topic.num.partitions': ['int', '1'],
  'offsets.topic.replication.factor': ['short', '1'],
  'producer.id.expiration.ms': ['int', '86400000'],
  'queued.max.request.bytes': ['long', '134217728'],
  'socket.request.max.bytes': ['int', '104857600'],
  'transaction.max.timeout.ms': ['int', '900000'],
  'transaction.remove.expired.transaction.cleanup.interval.ms': ['int', '3600000'],
  'transaction.state.log.num.partitions': ['int', '1'],
  'transaction.state.log.replication.factor': ['short', '1'],
  'transactional.id.expiration.ms': ['int', '604800000'],
} as const satisfies Readonly<Record<string, readonly [ConfigType, string]>>

type Names<T extends ConfigType> = {
  [N in keyof typeof ownSettings]: (typeof ownSettings)[N][0] extends T ? N : never
}[keyof typeof ownSettings]

/** Settings that were given to the broker, under Apache Kafka's names. */
export type Settings = ReadonlyMap<string, string>

export function numberSetting(settings: Settings, name: Names<'int' | 'long'>): number {
  return Number(settings.get(name) ?? ownSettings[name][1])
}
