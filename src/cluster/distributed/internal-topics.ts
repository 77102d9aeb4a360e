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

/**
 * Creates a topic of the worker, or checks the one that is there.
 * @throws ConnectError CONFIG_INVALID when the topic would forget what it has to keep, with the
 *   command that repairs it; what the broker says when it can't be created.
 */
export async function ensureInternalTopic(topic: InternalTopic, deps: Dependencies): Promise<void> {
  const { admin, logger } = deps
  const [found] = await admin.describeTopics([topic.name])
  if (found === undefined && (await created(topic, deps))) return
  const policy = await cleanupPolicy(admin, topic.name, logger)
  if (policy !== null && policy !== 'compact') throw wrongPolicy(topic, policy)
  const [described] = await admin.describeTopics([topic.name])
  if (topic.partitions === 1 && described !== undefined && described.partitions > 1) {
    throw new ConnectError(
      `Topic ${topic.name} (${topic.setting}) has ${described.partitions} partitions and may only have one, as its records need one order. Name another topic, or copy its records into a new one with one partition`,
      { code: 'CONFIG_INVALID' },
    )
  }
}

/** @returns false when somebody else was faster, or when this worker may not create topics. */
async function created(topic: InternalTopic, { admin, clock, logger }: Dependencies) {
  const deadline = clock.elapsed() + CREATE_TIMEOUT_MS
  const { name, setting, partitions, replicationFactor } = topic
  const configs = { ...topic.configs, 'cleanup.policy': 'compact' }
  for (;;) {
    try {
      const names = await admin.createTopics([{ name, partitions, replicationFactor, configs }])
      if (names.includes(name)) logger.info(`Created topic ${name} for ${topic.purpose}`)
      return names.includes(name)
    } catch (error) {
      if (messageOf(error).includes('AUTHORIZATION_FAILED')) {
        logger.warn(`${messageOf(error)}. ${expected(topic)}`)
        return false
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

/** @returns null when this worker may not know. */
async function cleanupPolicy(admin: Admin, name: string, logger: Logger): Promise<string | null> {
  try {
    const { 'cleanup.policy': policy = null } = await admin.topicConfigs(name)
    return policy
  } catch (error) {
    logger.warn(`The settings of topic ${name} are not checked: ${messageOf(error)}`)
    return null
  }
}

function wrongPolicy(topic: InternalTopic, policy: string): ConnectError {
  const { name, setting, purpose, bootstrapServers } = topic
  return new ConnectError(
    `Topic ${name} (${setting}) has cleanup.policy=${policy}, with which Kafka would delete ${purpose} that are still needed. Repair it with: kafka-configs.sh --bootstrap-server ${bootstrapServers} --alter --entity-type topics --entity-name ${name} --add-config cleanup.policy=compact`,
    { code: 'CONFIG_INVALID' },
  )
}
