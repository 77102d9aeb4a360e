import type { Clock } from '../base/clock.ts'
import { ConnectError } from '../base/errors.ts'
import type { ClientMetrics } from '../metrics/client-metrics.ts'
import { errorCode } from '../protocol/error-codes.ts'
import {
  createTopics,
  deleteGroups,
  deleteTopics,
  describeConfigs,
  initProducerId,
  offsetDelete,
} from './apis.ts'
import { brokerError } from './broker-error.ts'
import type {
  Admin,
  GroupDescription,
  NewTopic,
  PartitionOffset,
  TopicDescription,
  TopicPartition,
} from './client.ts'
import { Cluster } from './cluster.ts'
import type { ConnectionConfig } from './connection-config.ts'
import { Coordinator } from './coordinator.ts'
import { groupsOfType } from './group-descriptions.ts'
import { commitGroupOffsets, fetchGroupOffsets, nobody } from './group-offsets.ts'
import { findOffsets, LATEST } from './list-offsets.ts'
import { retrying } from './retry.ts'

const RESOURCE_TOPIC = 2
/** Topics are named instead. */
const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA'

export interface AdminOptions {
  readonly config: ConnectionConfig
  readonly clock: Clock
  readonly metrics: ClientMetrics | null
}

/** Each call is tried until it is answered or `default.api.timeout.ms` are over. */
export class KafkaAdmin implements Admin {
  readonly #options: AdminOptions
  readonly #cluster: Cluster
  readonly #closing = new AbortController()

  constructor(options: AdminOptions) {
    this.#options = options
    this.#cluster = new Cluster({ ...options, autoCreateTopics: false })
  }

