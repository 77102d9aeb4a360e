import { ConnectError } from '../base/errors.ts'
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
      const isThere = (await admin.describeTopics([topic])).length > 0
      if (!isThere) await create(admin, groups, topic, logger)
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
  const created = await admin.createTopics([
    { name: topic, partitions, replicationFactor, configs },
  ])
  if (created.includes(topic)) {
    logger.info(`Created topic ${topic} by the topic creation group ${group.name}`)
  } else if ((await admin.describeTopics([topic])).length === 0) {
    throw notCreated(topic, 'the cluster neither created it nor has it')
  }
}

function notCreated(topic: string, reason: string): ConnectError {
  return new ConnectError(
    `Task failed to create new topic ${topic}: ${reason}. Ensure that the task is authorized to create topics or that the topic exists and restart the task`,
    { code: 'CONNECT_FAILED' },
  )
}
