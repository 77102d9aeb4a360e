import type { Clock } from '../../base/clock.ts'
import { ConnectError, isRetriable, messageOf, RetriableError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { ConfigProps } from '../../config/props.ts'
import type { SessionKey } from './config-records.ts'
import type { LeaderClient, Signing } from './leader-client.ts'
import type { GroupPlace } from './worker-group.ts'

/** What only the leader does. */
export interface LeaderWork {
  putTasks(connector: string, tasks: readonly ConfigProps[]): Promise<void>
  fenceZombies(connector: string): Promise<void>
}

export interface LeaderRequestsDependencies {
  readonly client: LeaderClient
  readonly clock: Clock
  readonly logger: Logger
  /** `inter.worker.signature.algorithm` */
  readonly signatureAlgorithm: string
  /** Where this worker stands now. */
  readonly group: { readonly place: GroupPlace | null }
  sessionKey(): SessionKey | null
  /** Waits for the end of a rebalance; null when that takes too long. */
  settled(): Promise<GroupPlace | null>
  /** For as long as this worker leads itself. */
  readonly self: LeaderWork
}

const DELAY_MIN_MS = 250
/** How long a leader that is lost, or does not answer well, is asked again. */
const FENCING_TIMEOUT_MS = 30_000

/** What this worker has its leader do, which may be this worker itself. */
export class LeaderRequests {
  readonly #deps: LeaderRequestsDependencies

  constructor(deps: LeaderRequestsDependencies) {
    this.#deps = deps
  }

  async publishTasks(connector: string, tasks: readonly ConfigProps[]): Promise<void> {
    const { client, self, settled } = this.#deps
    const place = leadOf(await settled())
    if (place.isLeader) await self.putTasks(connector, tasks)
    else await client.putTasks(place.leaderUrl, connector, tasks, this.#signingAt(place))
  }

  /**
   * Unlike the reference, asks again where that may help: another leader may be there by then.
   * @param isWanted Whether somebody still waits for it.
   */
  async fenceZombies(connector: string, isWanted: () => boolean): Promise<void> {
    const { clock, logger, group } = this.#deps
    const deadline = clock.elapsed() + FENCING_TIMEOUT_MS
    for (let delayMs = DELAY_MIN_MS; ; delayMs *= 2) {
      const { place } = group
      try {
        return await this.#fence(connector)
      } catch (error) {
        const mayHelp = isRetriable(error) || isConflict(error) || group.place !== place
        if (!mayHelp || !isWanted() || clock.elapsed() + delayMs > deadline) throw error
        logger
          .within(connector)
          .warn(`Earlier tasks can't be fenced: ${messageOf(error)}. Next try in ${delayMs} ms.`)
        await clock.sleep(delayMs)
      }
    }
  }

  async #fence(connector: string): Promise<void> {
    const { client, self, group, settled } = this.#deps
    const place = group.place ?? leadOf(await settled())
    if (place.isLeader) await self.fenceZombies(connector)
    else await client.fenceZombies(place.leaderUrl, connector, this.#signingAt(place))
  }

  #signingAt({ protocol }: GroupPlace): Signing | null {
    const { signatureAlgorithm: algorithm, sessionKey } = this.#deps
    const key = sessionKey()
    return protocol === 'sessioned' && key !== null ? { key, algorithm } : null
  }
}

/** A round that others came between; for a task that is to stop nobody asks again. */
function isConflict(error: unknown): boolean {
  return error instanceof ConnectError && error.code === 'CONFLICT'
}

/** @throws RetriableError when nobody leads. */
function leadOf(place: GroupPlace | null): GroupPlace {
  if (place !== null) return place
  throw new RetriableError('the leader is not known: a rebalance takes long')
}
