import { ConnectError, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Admin } from '../kafka/client.ts'

/** A group of `topic.creation.*`: how topics that match are created. */
export interface TopicGroup {
  readonly name: string
  readonly matches: (topic: string) => boolean
  readonly partitions: number
  readonly replicationFactor: number
  readonly configs: Readonly<Record<string, string>>
}

/**
 * Makes sure that a topic exists before a source task sends to it.
 * @param openAdmin Makes a client for one new topic: a connection of each task that is hardly ever
 *   used would cost worker and broker more.
 * @param groups In the order of `topic.creation.groups`, then the default group, which matches all.
 */
export function topicCreation(
  openAdmin: () => Admin,
  groups: readonly TopicGroup[],
  logger: Logger,
): (topic: string) => Promise<void> {
  const known = new Set<string>()
  return async (topic) => {
    if (known.has(topic)) return
    const admin = openAdmin()
    try {
      if (!(await exists(admin, topic))) await create(admin, groups, topic, logger)
    } finally {
      await admin.close()
    }
    known.add(topic)
  }
}

async function create(
  admin: Admin,
  groups: readonly TopicGroup[],
  topic: string,
  logger: Logger,
): Promise<void> {
  const group = groups.find(({ matches }) => matches(topic))
  if (group === undefined) throw notCreated(topic, 'no group of topic.creation.groups matches it')
  const { partitions, replicationFactor, configs } = group
  const created = await asked(`Unable to create topic(s) '${topic}'`, topic, () =>
    admin.createTopics([{ name: topic, partitions, replicationFactor, configs }]),
  )
  if (created.includes(topic)) {
    logger.info(`Created topic ${topic} by the topic creation group ${group.name}`)
  } else if (!(await exists(admin, topic))) {
    throw notCreated(topic, 'the cluster neither created it nor has it')
  }
}

async function exists(admin: Admin, topic: string): Promise<boolean> {
  const problem = `Error while attempting to describe topics '${topic}'`
  return (await asked(problem, topic, () => admin.describeTopics([topic]))).length > 0
}

/** The same, failures in the words of the reference; what can be tried again stays so. */
async function asked<T>(problem: string, topic: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    if (!(cause instanceof ConnectError)) throw cause
    const text =
      cause.code === 'KAFKA_TIMEOUT'
        ? `Timed out while checking for or creating topic(s) '${topic}'. This could indicate a connectivity issue, unavailable topic partitions, or if this is your first use of the topic it may have taken too long to create.`
        : `${problem}: ${messageOf(cause)}`
    const code = cause.retriable ? cause.code : 'CONNECT_FAILED'
    throw new ConnectError(text, { code, cause })
  }
}

function notCreated(topic: string, reason: string): ConnectError {
  return new ConnectError(
    `Task failed to create new topic ${topic}: ${reason}. Ensure that the task is authorized to create topics or that the topic exists and restart the task`,
    { code: 'CONNECT_FAILED' },
  )
}
