import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Membership } from '../../kafka/membership.ts'
import type { LeaderWriter } from './leader-writer.ts'

export interface LeaderClaimDependencies {
  readonly writer: LeaderWriter
  readonly membership: Pick<Membership, 'expectRebalance'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Long enough to hear that the group has another leader by now. */
const RETRY_DELAY_MS = 250

/** Sees to it that the leader, and nobody else, can write the config topic. */
export class LeaderClaim {
  readonly #deps: LeaderClaimDependencies
  /** Whether this worker led, and could write, when it last looked. */
  #had: boolean
  #retryAtMs = 0

  constructor(deps: LeaderClaimDependencies) {
    this.#deps = deps
    this.#had = false
  }

  /** @returns When to call again, whatever happens: a leader that can't write tries again. */
  async keep(isLeader: boolean): Promise<number> {
    const { writer, membership, clock, logger } = this.#deps
    const has = isLeader && writer.isClaimed
    if (this.#had && isLeader && !has) {
      logger.warn('A write to the config topic failed: another worker may be the leader by now')
      membership.expectRebalance()
      this.#retryAtMs = clock.now() + RETRY_DELAY_MS
    }
    this.#had = has
    if (!isLeader) await writer.release()
    if (!isLeader || has) return Number.POSITIVE_INFINITY
    if (clock.now() < this.#retryAtMs) return this.#retryAtMs
    try {
      await writer.claim()
      this.#had = true
      return Number.POSITIVE_INFINITY
    } catch (error) {
      logger.warn(
        `This worker leads and can't write the config topic yet: ${messageOf(error)}. Next try in ${RETRY_DELAY_MS} ms.`,
      )
      this.#retryAtMs = clock.now() + RETRY_DELAY_MS
      return this.#retryAtMs
    }
  }
}
