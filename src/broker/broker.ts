import type { BrokerConfig } from './broker-config.ts'
import { type Data, openData } from './data-folder.ts'
import { Faults } from './faults.ts'
import { GroupCoordinator } from './groups/coordinator.ts'
import { InternalLog } from './log/internal-log.ts'
import { checkSettings } from './settings-check.ts'
import { TopicCatalog } from './topics/catalog.ts'
import { offsetsTopic, transactionsTopic } from './topics/topic.ts'
import { TransactionCoordinator } from './transactions/coordinator.ts'
import { ProducerIds } from './transactions/producer-ids.ts'

/** The only node there is. */
export const NODE_ID = 0

/** State of a broker, which handlers read and change. */
export interface Broker {
  readonly config: BrokerConfig
  readonly clusterId: string
  readonly faults: Faults
  readonly topics: TopicCatalog
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  /** Stops timers and puts everything on the disk. */
  close(): Promise<void>
}

/**
 * @throws ConnectError ALREADY_EXISTS when another broker has the data folder, CONFIG_INVALID for a
 *   setting with a value that it can't have.
 */
export async function openBroker(config: BrokerConfig): Promise<Broker> {
  checkSettings(config.settings, config.logger)
  const data = await openData(config)
  try {
    return brokerWith(config, data)
  } catch (error) {
    data.unlock()
    throw error
  }
}

function brokerWith(config: BrokerConfig, found: Data): Broker {
  const { clusterId, topics: stored, producerIdNext, ...data } = found
  const { clock, logger, flush, settings } = config
  const now = () => clock.now()
  const report = (message: string) => logger?.warn(message)
  const topics = new TopicCatalog({ ...data, flush, settings, now, report }, stored)

  const internalLog = (name: string) =>
    new InternalLog({
      now,
      find: () => topics.partition(name, 0),
      create() {
        topics.create(name, 1, new Map([['cleanup.policy', 'compact']]))
        const log = topics.partition(name, 0)
        if (log === null) throw new TypeError(`${name} has no partition`)
        return log
      },
    })

  const groups = new GroupCoordinator({
    clock,
    logger,
    settings,
    log: internalLog(offsetsTopic),
  })
  const transactions = new TransactionCoordinator({
    clock,
    logger,
    log: internalLog(transactionsTopic),
    topics,
    groups,
    settings,
    producerIds: new ProducerIds({
      next: producerIdNext,
      reserve: (next) => data.meta.append({ type: 'producerIds', next }),
    }),
  })
  return {
    config,
    clusterId,
    faults: new Faults(),
    topics,
    groups,
    transactions,
    async close() {
      transactions.close()
      groups.close()
      await topics.close()
      data.unlock()
    },
  }
}
