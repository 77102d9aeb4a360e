import type { Clock } from '../../base/clock.ts'
import { ConnectError, isRetriable, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Admin } from '../../kafka/client.ts'

export interface InternalTopic {
  readonly name: string
  /** Setting of the worker that names the topic. */
  readonly setting: string
  /** What it keeps, for messages. */
  readonly purpose: string
  /** -1 for the broker's default; likewise the replication factor. */
  readonly partitions: number
  /** Whether its records need one order, which is that of one partition. */
  readonly isOrdered: boolean
  readonly replicationFactor: number
  readonly configs: Readonly<Record<string, string>>
  readonly bootstrapServers: string
}

interface Dependencies {
  readonly admin: Admin
  readonly clock: Clock
  readonly logger: Logger
}

/** How long brokers may need to become enough for the replicas that are asked for. */
const CREATE_TIMEOUT_MS = 60_000
const CREATE_DELAY_MS = 1000
/** How long a broker may not know what another worker has created at the same time. */
const KNOWN_TIMEOUT_MS = 30_000
const KNOWN_DELAY_MS = 100

/**
 * Creates a topic of the worker, or checks the one that is there.
 * @throws ConnectError CONFIG_INVALID when the topic would forget what it has to keep, with the
 *   command that repairs it; what the broker says when it can't be created.
 */
export async function ensureInternalTopic(topic: InternalTopic, deps: Dependencies): Promise<void> {
  const { admin } = deps
  const [found] = await admin.describeTopics([topic.name])
  const creation = found === undefined ? await create(topic, deps) : 'not needed'
  if (creation === 'done') return
  const timeoutMs = creation === 'done by another' ? KNOWN_TIMEOUT_MS : 0
  const policy = await cleanupPolicy(topic.name, timeoutMs, deps)
  if (policy !== null && policy !== 'compact') throw wrongPolicy(topic, policy)
  const [described] = await admin.describeTopics([topic.name])
  if (topic.isOrdered && described !== undefined && described.partitions > 1) {
    throw new ConnectError(
      `Topic ${topic.name} (${topic.setting}) has ${described.partitions} partitions and may only have one, as its records need one order. Name another topic, or copy its records into a new one with one partition`,
      { code: 'CONFIG_INVALID' },
    )
  }
}

async function create(
  topic: InternalTopic,
  { admin, clock, logger }: Dependencies,
): Promise<'done' | 'done by another' | 'not allowed'> {
  const deadline = clock.elapsed() + CREATE_TIMEOUT_MS
  const { name, setting, partitions, replicationFactor } = topic
  const configs = { ...topic.configs, 'cleanup.policy': 'compact' }
  for (;;) {
    try {
      const names = await admin.createTopics([{ name, partitions, replicationFactor, configs }])
      if (!names.includes(name)) return 'done by another'
      logger.info(`Created topic ${name} for ${topic.purpose}`)
      return 'done'
    } catch (error) {
      if (messageOf(error).includes('AUTHORIZATION_FAILED')) {
        logger.warn(`${messageOf(error)}. ${expected(topic)}`)
        return 'not allowed'
      }
      const failure = withRemedy(setting, error)
      if (!mayHelpToWait(error) || clock.elapsed() > deadline) throw failure
      logger.warn(`${messageOf(failure)}; trying again`)
      await clock.sleep(CREATE_DELAY_MS)
    }
  }
}

function expected({ name, setting, partitions, bootstrapServers }: InternalTopic): string {
  const count = partitions > 0 ? ` --partitions ${partitions}` : ''
  return `Topic ${name} (${setting}) has to be there then, or be created by who may: kafka-topics.sh --bootstrap-server ${bootstrapServers} --create --topic ${name}${count} --config cleanup.policy=compact`
}

/** Brokers that are still starting are too few for the replicas. */
function mayHelpToWait(error: unknown): boolean {
  return isRetriable(error) || isTooFewBrokers(error)
}

function isTooFewBrokers(error: unknown): boolean {
  return messageOf(error).includes('INVALID_REPLICATION_FACTOR')
}

function withRemedy(setting: string, cause: unknown): unknown {
  if (!isTooFewBrokers(cause)) return cause
  const factor = setting.replace(/topic$/, 'replication.factor')
  return new ConnectError(
    `${messageOf(cause).replace(/\.$/, '')}. Start more brokers, or set ${factor} to their number`,
    { code: 'CONFIG_INVALID', cause },
  )
}

/**
 * @param timeoutMs How long the topic may be unknown.
 * @returns null when this worker may not know.
 */
async function cleanupPolicy(
  name: string,
  timeoutMs: number,
  { admin, clock, logger }: Dependencies,
): Promise<string | null> {
  const deadline = clock.elapsed() + timeoutMs
  for (;;) {
    try {
      const { 'cleanup.policy': policy = null } = await admin.topicConfigs(name)
      return policy
    } catch (error) {
      const isUnknown = messageOf(error).includes('UNKNOWN_TOPIC_OR_PARTITION')
      if (!isUnknown || clock.elapsed() >= deadline) {
        logger.warn(`The settings of topic ${name} are not checked: ${messageOf(error)}`)
        return null
      }
      await clock.sleep(KNOWN_DELAY_MS)
    }
  }
}

function wrongPolicy(topic: InternalTopic, policy: string): ConnectError {
  const { name, setting, purpose, bootstrapServers } = topic
  return new ConnectError(
    `Topic ${name} (${setting}) has cleanup.policy=${policy}, with which Kafka would delete ${purpose} that are still needed. Repair it with: kafka-configs.sh --bootstrap-server ${bootstrapServers} --alter --entity-type topics --entity-name ${name} --add-config cleanup.policy=compact`,
    { code: 'CONFIG_INVALID' },
  )
}
