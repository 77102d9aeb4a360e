import { ConnectError } from '../../base/errors.ts'
import { ForwardError, type RequestSignature } from '../herder.ts'
import type { DistributedSettings } from './distributed-settings.ts'
import type { DistributedWorker } from './distributed-worker.ts'
import { verifySignature } from './session-keys.ts'
import type { GroupPlace } from './worker-group.ts'

export interface StandingDependencies {
  readonly worker: Pick<DistributedWorker, 'group' | 'loop' | 'claim' | 'configs'>
  readonly settings: Pick<DistributedSettings, 'protocol' | 'sessionKeys'>
}

/** How long a change may wait for the config topic, as in the reference. */
const READ_TIMEOUT_MS = 30_000

/** What this worker may do where it stands in the group now, and who may do the rest. */
export class Standing {
  readonly #deps: StandingDependencies

  constructor(deps: StandingDependencies) {
    this.#deps = deps
  }

  /**
   * Resolves when this worker, as the leader, can write, and knows all that others have written.
   * @throws ForwardError unless it is the leader, as far as it knows.
   */
  async lead(): Promise<void> {
    const { group, claim } = this.#deps.worker
    const { place } = group
    if (place === null) throw new ForwardError('the leader is not known', null)
    if (!place.isLeader) throw new ForwardError('only the leader may do this', place.leaderUrl)
    await claim?.held()
    await this.readConfigs()
  }

  /** Resolves when this worker knows all that was written. */
  readConfigs(): Promise<void> {
    return this.#deps.worker.configs.readToEnd(READ_TIMEOUT_MS)
  }

  /** @throws ForwardError or ConnectError REBALANCE while a rebalance is under way. */
  settled(): GroupPlace {
    const { loop, group } = this.#deps.worker
    if (loop.settled !== null) return loop.settled
    if (group.place === null) throw new ForwardError('the leader is not known', null)
    throw new ConnectError(
      'Cannot complete request momentarily due to stale configuration (typically caused by a concurrent config change)',
      { code: 'REBALANCE' },
    )
  }

  /** @throws ConnectError for a request between workers that was not signed by one of them. */
  verify(signature: RequestSignature | null): void {
    const { worker, settings } = this.#deps
    const protocol = worker.group.place?.protocol ?? settings.protocol
    if (protocol !== 'sessioned') return
    verifySignature(signature, worker.configs.snapshot.sessionKey, settings.sessionKeys)
  }
}

/** Who does what another worker runs. */
export function elsewhere(
  { isLeader, leaderUrl }: GroupPlace,
  ownerUrl: string | null,
): ForwardError {
  return isLeader
    ? new ForwardError('another worker runs it', ownerUrl)
    : new ForwardError('only the leader knows who runs it', leaderUrl)
}
