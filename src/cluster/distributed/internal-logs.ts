import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { withPrefix } from '../../config/props.ts'
import type { GroupDescription, KafkaClients } from '../../kafka/client.ts'
import type { Props } from '../../runtime/props.ts'
import type { DistributedConfig } from '../../runtime/worker-config.ts'
import { ensureInternalTopic, type InternalTopic } from './internal-topics.ts'
import { type LeaderWriter, TransactionalWriter } from './leader-writer.ts'
import type { RecordLog } from './record-log.ts'
import { TopicLog } from './topic-log.ts'

export interface InternalLogs {
  readonly config: RecordLog
  /** null where `exactly.once.source.support` is disabled. */
  readonly configWriter: LeaderWriter | null
  readonly status: RecordLog
  readonly offsets: RecordLog
  /** What the topic of `offsets` is. */
  readonly offsetTopic: InternalTopic
  /** All groups of workers that the broker knows of. */
  describeGroups(): Promise<readonly GroupDescription[]>
  /** Ends what the logs share; each log is closed by whoever uses it. */
  close(): Promise<void>
}

interface Dependencies {
  readonly clients: KafkaClients
  readonly clock: Clock
  readonly logger: Logger
}

/** Topics that are created do not get these from the worker's settings. */
const reservedSettings = new Set(['topic', 'partitions', 'replication.factor', 'cleanup.policy'])

/** No record is given up, none overtakes another, and a topic that was deleted stays so. */
const producerProps = {
  'allow.auto.create.topics': 'false',
  acks: 'all',
  'enable.idempotence': 'false',
  'max.in.flight.requests.per.connection': '1',
  'delivery.timeout.ms': '2147483647',
}

/** Idempotence keeps the order, whatever is under way. */
const leaderProps = {
  ...producerProps,
  'enable.idempotence': 'true',
  'max.in.flight.requests.per.connection': '5',
}

/**
 * Creates or checks the three topics that the workers of a cluster share.
 * @param props Of the worker: all that Kafka clients know among them is theirs.
 * @throws ConnectError CONFIG_INVALID for a topic that can't be used, with what repairs it.
 */
export async function openInternalLogs(
  config: DistributedConfig,
  props: Props,
  { clients, clock, logger }: Dependencies,
): Promise<InternalLogs> {
  const { 'group.id': group, 'client.id': clientId } = config
  const base = clientId === '' ? `${group}-` : `${group}-${clientId}-`
  const admin = clients.admin({ ...props, 'client.id': `${base}shared-admin` })
  const { 'group.id': _, ...consumerProps } = props
  const topics = internalTopics(config, props, logger)
  const [, offsetTopic] = topics
  try {
    for (const topic of topics) await ensureInternalTopic(topic, { admin, clock, logger })
  } catch (error) {
    await admin.close()
    throw error
  }
  const support = config['exactly.once.source.support'].toLowerCase()
  const committed = support === 'enabled' ? 'read_committed' : 'read_uncommitted'
  const isolation = { configs: committed, offsets: committed, statuses: 'read_uncommitted' }
  const [configs, offsets, statuses] = topics.map(({ name, client }) => {
    const named = { 'client.id': base + client }
    return new TopicLog({
      ...{ topic: name, admin, clock, logger },
      consumer: clients.consumer({
        ...consumerProps,
        ...named,
        // A topic that lost its records, or was deleted, is not to be taken for an empty one.
        'auto.offset.reset': 'none',
        'allow.auto.create.topics': 'false',
        'enable.auto.commit': 'false',
        'isolation.level': isolation[client],
      }),
      producer: clients.producer({ ...props, ...producerProps, ...named }),
    })
  })
  if (configs === undefined || offsets === undefined || statuses === undefined) {
    throw new TypeError('three topics make three logs')
  }
  const configTopic = config['config.storage.topic']
  const configWriter =
    support === 'disabled'
      ? null
      : new TransactionalWriter({
          topic: configTopic,
          clock,
          createProducer: () =>
            clients.transactionalProducer({
              ...{ ...props, ...leaderProps },
              'client.id': `${base}configs-leader`,
              'transactional.id': `connect-cluster-${group}`,
            }),
        })
  return {
    ...{ configWriter, config: configs, offsets, status: statuses },
    offsetTopic,
    describeGroups: () => admin.describeGroups('connect'),
    close: () => admin.close(),
  }
}

interface ClientTopic extends InternalTopic {
  readonly client: 'configs' | 'offsets' | 'statuses'
}

function internalTopics(
  config: DistributedConfig,
  props: Props,
  logger: Logger,
): readonly [ClientTopic, ClientTopic, ClientTopic] {
  const topic = (kind: 'config' | 'offset' | 'status', purpose: string, partitions: number) => ({
    name: config[`${kind}.storage.topic`],
    setting: `${kind}.storage.topic`,
    client: ({ config: 'configs', offset: 'offsets', status: 'statuses' } as const)[kind],
    purpose,
    partitions,
    isOrdered: kind === 'config',
    replicationFactor: config[`${kind}.storage.replication.factor`],
    configs: topicConfigs(props, `${kind}.storage.`, logger),
    bootstrapServers: config['bootstrap.servers'].join(','),
  })
  if (Object.hasOwn(props, 'config.storage.partitions')) {
    logger.warn('config.storage.partitions is ignored: that topic always has one partition')
  }
  return [
    topic('config', 'configurations of connectors', 1),
    topic('offset', 'offsets of source connectors', config['offset.storage.partitions']),
    topic('status', 'states of connectors and tasks', config['status.storage.partitions']),
  ]
}

function topicConfigs(props: Props, prefix: string, logger: Logger): Props {
  const given = withPrefix(props, prefix)
  if (Object.hasOwn(given, 'cleanup.policy')) {
    logger.warn(`${prefix}cleanup.policy is ignored: that topic is always compacted`)
  }
  return Object.fromEntries(Object.entries(given).filter(([key]) => !reservedSettings.has(key)))
}
