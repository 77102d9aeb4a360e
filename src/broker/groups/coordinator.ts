import type { Logger } from '../../base/logger.ts'
import type { BrokerClock } from '../clock.ts'
import type { InternalLog } from '../log/internal-log.ts'

export interface GroupDependencies {
  readonly clock: BrokerClock
  readonly logger: Logger | null
  /** `__consumer_offsets` */
  readonly log: InternalLog
}

/** All groups of the broker. */
export class GroupCoordinator {
  readonly #dependencies: GroupDependencies

  /** Reads the log, so that groups and offsets are as before the restart. */
  constructor(dependencies: GroupDependencies) {
    this.#dependencies = dependencies
    this.#dependencies.log.replay({ record() {}, end() {} })
  }

  /** Stops all timers. */
  close(): void {}
}
