import { randomBytes } from 'node:crypto'
import type { BrokerConfig } from './broker-config.ts'
import { GroupCoordinator } from './groups/coordinator.ts'
import { InternalLog } from './log/internal-log.ts'
import { TopicCatalog } from './topics/catalog.ts'
import { offsetsTopic, transactionsTopic } from './topics/topic.ts'
import { TransactionCoordinator } from './transactions/coordinator.ts'

/** The only node there is. */
export const NODE_ID = 0

/** State of a broker, which handlers read and change. */
export interface Broker {
  readonly config: BrokerConfig
  readonly clusterId: string
  readonly topics: TopicCatalog
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  /** Stops timers and closes logs. */
  close(): void
}

export function openBroker(config: BrokerConfig): Broker {
  const { clock, logger } = config
  const now = () => clock.now()
  const topics = new TopicCatalog({ now, settings: config.settings })

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

  const groups = new GroupCoordinator({ clock, logger, log: internalLog(offsetsTopic) })
  const transactions = new TransactionCoordinator({
    clock,
    logger,
    log: internalLog(transactionsTopic),
    topics,
    groups,
  })
  return {
    config,
    clusterId: randomBytes(16).toString('base64url'),
    topics,
    groups,
    transactions,
    close() {
      transactions.close()
      groups.close()
      topics.close()
    },
  }
}