  clusterId(): Promise<string> {
    return this.#call('describing the cluster', async () => {
      const { clusterId } = await this.#cluster.describe([], false)
      return clusterId ?? ''
    })
  }

  listTopics(): Promise<readonly string[]> {
    return this.#call('listing topics', async () => {
      const { topics } = await this.#cluster.describe(null, false)
      return topics.flatMap(({ name, isInternal }) => (name === null || isInternal ? [] : [name]))
    })
  }

  describeTopics(names: readonly string[]): Promise<readonly TopicDescription[]> {
    return this.#call(`describing topics ${names.join(', ')}`, async () => {
      const { topics } = await this.#cluster.describe(names, false)
      return topics.flatMap(({ name, topicId: id, errorCode: code, partitions }) => {
        if (name === null || code === errorCode.UNKNOWN_TOPIC_OR_PARTITION) return []
        if (code !== errorCode.NONE) throw brokerError(`describing topic ${name}`, code)
        return [{ name, id, partitions: partitions.length }]
      })
    })
  }

  createTopics(topics: readonly NewTopic[]): Promise<readonly string[]> {
    const names = topics.map(({ name }) => name).join(', ')
    return this.#call(`creating topics ${names}`, async () => {
      const answer = await this.#cluster.send(createTopics, {
        timeoutMs: this.#options.config['request.timeout.ms'],
        topics: topics.map(({ name, partitions, replicationFactor, configs = {} }) => ({
          name,
          numPartitions: partitions,
          replicationFactor,
          assignments: [],
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        })),
      })
      return answer.topics.flatMap(({ name, errorCode: code, errorMessage }) => {
        if (code === errorCode.TOPIC_ALREADY_EXISTS) return []
        if (code !== errorCode.NONE) throw brokerError(`creating topic ${name}`, code, errorMessage)
        return [name]
      })
    })
  }

  deleteTopics(names: readonly string[]): Promise<void> {
    return this.#call(`deleting topics ${names.join(', ')}`, async () => {
      const answer = await this.#cluster.send(deleteTopics, {
        topics: names.map((name) => ({ name, topicId: NO_TOPIC_ID })),
        topicNames: names,
        timeoutMs: this.#options.config['request.timeout.ms'],
      })
      for (const { name, errorCode: code, errorMessage } of answer.responses) {
        if (code === errorCode.NONE) continue
        throw topicError(`deleting topic ${name}`, code, errorMessage)
      }
    })
  }

  topicConfigs(name: string): Promise<Readonly<Record<string, string>>> {
    return this.#call(`settings of topic ${name}`, async () => {
      const { results } = await this.#cluster.send(describeConfigs, {
        resources: [{ resourceType: RESOURCE_TOPIC, resourceName: name, configurationKeys: null }],
      })
      return Object.fromEntries(
        results.flatMap(({ errorCode: code, errorMessage, configs }) => {
          if (code !== errorCode.NONE) {
            throw topicError(`reading the settings of topic ${name}`, code, errorMessage)
          }
          return configs.flatMap(({ name: key, value }) => (value === null ? [] : [[key, value]]))
        }),
      )
    })
  }

  endOffsets(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffset[]> {
    const topics = [...new Set(partitions.map(({ topic }) => topic))]
    return this.#call(`finding the ends of ${topics.join(', ')}`, () =>
      findOffsets(this.#cluster, 'read_uncommitted', partitions, LATEST),
    )
  }

  describeGroups(protocolType: string): Promise<readonly GroupDescription[]> {
    return this.#call(`describing groups of type ${protocolType}`, () =>
      groupsOfType(this.#cluster, protocolType),
    )
  }

  groupOffsets(group: string): Promise<readonly PartitionOffset[]> {
    return this.#group(`offsets of group ${group}`, group, (coordinator) =>
      fetchGroupOffsets(coordinator, null),
    )
  }

  alterGroupOffsets(group: string, offsets: readonly PartitionOffset[]): Promise<void> {
    return this.#group(`changing offsets of group ${group}`, group, async (coordinator) => {
      const failed = await commitGroupOffsets(coordinator, nobody, offsets)
      if (failed === null) return
      const { topic, partition, code } = failed
      if (code === errorCode.UNKNOWN_MEMBER_ID) throw membersLeft(group)
      checkPartition(coordinator, `changing the offset of ${topic}-${partition}`, code)
    })
  }

  deleteGroupOffsets(group: string, partitions: readonly TopicPartition[]): Promise<void> {
    return this.#group(`deleting offsets of group ${group}`, group, async (coordinator) => {
      const answer = await coordinator.send(offsetDelete, {
        groupId: group,
        topics: [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, of]) => ({
          name,
          partitions: of.map(({ partition }) => ({ partitionIndex: partition })),
        })),
      })
      coordinator.check('deleting offsets', answer.errorCode)
      for (const { name, partitions: deleted } of answer.topics) {
        for (const { partitionIndex, errorCode: code } of deleted) {
          if (code === errorCode.GROUP_SUBSCRIBED_TO_TOPIC) throw membersLeft(group)
          checkPartition(coordinator, `deleting the offset of ${name}-${partitionIndex}`, code)
        }
      }
    })
  }

  deleteGroup(group: string): Promise<void> {
    return this.#group(`deleting group ${group}`, group, async (coordinator) => {
      const { results } = await coordinator.send(deleteGroups, { groupsNames: [group] })
      for (const { errorCode: code } of results) {
        if (code === errorCode.GROUP_ID_NOT_FOUND) continue
        if (code === errorCode.NON_EMPTY_GROUP) throw membersLeft(group)
        coordinator.check('deletion', code)
      }
    })
  }

  async fenceProducers(transactionalIds: readonly string[]): Promise<void> {
    await Promise.all(transactionalIds.map((id) => this.#fence(id)))
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#cluster.close()
  }

  #call<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const { config, clock } = this.#options
    const retry = { config, clock, signal: this.#closing.signal }
    return retrying(what, config['default.api.timeout.ms'], retry, attempt)
  }

  /** A producer that begins to use the id fences the one before it. */
  #fence(transactionalId: string): Promise<void> {
    const what = `fencing producers of ${transactionalId}`
    const coordinator = new Coordinator(this.#cluster, transactionalId, 'transaction')
    return this.#coordinated(what, coordinator, async () => {
      const { errorCode: code } = await coordinator.send(initProducerId, {
        transactionalId,
        transactionTimeoutMs: this.#options.config['request.timeout.ms'],
      })
      coordinator.check('fencing producers', code)
    })
  }

  #group<T>(
    what: string,
    group: string,
    attempt: (coordinator: Coordinator) => Promise<T>,
  ): Promise<T> {
    return this.#coordinated(what, new Coordinator(this.#cluster, group), attempt)
  }

  async #coordinated<T>(
    what: string,
    coordinator: Coordinator,
    attempt: (coordinator: Coordinator) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#call(what, () => attempt(coordinator))
    } finally {
      coordinator.close()
    }
  }
}

/** Unlike for a producer, a topic that is missing now is no reason to wait for it. */
function topicError(what: string, code: number, detail: string | null): ConnectError {
  const error = brokerError(what, code, detail)
  if (code !== errorCode.UNKNOWN_TOPIC_OR_PARTITION) return error
  return new ConnectError(error.message, { code: 'KAFKA' })
}

function checkPartition(coordinator: Coordinator, what: string, code: number): void {
  if (code === errorCode.UNKNOWN_TOPIC_OR_PARTITION) throw topicError(what, code, null)
  coordinator.check(what, code)
}

function membersLeft(group: string): ConnectError {
  return new ConnectError(
    `group ${group} still has members, so its offsets can't be changed: stop them first`,
    { code: 'KAFKA_GROUP_NOT_EMPTY' },
  )
}
